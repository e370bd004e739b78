"""The recurrent network in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .spec import GATES

if TYPE_CHECKING:
    from .spec import LstmSpec

CANDIDATE = 2
"""The gate that ends in tanh; the others end in a sigmoid."""


class Layer(NamedTuple):
    """What one LSTM layer saw and computed, for the way back.

    Attributes:
        x: (steps, batch, in).
        gates: After their sigmoid or tanh, (steps, batch, GATES, hidden).
        cells: Before the first step and after each, (steps + 1, batch, hidden).
        outputs: Like `cells`.
    """

    x: np.ndarray
    gates: np.ndarray
    cells: np.ndarray
    outputs: np.ndarray


def forward(spec: LstmSpec, parameters: list[np.ndarray], x: np.ndarray) -> tuple[np.ndarray, list[Layer]]:
    """Logits (batch, classes) of x (batch, steps, features), and the layers for `backward`."""
    tape: list[Layer] = []
    x = x.swapaxes(0, 1)
    for number in range(spec.layers):
        tape.append(_run(x, *parameters[3 * number : 3 * number + 3]))
        x = tape[-1].outputs[1:]
    return x[-1] @ parameters[-2] + parameters[-1], tape


def backward(
    spec: LstmSpec, parameters: list[np.ndarray], tape: list[Layer], gradient: np.ndarray
) -> list[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    last = tape[-1].outputs[1:]
    gradients = [last[-1].T @ gradient, gradient.sum(axis=0)]
    outputs = np.zeros_like(last)
    outputs[-1] = gradient @ parameters[-2].T
    for number in reversed(range(spec.layers)):
        layer, (kernel, recurrent_kernel) = tape[number], parameters[3 * number : 3 * number + 2]
        sums = _run_back(layer, recurrent_kernel, outputs)
        flat = sums.reshape(-1, kernel.shape[1])
        gradients = [
            layer.x.reshape(len(flat), -1).T @ flat,
            layer.outputs[:-1].reshape(len(flat), -1).T @ flat,
            flat.sum(axis=0),
            *gradients,
        ]
        outputs = sums @ kernel.T
    return gradients


def margins(_spec: LstmSpec, tape: list[Layer]) -> np.ndarray:
    """Infinite for each example: there is no kink in sigmoid and tanh."""
    return np.full(tape[0].x.shape[1], np.inf)


def _run(x: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> Layer:
    """One LSTM layer over x (steps, batch, in), from zeros."""
    steps, batch, _ = x.shape
    hidden = len(recurrent_kernel)
    gates = np.empty((steps, batch, GATES, hidden))
    cells, outputs = (np.zeros((steps + 1, batch, hidden)) for _ in range(2))
    from_input = x @ kernel + bias
    for step in range(steps):
        sums = (from_input[step] + outputs[step] @ recurrent_kernel).reshape(batch, GATES, hidden)
        gates[step] = 0.5 + 0.5 * np.tanh(0.5 * sums)  # the sigmoid, without overflow
        gates[step, :, CANDIDATE] = np.tanh(sums[:, CANDIDATE])
        taken, kept, candidate, given = gates[step].swapaxes(0, 1)
        cells[step + 1] = kept * cells[step] + taken * candidate
        outputs[step + 1] = given * np.tanh(cells[step + 1])
    return Layer(x, gates, cells, outputs)


def _run_back(layer: Layer, recurrent_kernel: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Gradient of what goes into the gates (steps, batch, GATES × hidden), from that of the layer's outputs.

    The gradient that is given, (steps, batch, hidden), is what comes from outside the layer.
    """
    steps, batch, _ = gradient.shape
    sums = np.empty((steps, batch, recurrent_kernel.shape[1]))
    to_output, to_cell = (np.zeros_like(gradient[0]) for _ in range(2))
    for step in reversed(range(steps)):
        taken, kept, candidate, given = layer.gates[step].swapaxes(0, 1)
        squashed = np.tanh(layer.cells[step + 1])
        output = gradient[step] + to_output
        cell = to_cell + output * given * (1.0 - squashed**2)
        into = [
            cell * candidate * taken * (1.0 - taken),
            cell * layer.cells[step] * kept * (1.0 - kept),
            cell * taken * (1.0 - candidate**2),
            output * squashed * given * (1.0 - given),
        ]
        sums[step] = np.concatenate(into, axis=1)
        to_output, to_cell = sums[step] @ recurrent_kernel.T, cell * kept
    return sums

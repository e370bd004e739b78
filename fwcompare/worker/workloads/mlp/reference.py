"""The perceptron in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..training import distance, nearest

if TYPE_CHECKING:
    from .spec import MlpSpec


def forward(
    spec: MlpSpec, parameters: list[np.ndarray], x: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits (batch, classes) of x (batch, features).

    Returns:
        The logits; and x and what each hidden layer gives to its relu, for `backward` and `margins`.
    """
    tape = [x]
    for number in range(len(spec.layers)):
        kernel, bias = parameters[2 * number : 2 * number + 2]
        layer_input = x if number == 0 else np.maximum(tape[-1], 0.0)
        tape.append(layer_input @ kernel + bias)
    return tape.pop(), tape


def backward(
    spec: MlpSpec, parameters: list[np.ndarray], tape: list[np.ndarray], gradient: np.ndarray
) -> list[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    gradients: list[np.ndarray] = []
    for number in reversed(range(len(spec.layers))):
        layer_input = tape[0] if number == 0 else np.maximum(tape[number], 0.0)
        gradients = [layer_input.T @ gradient, gradient.sum(axis=0), *gradients]
        gradient = (gradient @ parameters[2 * number].T) * (tape[number] > 0.0)
    return gradients


def margins(_spec: MlpSpec, tape: list[np.ndarray]) -> np.ndarray:
    """How far each example is from the kink of the nearest relu."""
    _, *hidden = tape
    return nearest([distance(values, values) for values in hidden])

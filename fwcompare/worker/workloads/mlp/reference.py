"""The perceptron in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .spec import MlpSpec


def forward(
    spec: MlpSpec, parameters: list[np.ndarray], x: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits (batch, classes) of x (batch, features), and the input of each layer for `backward`."""
    tape = []
    last = len(spec.layers) - 1
    for number, (kernel, bias) in enumerate(zip(parameters[::2], parameters[1::2])):
        tape.append(x)
        x = x @ kernel + bias
        if number < last:
            x = np.maximum(x, 0.0)
    return x, tape


def backward(
    spec: MlpSpec, parameters: list[np.ndarray], tape: list[np.ndarray], gradient: np.ndarray
) -> list[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    gradients: list[np.ndarray] = []
    for number in reversed(range(len(spec.layers))):
        layer_input = tape[number]
        gradients = [layer_input.T @ gradient, gradient.sum(axis=0), *gradients]
        # The input of a layer is the relu of the one before: where it is 0, nothing passes back.
        gradient = (gradient @ parameters[2 * number].T) * (layer_input > 0.0)
    return gradients

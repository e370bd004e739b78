"""The convolutional network in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .spec import KERNEL, POOL

if TYPE_CHECKING:
    from .spec import CnnSpec


def forward(
    spec: CnnSpec, parameters: list[np.ndarray], x: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits (batch, classes) of images x (batch, height, width, channels).

    Returns:
        The logits; and, for `backward`, the input of each convolution and pooling, then the features.
    """
    tape = []
    number = 0
    for stage in spec.stages:
        for _ in stage:
            tape.append(x)
            x = np.maximum(_convolve(x, parameters[number]) + parameters[number + 1], 0.0)
            number += 2
        tape.append(x)
        x = _tiles(x).max(axis=(2, 4))
    features = x.reshape(len(x), -1)
    tape.append(features)
    return features @ parameters[-2] + parameters[-1], tape


def backward(
    spec: CnnSpec, parameters: list[np.ndarray], tape: list[np.ndarray], gradient: np.ndarray
) -> list[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    tape = list(tape)
    features = tape.pop()
    gradients = [features.T @ gradient, gradient.sum(axis=0)]
    gradient = (gradient @ parameters[-2].T).reshape(len(features), *spec.feature_shape)
    number = len(parameters) - 2
    for stage in reversed(spec.stages):
        output = tape.pop()
        gradient = _unpool(output, gradient)
        for _ in stage:
            number -= 2
            gradient = gradient * (output > 0.0)
            output = tape.pop()
            kernel_gradient = np.tensordot(_windows(output), gradient, axes=((0, 1, 2), (0, 1, 2)))
            gradients = [kernel_gradient.transpose(1, 2, 0, 3), gradient.sum(axis=(0, 1, 2)), *gradients]
            # Each pixel reached its neighbours through the kernel; the way back is the kernel turned round.
            gradient = _convolve(gradient, parameters[number][::-1, ::-1].swapaxes(2, 3))
    return gradients


def _windows(x: np.ndarray) -> np.ndarray:
    """What each kernel position sees, zeros outside: (batch, height, width, channels, KERNEL, KERNEL)."""
    edge = (KERNEL // 2, KERNEL // 2)
    padded = np.pad(x, ((0, 0), edge, edge, (0, 0)))
    windows: np.ndarray = np.lib.stride_tricks.sliding_window_view(padded, (KERNEL, KERNEL), axis=(1, 2))
    return windows


def _convolve(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Stride 1, padding "same": (batch, height, width, in) × (KERNEL, KERNEL, in, out)."""
    convolved: np.ndarray = np.tensordot(_windows(x), kernel, axes=((4, 5, 3), (0, 1, 2)))
    return convolved


def _tiles(x: np.ndarray) -> np.ndarray:
    """View (batch, rows, POOL, columns, POOL, channels) of an image batch."""
    batch, height, width, channels = x.shape
    tiles: np.ndarray = x.reshape(batch, height // POOL, POOL, width // POOL, POOL, channels)
    return tiles


def _unpool(x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Gradient of the max pooling's input x: all of it goes to the largest pixel of each tile.

    Pixels that tie for the largest are zeros of the relu, through which no gradient passes anyway.
    """
    tiles = _tiles(x)
    largest = tiles == tiles.max(axis=(2, 4), keepdims=True)
    return (largest * gradient[:, :, np.newaxis, :, np.newaxis, :]).reshape(x.shape)

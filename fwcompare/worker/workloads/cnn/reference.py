"""The convolutional network in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..training import distance, nearest
from .spec import KERNEL, POOL

if TYPE_CHECKING:
    from .spec import CnnSpec


def forward(
    spec: CnnSpec, parameters: list[np.ndarray], x: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits (batch, classes) of images x (batch, height, width, channels).

    Returns:
        The logits; and, for `backward` and `margins`, x, what each convolution gives to its relu, and
        what each stage gives to the next.
    """
    tape = [x]
    number = 0
    for stage in spec.stages:
        for _ in stage:
            tape.append(_convolve(x, parameters[number]) + parameters[number + 1])
            x = np.maximum(tape[-1], 0.0)
            number += 2
        x = _tiles(x).max(axis=(2, 4))
        tape.append(x)
    return x.reshape(len(x), -1) @ parameters[-2] + parameters[-1], tape


def backward(
    spec: CnnSpec, parameters: list[np.ndarray], tape: list[np.ndarray], gradient: np.ndarray
) -> list[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    tape = list(tape)
    pooled = tape.pop()
    gradients = [pooled.reshape(len(pooled), -1).T @ gradient, gradient.sum(axis=0)]
    gradient = (gradient @ parameters[-2].T).reshape(pooled.shape)
    number = len(parameters) - 2
    for stage in reversed(spec.stages):
        gradient = _unpool(np.maximum(tape[-1], 0.0), gradient)
        for place in reversed(range(len(stage))):
            number -= 2
            gradient = gradient * (tape.pop() > 0.0)
            layer_input = tape[-1] if place == 0 else np.maximum(tape[-1], 0.0)
            kernel_gradient = np.tensordot(_windows(layer_input), gradient, axes=((0, 1, 2), (0, 1, 2)))
            gradients = [kernel_gradient.transpose(1, 2, 0, 3), gradient.sum(axis=(0, 1, 2)), *gradients]
            # Each pixel reached its neighbours through the kernel; the way back is the kernel turned round.
            gradient = _convolve(gradient, parameters[number][::-1, ::-1].swapaxes(2, 3))
        tape.pop()
    return gradients


def margins(spec: CnnSpec, tape: list[np.ndarray]) -> np.ndarray:
    """How far each example is from the kink of the nearest relu, or from a tie in a max pooling."""
    distances = []
    values = iter(tape)
    for stage in spec.stages:
        next(values)
        for _ in stage:
            before_relu = next(values)
            distances.append(distance(before_relu, before_relu))
        distances.append(distance(_lead(np.maximum(before_relu, 0.0)), before_relu))
    return nearest(distances)


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


def _lead(x: np.ndarray) -> np.ndarray:
    """By how much the largest pixel of each tile is larger than the second; infinite if it is a relu's zero."""
    batch, rows, _, columns, _, channels = _tiles(x).shape
    pixels = _tiles(x).transpose(0, 1, 3, 5, 2, 4).reshape(batch, rows, columns, channels, POOL * POOL)
    *_, second, first = np.moveaxis(np.sort(pixels, axis=-1), -1, 0)
    return np.where(first > 0.0, first - second, np.inf)


def _unpool(x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Gradient of the max pooling's input x: all of it goes to the largest pixel of each tile.

    Pixels that tie for the largest are zeros of the relu, through which no gradient passes anyway.
    """
    tiles = _tiles(x)
    largest = tiles == tiles.max(axis=(2, 4), keepdims=True)
    spread: np.ndarray = largest * gradient[:, :, np.newaxis, :, np.newaxis, :]
    return spread.reshape(x.shape)

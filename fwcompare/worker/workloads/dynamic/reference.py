"""The network with a loop in NumPy, as the other implementations must compute it; it has no training."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .spec import MAX_TURNS, TOLERANCE

if TYPE_CHECKING:
    from .spec import DynamicSpec


MARGIN_SCALE = 2e-3
"""Turns a distance from the tolerance, relative to it, into the unit of `training.distance`: examples within a
thousandth of the tolerance are drawn again. Rounding in float32 moves a residual by a tenth of that."""


class Turns(NamedTuple):
    """What the loop did.

    Attributes:
        residuals: How far each example's state moved in each turn, at most (batch, turns).
        state: At the end (batch, hidden).
    """

    residuals: np.ndarray
    state: np.ndarray


def forward(_spec: DynamicSpec, parameters: list[np.ndarray], x: np.ndarray) -> tuple[np.ndarray, Turns]:
    """Logits (batch, classes) of x (batch, features), and what the loop did, for `margins`."""
    kernel, recurrent_kernel, bias, dense_kernel, dense_bias = parameters
    turns = _iterate(x @ kernel + bias, recurrent_kernel)
    return turns.state @ dense_kernel + dense_bias, turns


def margins(_spec: DynamicSpec, tape: Turns) -> np.ndarray:
    """How far each example (batch,) was, in every turn, from ending the loop in another one."""
    smallest: np.ndarray = np.abs(tape.residuals / TOLERANCE - 1.0).min(axis=1)
    return MARGIN_SCALE * smallest


def _iterate(given: np.ndarray, recurrent_kernel: np.ndarray) -> Turns:
    """The state from zeros, given what each turn adds (batch, hidden), until nothing moves any more."""
    state = np.zeros_like(given)
    residuals: list[np.ndarray] = []
    while len(residuals) < MAX_TURNS and (not residuals or residuals[-1].max() > TOLERANCE):
        moved = np.tanh(state @ recurrent_kernel + given)
        residuals.append(np.abs(moved - state).max(axis=1))
        state = moved
    return Turns(np.stack(residuals, axis=1), state)

"""The network with a loop in PyTorch: a Python loop, and `torch.while_loop` where a graph is captured."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

import torch
from torch import Tensor, nn

from .. import Layout
from .spec import MAX_TURNS, TOLERANCE

if TYPE_CHECKING:
    import numpy as np

    from .spec import DynamicSpec


class Dynamic(nn.Module):  # type: ignore[misc]
    """The loop, then one dense layer on the state at its end.

    A graph can't hold a Python loop over what it computes: `torch.compile` would leave it eager and
    `torch.export` refuse it. Eagerly `torch.while_loop` would be the slower one, and TorchScript
    doesn't know it.
    """

    def __init__(self, spec: DynamicSpec) -> None:
        super().__init__()
        self.given = nn.Linear(spec.features, spec.hidden)
        self.recurrent = nn.Linear(spec.hidden, spec.hidden, bias=False)
        self.classifier = nn.Linear(spec.hidden, spec.classes)
        self.tolerance = TOLERANCE
        self.max_turns = MAX_TURNS

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of x (batch, features)."""
        given = self.given(x)
        if torch.jit.is_scripting():
            state = self._loop(given)
        elif torch.compiler.is_compiling():
            state = self._captured_loop(given)
        else:
            state = self._loop(given)
        logits: Tensor = self.classifier(state)
        return logits

    def _loop(self, given: Tensor) -> Tensor:
        state, is_moving, turns = torch.zeros_like(given), True, 0
        while is_moving and turns < self.max_turns:
            moved = torch.tanh(self.recurrent(state) + given)
            is_moving = bool((moved - state).abs().max() > self.tolerance)
            state = moved
            turns += 1
        return state

    @torch.jit.unused  # type: ignore[untyped-decorator]
    def _captured_loop(self, given: Tensor) -> Tensor:
        def is_moving(_state: Tensor, residual: Tensor, turns: Tensor) -> Tensor:
            return (residual > self.tolerance) & (turns < self.max_turns)

        def turn(state: Tensor, _residual: Tensor, turns: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
            moved = torch.tanh(self.recurrent(state) + given)
            return moved, (moved - state).abs().max(), turns + 1

        start = torch.zeros_like(given), given.new_full((), torch.inf), given.new_zeros((), dtype=torch.int64)
        state: Tensor
        state, _, _ = torch.while_loop(is_moving, turn, start)
        return state


def build(spec: DynamicSpec) -> nn.Module:
    """The model, with PyTorch's own initial weights."""
    return Dynamic(spec)


def layout(_spec: DynamicSpec) -> Layout:
    """PyTorch keeps dense kernels as (out, in), and has the bias before the recurrent kernel."""
    return Layout(to_native=_in_other_order, to_canonical=_in_other_order)


def _in_other_order(parameters: List[np.ndarray]) -> List[np.ndarray]:
    """The way there is the way back."""
    kernel, second, third, dense_kernel, dense_bias = parameters
    return [kernel.T, third.T, second.T, dense_kernel.T, dense_bias]

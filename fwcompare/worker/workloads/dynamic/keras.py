"""The network with a loop in Keras: a layer of one's own with `ops.while_loop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Tuple

import keras
from keras import layers, ops

from .. import Layout
from .spec import MAX_TURNS, TOLERANCE

if TYPE_CHECKING:
    from .spec import DynamicSpec


class FixedPoint(layers.Layer):  # type: ignore[misc]
    """The loop: its input (batch, features) to the state at its end (batch, units)."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, input_shape: Tuple[Any, ...]) -> None:
        """Make the weights."""
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units))
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """Turn until nothing moves any more."""
        given = ops.matmul(x, self.kernel) + self.bias
        recurrent_kernel = ops.convert_to_tensor(self.recurrent_kernel)

        def turn(state: Any, _residual: Any) -> Tuple[Any, Any]:
            moved = ops.tanh(ops.matmul(state, recurrent_kernel) + given)
            return moved, ops.max(ops.abs(moved - state))

        state, _ = ops.while_loop(
            lambda _state, residual: residual > TOLERANCE,
            turn,
            (ops.zeros_like(given), ops.convert_to_tensor(float("inf"), given.dtype)),
            maximum_iterations=MAX_TURNS,
        )
        return state

    def compute_output_shape(self, input_shape: Tuple[Any, ...]) -> Tuple[Any, ...]:
        """Said here, because the loop can't be run on shapes alone."""
        return (*input_shape[:-1], self.units)


def build(spec: DynamicSpec) -> Any:
    """The model, with Keras's own initial weights; its output is the logits."""
    return keras.Sequential(
        [keras.Input(spec.input_shape), FixedPoint(spec.hidden), layers.Dense(spec.classes)]
    )


def layout(_spec: DynamicSpec) -> Layout:
    """The layer's order is the canonical one."""
    return Layout()

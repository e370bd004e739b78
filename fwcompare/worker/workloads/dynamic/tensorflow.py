"""The network with a loop in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Tuple

import tensorflow as tf

from .. import Layout
from ..tensorflow_model import Model
from .spec import MAX_TURNS, TOLERANCE

if TYPE_CHECKING:
    from .spec import DynamicSpec


class Dynamic(Model):
    """The loop, a `tf.while_loop`, then one dense layer on the state at its end."""

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of x (batch, features)."""
        kernel, recurrent_kernel, bias, dense_kernel, dense_bias = self.parameters
        given = tf.nn.bias_add(tf.matmul(x, kernel), bias)

        def turn(state: Any, _residual: Any) -> Tuple[Any, Any]:
            moved = tf.tanh(tf.matmul(state, recurrent_kernel) + given)
            return moved, tf.reduce_max(tf.abs(moved - state))

        state, _ = tf.while_loop(
            lambda _state, residual: residual > TOLERANCE,
            turn,
            (tf.zeros_like(given), tf.constant(float("inf"), given.dtype)),
            maximum_iterations=MAX_TURNS,
        )
        return tf.nn.bias_add(tf.matmul(state, dense_kernel), dense_bias)


def build(spec: DynamicSpec) -> Dynamic:
    """The model, its weights still zero."""
    return Dynamic(spec)


def layout(_spec: DynamicSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()

"""The recurrent network in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Tuple

import tensorflow as tf

from .. import Layout
from ..tensorflow_model import Model
from .spec import GATES

if TYPE_CHECKING:
    from .spec import LstmSpec


class Lstm(Model):
    """LSTM layers, then one dense layer on the last time step.

    The time steps are a `tf.while_loop`: unrolled, XLA compiles for minutes instead of seconds.
    """

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of x (batch, steps, features)."""
        *recurrent, kernel, bias = self.weights
        x = tf.transpose(x, (1, 0, 2))
        for layer in zip(recurrent[::3], recurrent[1::3], recurrent[2::3]):
            x, last = _run(x, *layer)
        return tf.nn.bias_add(tf.matmul(last, kernel), bias)


def build(spec: LstmSpec) -> Lstm:
    """The model, its weights still zero."""
    return Lstm(spec)


def layout(_spec: LstmSpec) -> Layout:
    """TensorFlow has no layout of its own for this; the canonical one is Keras's."""
    return Layout()


def _run(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Tuple[Any, Any]:
    """One LSTM layer over x (steps, batch, in): its outputs (steps, batch, hidden), and the last of them.

    The inputs of all steps are multiplied at once; only the recurrent part has to go step by step.
    """
    steps, batch, features = x.shape
    flat = tf.nn.bias_add(tf.matmul(tf.reshape(x, (-1, features)), kernel), bias)
    given = tf.TensorArray(x.dtype, steps).unstack(tf.reshape(flat, (steps, batch, kernel.shape[1])))
    zeros = tf.zeros((batch, recurrent_kernel.shape[0]), x.dtype)

    def advance(step: Any, output: Any, cell: Any, outputs: Any) -> Tuple[Any, Any, Any, Any]:
        gates = given.read(step) + tf.matmul(output, recurrent_kernel)
        taken, kept, candidate, shown = tf.split(gates, GATES, axis=1)
        cell = tf.sigmoid(kept) * cell + tf.sigmoid(taken) * tf.tanh(candidate)
        output = tf.sigmoid(shown) * tf.tanh(cell)
        return step + 1, output, cell, outputs.write(step, output)

    outputs = tf.TensorArray(x.dtype, steps, element_shape=zeros.shape)
    _, last, _, outputs = tf.while_loop(
        lambda step, *_: step < steps, advance, (0, zeros, zeros, outputs), maximum_iterations=steps
    )
    return outputs.stack(), last

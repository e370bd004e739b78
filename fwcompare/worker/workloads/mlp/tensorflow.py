"""The perceptron in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from .. import Layout
from ..tensorflow_model import Model

if TYPE_CHECKING:
    from .spec import MlpSpec


class Mlp(Model):
    """Dense layers with relu between them."""

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of x (batch, features)."""
        *hidden, kernel, bias = self.weights
        for hidden_kernel, hidden_bias in zip(hidden[::2], hidden[1::2]):
            x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, hidden_kernel), hidden_bias))
        return tf.nn.bias_add(tf.matmul(x, kernel), bias)


def build(spec: MlpSpec) -> Mlp:
    """The model, its weights still zero."""
    return Mlp(spec)


def layout(_spec: MlpSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()

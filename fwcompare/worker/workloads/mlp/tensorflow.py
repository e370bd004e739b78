"""The perceptron in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from .. import Layout

if TYPE_CHECKING:
    from .spec import MlpSpec


class Mlp(tf.Module):  # type: ignore[misc]
    """Dense layers with relu between them."""

    def __init__(self, spec: MlpSpec) -> None:
        super().__init__()
        self.parameters = [
            tf.Variable(tf.zeros(parameter.shape), name=parameter.name.replace(".", "_"))
            for parameter in spec.parameters
        ]

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of x (batch, features)."""
        *hidden, kernel, bias = self.parameters
        for hidden_kernel, hidden_bias in zip(hidden[::2], hidden[1::2]):
            x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, hidden_kernel), hidden_bias))
        return tf.nn.bias_add(tf.matmul(x, kernel), bias)


def build(spec: MlpSpec) -> Mlp:
    """The model, its weights still zero."""
    return Mlp(spec)


def layout(_spec: MlpSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()

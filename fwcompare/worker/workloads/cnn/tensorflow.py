"""The convolutional network in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from .. import Layout
from ..tensorflow_model import Model
from .spec import POOL

if TYPE_CHECKING:
    from .spec import CnnSpec


class Cnn(Model):
    """Stages of convolutions with relu, each ending in a max pooling; then one dense layer."""

    def __init__(self, spec: CnnSpec) -> None:
        super().__init__(spec)
        self.stages = spec.stages

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of images x (batch, height, width, channels)."""
        *convolutions, kernel, bias = self.weights
        pairs = zip(convolutions[::2], convolutions[1::2])
        for stage in self.stages:
            for _ in stage:
                filters, filter_bias = next(pairs)
                x = tf.nn.relu(
                    tf.nn.bias_add(tf.nn.conv2d(x, filters, strides=1, padding="SAME"), filter_bias)
                )
            x = tf.nn.max_pool2d(x, ksize=POOL, strides=POOL, padding="VALID")
        features = tf.reshape(x, (x.shape[0], kernel.shape[0]))
        return tf.nn.bias_add(tf.matmul(features, kernel), bias)


def build(spec: CnnSpec) -> Cnn:
    """The model, its weights still zero."""
    return Cnn(spec)


def layout(_spec: CnnSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()

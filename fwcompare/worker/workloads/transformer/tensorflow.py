"""The transformer encoder in TensorFlow's own operations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Iterator

import tensorflow as tf

from .. import Layout
from ..tensorflow_model import Model, in_type
from .spec import EPSILON

if TYPE_CHECKING:
    from .spec import TransformerSpec


class Transformer(Model):
    """Encoder layers, mean over time, one dense layer."""

    def __init__(self, spec: TransformerSpec) -> None:
        super().__init__(spec)
        self.layers = spec.layers

    def __call__(self, x: Any) -> Any:
        """Logits (batch, classes) of x (batch, time, width)."""
        weights = iter(self.weights)
        for _ in range(self.layers):
            x = _layer_norm(x + _attention(x, weights), weights)
            hidden = tf.nn.gelu(_dense("btw,wh->bth", x, weights), approximate=False)
            x = _layer_norm(x + _dense("bth,hw->btw", hidden, weights), weights)
        return _dense("bw,wc->bc", tf.reduce_mean(x, axis=1), weights)


def build(spec: TransformerSpec) -> Transformer:
    """The model, its weights still zero."""
    return Transformer(spec)


def layout(_spec: TransformerSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()


def _attention(x: Any, weights: Iterator[Any]) -> Any:
    """Multi-head self-attention; takes its weights off the iterator."""
    query, key, value = (_dense("btw,wnd->btnd", x, weights) for _ in range(3))
    query *= 1.0 / math.sqrt(query.shape[-1])
    portions = tf.nn.softmax(tf.einsum("bqnd,bknd->bnqk", query, key))
    return _dense("bqnd,ndw->bqw", tf.einsum("bnqk,bknd->bqnd", portions, value), weights)


def _dense(equation: str, x: Any, weights: Iterator[Any]) -> Any:
    """Takes x through the next kernel, as the equation says, with the next bias."""
    return tf.einsum(equation, x, next(weights)) + next(weights)


def _layer_norm(x: Any, weights: Iterator[Any]) -> Any:
    """Over the features, in float32 whatever comes in; with the next scale and offset."""
    wide, scale, offset = (in_type(given, tf.float32) for given in (x, next(weights), next(weights)))
    mean, variance = tf.nn.moments(wide, axes=-1, keepdims=True)
    return in_type(tf.nn.batch_normalization(wide, mean, variance, offset, scale, EPSILON), x.dtype)

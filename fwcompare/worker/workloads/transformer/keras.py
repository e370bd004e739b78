"""The transformer encoder in Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers

from .. import Layout
from .spec import EPSILON

if TYPE_CHECKING:
    from .spec import TransformerSpec


def build(spec: TransformerSpec) -> Any:
    """The model, with Keras's own initial weights; its output is the logits."""
    inputs = x = keras.Input(spec.input_shape)
    for _ in range(spec.layers):
        attended = layers.MultiHeadAttention(spec.heads, spec.head_width)(x, x)
        x = layers.LayerNormalization(epsilon=EPSILON)(layers.add([x, attended]))
        hidden = layers.Dense(spec.hidden, activation="gelu")(x)
        fed = layers.Dense(spec.width)(hidden)
        x = layers.LayerNormalization(epsilon=EPSILON)(layers.add([x, fed]))
    features = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(spec.classes)(features))


def layout(_spec: TransformerSpec) -> Layout:
    """Keras's layout is the canonical one."""
    return Layout()

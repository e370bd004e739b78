"""The recurrent network in Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers

from .. import Layout

if TYPE_CHECKING:
    from .spec import LstmSpec


def build(spec: LstmSpec) -> Any:
    """The model, with Keras's own initial weights; its output is the logits."""
    return keras.Sequential(
        [
            keras.Input(spec.input_shape),
            *(layers.LSTM(spec.hidden, return_sequences=True) for _ in range(spec.layers - 1)),
            layers.LSTM(spec.hidden),
            layers.Dense(spec.classes),
        ]
    )


def layout(_spec: LstmSpec) -> Layout:
    """Keras's layout is the canonical one."""
    return Layout()

"""The perceptron in Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers

from .. import Layout

if TYPE_CHECKING:
    from .spec import MlpSpec


def build(spec: MlpSpec) -> Any:
    """The model, with Keras's own initial weights; its output is the logits."""
    return keras.Sequential(
        [
            keras.Input(spec.input_shape),
            *(layers.Dense(width, activation="relu") for width in spec.widths[1:-1]),
            layers.Dense(spec.classes),
        ]
    )


def layout(_spec: MlpSpec) -> Layout:
    """Keras's layout is the canonical one."""
    return Layout()

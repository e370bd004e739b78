"""The convolutional network in Keras, in its own layout (`channels_last`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers

from .. import Layout
from .spec import KERNEL, POOL

if TYPE_CHECKING:
    from .spec import CnnSpec


def build(spec: CnnSpec) -> Any:
    """The model, with Keras's own initial weights; its output is the logits."""
    stack = [keras.Input(spec.input_shape)]
    for stage in spec.stages:
        stack += [layers.Conv2D(filters, KERNEL, padding="same", activation="relu") for filters in stage]
        stack.append(layers.MaxPooling2D(POOL))
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(spec.classes)])


def layout(_spec: CnnSpec) -> Layout:
    """Keras's layout is the canonical one."""
    return Layout()

"""TensorFlow's model in LiteRT's format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import workloads
from ..adapters import common
from . import INPUT

common.block_jax()

import tensorflow as tf  # noqa: E402

if TYPE_CHECKING:
    from ..inputs import Inputs
    from ..wire import BlockRequest


def export(request: BlockRequest, inputs: Inputs, path: str) -> workloads.Layout:
    """Write the model with its weights, for a batch of this size alone; of LiteRT's own operations, none of TensorFlow's."""
    spec = workloads.spec(request.architecture, request.size)
    implementation = workloads.implementation(request.architecture, "tensorflow")
    layout: workloads.Layout = implementation.layout(spec)
    model = implementation.build(spec)
    for parameter, value in zip(model.parameters, layout.to_native(inputs.parameters)):
        parameter.assign(value)
    x = layout.to_input(inputs.x)
    traced = tf.function(model.__call__).get_concrete_function(tf.TensorSpec(x.shape, tf.float32, INPUT))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([traced], model)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    with open(path, "wb") as stream:
        stream.write(converter.convert())
    return layout

"""Precisions of a model in TensorFlow's own operations, cast as Keras's mixed policies do.

Variables, loss and update are float32; in bfloat16 and float16 the forward pass gets weights and inputs cast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict

import tensorflow as tf

from .. import workloads
from ..workloads.tensorflow_model import in_type

if TYPE_CHECKING:
    from ..wire import BlockRequest

_TYPES = {"bfloat16": tf.bfloat16, "float16": tf.float16}


def settings(request: BlockRequest) -> Dict[str, Any]:
    """What the forward pass computes in, with TF32 as it was read back."""
    tf32 = tf.config.experimental.tensor_float_32_execution_enabled()
    return {
        "precision": _TYPES[request.precision].name
        if request.precision in _TYPES
        else "tf32"
        if tf32
        else "float32",
        "tf32": tf32,
        "loss_scale": workloads.LOSS_SCALE if scales_loss(request) else None,
    }


def casting(model: Any, request: BlockRequest) -> Callable[[Any], Any]:
    """The model's forward pass in its precision."""
    if request.precision not in _TYPES:
        call: Callable[[Any], Any] = model.__call__
        return call
    model.compute_type = _TYPES[request.precision]
    return lambda x: model(tf.cast(x, model.compute_type))


def gradient_step(model: Any, request: BlockRequest) -> Callable[[Any, Any], None]:
    """From a tape and the loss on it to new weights; in float16 with a dynamic loss scale."""
    parameters = list(model.parameters)
    if scales_loss(request):
        model.loss_scale = [tf.Variable(workloads.LOSS_SCALE), tf.Variable(0, dtype=tf.int64)]
        return lambda tape, loss: _scaled_step(tape, loss, parameters, *model.loss_scale)

    def update(tape: Any, loss: Any) -> None:
        for parameter, gradient in zip(parameters, tape.gradient(loss, parameters)):
            parameter.assign_sub(workloads.LEARNING_RATE * gradient)

    return update


def in_float32(logits: Any) -> Any:
    """As the loss takes them."""
    return in_type(logits, tf.float32)


def scales_loss(request: BlockRequest) -> bool:
    """True where gradients would become 0 without it."""
    return request.precision == "float16" and request.task == "training"


def _scaled_step(tape: Any, loss: Any, parameters: Any, scale: Any, finite_steps: Any) -> None:
    """The rule of PyTorch's `GradScaler` and of Keras's `LossScaleOptimizer`."""
    gradients = tape.gradient(loss, parameters, output_gradients=scale.read_value())
    is_finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients])
    rate = workloads.LEARNING_RATE / scale
    for parameter, gradient in zip(parameters, gradients):
        parameter.assign_sub(tf.where(is_finite, rate * gradient, tf.zeros_like(gradient)))
    steps = tf.where(is_finite, finite_steps + 1, tf.zeros_like(finite_steps))
    grows = steps >= workloads.LOSS_SCALE_STEPS
    scale.assign(scale * tf.where(is_finite, tf.where(grows, 2.0, 1.0), 0.5))
    finite_steps.assign(tf.where(grows, tf.zeros_like(steps), steps))

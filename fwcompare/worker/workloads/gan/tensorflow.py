"""The generative adversarial network in TensorFlow's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List

import tensorflow as tf

from .. import LEARNING_RATE, Layout
from ..tensorflow_model import Model

if TYPE_CHECKING:
    from .spec import GanSpec


class Gan(Model):
    """Generator and discriminator; called, it is the generator."""

    def __init__(self, spec: GanSpec) -> None:
        super().__init__(spec)
        self.generator = self.parameters[: spec.generator_arrays]
        self.discriminator = self.parameters[spec.generator_arrays :]

    def __call__(self, x: Any) -> Any:
        """Examples (batch, values) of latents x (batch, latents)."""
        return tf.tanh(_dense_layers(self.generator, x))


def build(spec: GanSpec) -> Gan:
    """The model, its weights still zero."""
    return Gan(spec)


def layout(_spec: GanSpec) -> Layout:
    """TensorFlow's layout is the canonical one."""
    return Layout()


def training_step(model: Gan) -> Callable[[Any, Any], Any]:
    """A tape for each network, which watches that network alone; the generator's is open while the discriminator learns."""

    def step(latents: Any, real: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as generator_tape:
            generator_tape.watch(model.generator)
            fake = model(latents)
            with tf.GradientTape(watch_accessed_variables=False) as discriminator_tape:
                discriminator_tape.watch(model.discriminator)
                told_apart = _discriminator_loss(model.discriminator, real, tf.stop_gradient(fake))
            _descend(model.discriminator, discriminator_tape.gradient(told_apart, model.discriminator))
            found_out = tf.reduce_mean(tf.nn.softplus(-_dense_layers(model.discriminator, fake)))
        _descend(model.generator, generator_tape.gradient(found_out, model.generator))
        return told_apart + found_out

    return step


def _discriminator_loss(parameters: List[Any], real: Any, fake: Any) -> Any:
    taken_for_fake = tf.reduce_mean(tf.nn.softplus(-_dense_layers(parameters, real)))
    return taken_for_fake + tf.reduce_mean(tf.nn.softplus(_dense_layers(parameters, fake)))


def _descend(parameters: List[Any], gradients: List[Any]) -> None:
    for parameter, gradient in zip(parameters, gradients):
        parameter.assign_sub(LEARNING_RATE * gradient)


def _dense_layers(parameters: List[Any], x: Any) -> Any:
    """Dense layers with silu between them."""
    *hidden, kernel, bias = parameters
    for hidden_kernel, hidden_bias in zip(hidden[::2], hidden[1::2]):
        x = tf.nn.silu(tf.nn.bias_add(tf.matmul(x, hidden_kernel), hidden_bias))
    return tf.nn.bias_add(tf.matmul(x, kernel), bias)

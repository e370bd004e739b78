"""The generative adversarial network in Keras: a model with a training step of its own, for each backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

import keras
from keras import layers, ops

from .. import Layout

if TYPE_CHECKING:
    from .spec import GanSpec


class Gan(keras.Model):  # type: ignore[misc]
    """Generator and discriminator; called, it is the generator. As in Keras's guide "Customizing `fit`"."""

    def __init__(self, spec: GanSpec) -> None:
        super().__init__()
        self.generator = _dense_layers(spec.generator, "tanh")
        self.discriminator = _dense_layers(spec.discriminator, None)

    def call(self, x: Any, training: Any = None) -> Any:
        """Examples (batch, values) of latents x (batch, latents)."""
        return self.generator(x, training=training)

    def compile(self, optimizer: Any, **others: Any) -> None:
        """An optimizer of this kind for each network; the losses are its own."""
        super().compile(optimizer, **{**others, "loss": None})
        self._step = training_step(self, lambda: optimizer.from_config(optimizer.get_config()))

    def train_step(self, data: Any) -> Dict[str, Any]:
        """One step on latents and real examples."""
        latents, real, _ = keras.utils.unpack_x_y_sample_weight(data)
        return {"loss": self._step(latents, real)}

    def discriminator_loss(self, real: Any, fake: Any) -> Any:
        """Of taking the real for fake, and the fake for real."""
        taken_for_fake = ops.mean(ops.softplus(-self.discriminator(real, training=True)))
        return taken_for_fake + ops.mean(ops.softplus(self.discriminator(fake, training=True)))

    def generator_loss(self, fake: Any) -> Any:
        """Of the fake being taken for fake."""
        return ops.mean(ops.softplus(-self.discriminator(fake, training=True)))


def build(spec: GanSpec) -> Any:
    """The model, with Keras's own initial weights."""
    model = Gan(spec)
    model.build((None, *spec.input_shape))
    return model


def layout(_spec: GanSpec) -> Layout:
    """Keras's layout is the canonical one."""
    return Layout()


def training_step(
    model: Gan, make_optimizer: Callable[[], Any], wrap: Callable[[Any], Any] = lambda function: function
) -> Callable[[Any, Any], Any]:
    """The step in what the backend has for gradients; `wrap` may compile what PyTorch computes forwards."""
    for_generator, for_discriminator = make_optimizer(), make_optimizer()
    for_generator.build(model.generator.trainable_variables)
    for_discriminator.build(model.discriminator.trainable_variables)
    if keras.backend.backend() == "torch":
        return _torch_step(model, for_generator, for_discriminator, wrap)
    return _tensorflow_step(model, for_generator, for_discriminator)


def _tensorflow_step(model: Gan, for_generator: Any, for_discriminator: Any) -> Callable[[Any, Any], Any]:
    import tensorflow as tf  # noqa: PLC0415 - only on that backend

    generator, discriminator = (
        network.trainable_variables for network in (model.generator, model.discriminator)
    )

    def step(latents: Any, real: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as generator_tape:
            generator_tape.watch([variable.value for variable in generator])
            fake = model(latents, training=True)
            with tf.GradientTape(watch_accessed_variables=False) as discriminator_tape:
                discriminator_tape.watch([variable.value for variable in discriminator])
                told_apart = model.discriminator_loss(real, tf.stop_gradient(fake))
            for_discriminator.apply(discriminator_tape.gradient(told_apart, discriminator), discriminator)
            found_out = model.generator_loss(fake)
        for_generator.apply(generator_tape.gradient(found_out, generator), generator)
        return told_apart + found_out

    return step


def _torch_step(
    model: Gan, for_generator: Any, for_discriminator: Any, wrap: Callable[[Any], Any]
) -> Callable[[Any, Any], Any]:
    import torch  # noqa: PLC0415 - only on that backend

    generate, generator_loss, discriminator_loss = map(
        wrap, (model.generator, model.generator_loss, model.discriminator_loss)
    )
    generator, discriminator = (
        network.trainable_variables for network in (model.generator, model.discriminator)
    )

    def descend(optimizer: Any, loss: Any, variables: List[Any]) -> None:
        gradients = torch.autograd.grad(loss, [variable.value for variable in variables])
        with torch.no_grad():
            optimizer.apply(list(gradients), variables)

    def step(latents: Any, real: Any) -> Any:
        fake = generate(latents)
        told_apart = discriminator_loss(real, fake.detach())
        descend(for_discriminator, told_apart, discriminator)
        found_out = generator_loss(fake)
        descend(for_generator, found_out, generator)
        return told_apart.detach() + found_out.detach()

    return step


def _dense_layers(widths: Tuple[int, ...], last: Any) -> Any:
    """Dense layers with silu between them and the activation `last` after the last."""
    *hidden, width = widths[1:]
    return keras.Sequential(
        [
            keras.Input(widths[:1]),
            *(layers.Dense(units, activation="silu") for units in hidden),
            layers.Dense(width, activation=last),
        ]
    )

"""The generative adversarial network in Keras: a model with a training step of its own, for each backend."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, List, Tuple

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
        optimizers = _optimizers(self, lambda: optimizer.from_config(optimizer.get_config()))
        super().compile(_Both(*optimizers), **{**others, "loss": None})
        self._step = _step(self, *optimizers)

    def train_step(self, *arguments: Any) -> Any:
        """One step on latents and real examples; JAX gives the state of the variables before them, and gets it back."""
        *state, data = arguments
        latents, real, _ = keras.utils.unpack_x_y_sample_weight(data)
        if not state:
            return {"loss": self._step(latents, real)}
        loss, after = self._step(latents, real, *state)
        return {"loss": loss}, after

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
    """The step in what TensorFlow or PyTorch has for gradients; `wrap` may compile what PyTorch computes forwards."""
    return _step(model, *_optimizers(model, make_optimizer), wrap)


class _Both(keras.optimizers.Optimizer):  # type: ignore[misc]
    """The optimizers of both networks as one model's: their variables are part of the state on JAX."""

    def __init__(self, *optimizers: Any) -> None:
        super().__init__(learning_rate=0.0)
        self.optimizers = optimizers

    @property
    def variables(self) -> List[Any]:
        """Those of either, in turn."""
        return [variable for optimizer in self.optimizers for variable in optimizer.variables]


def _optimizers(model: Gan, make_optimizer: Callable[[], Any]) -> Tuple[Any, Any]:
    """The generator's and the discriminator's."""
    for_generator, for_discriminator = make_optimizer(), make_optimizer()
    for_generator.build(model.generator.trainable_variables)
    for_discriminator.build(model.discriminator.trainable_variables)
    return for_generator, for_discriminator


def _step(
    model: Gan,
    for_generator: Any,
    for_discriminator: Any,
    wrap: Callable[[Any], Any] = lambda function: function,
) -> Callable[..., Any]:
    if keras.backend.backend() == "torch":
        return _torch_step(model, for_generator, for_discriminator, wrap)
    if keras.backend.backend() == "jax":
        return _jax_step(model, for_generator, for_discriminator)
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


def _jax_step(
    model: Gan, for_generator: Any, for_discriminator: Any
) -> Callable[[Any, Any, Any], Tuple[Any, Any]]:
    import jax  # noqa: PLC0415 - only on that backend

    def stateless(network: Any, function: Callable[..., Any], values: List[Any], *arguments: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(network.trainable_variables, values))):
            return function(*arguments)

    generate = partial(stateless, model.generator, model.generator)
    discriminator_loss = partial(stateless, model.discriminator, model.discriminator_loss)
    generator_loss = partial(stateless, model.discriminator, model.generator_loss)
    arrays, variables = len(model.generator.trainable_variables), len(for_generator.variables)

    def step(latents: Any, real: Any, state: Any) -> Tuple[Any, Any]:
        trainable, others, of_optimizers, metrics = state
        generator, discriminator = trainable[:arrays], trainable[arrays:]
        of_generator, of_discriminator = of_optimizers[:variables], of_optimizers[variables:]
        fake, back = jax.vjp(lambda values: generate(values, latents), generator)
        told_apart, gradients = jax.value_and_grad(discriminator_loss)(discriminator, real, fake)
        discriminator, of_discriminator = for_discriminator.stateless_apply(
            of_discriminator, gradients, discriminator
        )
        found_out, to_fake = jax.value_and_grad(generator_loss, argnums=1)(discriminator, fake)
        generator, of_generator = for_generator.stateless_apply(of_generator, *back(to_fake), generator)
        after = ([*generator, *discriminator], others, [*of_generator, *of_discriminator], metrics)
        return told_apart + found_out, after

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

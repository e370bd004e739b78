"""The workloads as somebody writes them who knows Keras alone, on the backend that KERAS_BACKEND names.

Mode "default" is `predict_on_batch` and `train_on_batch`; "xla" is the model, or a training loop's step as
in Keras's guide for TensorFlow, in a `tf.function(jit_compile=True)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.experts.stopwatch import Job, job, report
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE


def perceptron(spec: Any) -> keras.Model:
    hidden = [layers.Dense(width, activation="relu") for width in spec.widths[1:-1]]
    return keras.Sequential([keras.Input(spec.input_shape), *hidden, layers.Dense(spec.classes)])


def convolutional(spec: Any) -> keras.Model:
    stack: list[Any] = [keras.Input(spec.input_shape)]
    for stage in spec.stages:
        stack += [layers.Conv2D(filters, 3, padding="same", activation="relu") for filters in stage]
        stack.append(layers.MaxPooling2D())
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(spec.classes)])


def recurrent(spec: Any) -> keras.Model:
    stack = [layers.LSTM(spec.hidden, return_sequences=True) for _ in range(spec.layers - 1)]
    return keras.Sequential(
        [keras.Input(spec.input_shape), *stack, layers.LSTM(spec.hidden), layers.Dense(spec.classes)]
    )


def encoder(spec: Any) -> keras.Model:
    x = inputs = keras.Input(spec.input_shape)
    for _ in range(spec.layers):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(spec.heads, spec.head_width)(x, x))
        fed = layers.Dense(spec.width)(layers.Dense(spec.hidden, activation="gelu")(x))
        x = layers.LayerNormalization()(x + fed)
    return keras.Model(inputs, layers.Dense(spec.classes)(layers.GlobalAveragePooling1D()(x)))


def dense(widths: tuple[int, ...], last: str | None) -> keras.Model:
    hidden = [layers.Dense(width, activation="silu") for width in widths[1:-1]]
    return keras.Sequential([keras.Input(widths[:1]), *hidden, layers.Dense(widths[-1], activation=last)])


class Gan(keras.Model):
    """As in Keras's guides "Customizing what happens in `fit`", for both backends."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.generator, self.discriminator = dense(spec.generator, "tanh"), dense(spec.discriminator, None)
        self.entropy = keras.losses.BinaryCrossentropy(from_logits=True)
        self.optimizers = [keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1)]
        for optimizer, network in zip(self.optimizers, (self.generator, self.discriminator), strict=True):
            optimizer.build(network.trainable_variables)

    def call(self, latents: Any) -> Any:
        """Examples."""
        return self.generator(latents)

    def tell_apart(self, real: Any, fake: Any) -> Any:
        """The discriminator's loss."""
        of_real, of_fake = self.discriminator(real), self.discriminator(fake)
        return self.entropy(ops.ones_like(of_real), of_real) + self.entropy(ops.zeros_like(of_fake), of_fake)

    def deceive(self, fake: Any) -> Any:
        """The generator's loss."""
        logits = self.discriminator(fake)
        return self.entropy(ops.ones_like(logits), logits)

    def train_step(self, data: Any) -> dict[str, Any]:
        """In what the backend has."""
        latents, real = data[:2]
        on_torch = keras.backend.backend() == "torch"
        return {"loss": (self._torch_step if on_torch else self.tensorflow_step)(latents, real)}

    def tensorflow_step(self, latents: Any, real: Any) -> Any:
        """With a tape for each network."""
        import tensorflow as tf  # noqa: PLC0415 - only on that backend

        generator, discriminator = self.generator.trainable_weights, self.discriminator.trainable_weights
        with tf.GradientTape() as tape:
            loss = self.tell_apart(real, tf.stop_gradient(self.generator(latents)))
        self.optimizers[1].apply(tape.gradient(loss, discriminator), discriminator)
        with tf.GradientTape() as tape:
            other = self.deceive(self.generator(latents))
        self.optimizers[0].apply(tape.gradient(other, generator), generator)
        return loss + other

    def _torch_step(self, latents: Any, real: Any) -> Any:
        import torch  # noqa: PLC0415 - only on that backend

        def descend(optimizer: Any, loss: Any, network: Any) -> None:
            self.zero_grad()
            loss.backward()
            with torch.no_grad():
                optimizer.apply(
                    [one.value.grad for one in network.trainable_weights], network.trainable_weights
                )

        fake = self.generator(latents)
        loss = self.tell_apart(real, fake.detach())
        descend(self.optimizers[1], loss, self.discriminator)
        other = self.deceive(fake)
        descend(self.optimizers[0], other, self.generator)
        return (loss + other).detach()


class FixedPoint(layers.Layer):
    """A cell that is turned until it rests."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, shape: Any) -> None:
        """Make the weights."""
        self.kernel = self.add_weight(shape=(shape[-1], self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units))
        self.bias = self.add_weight(shape=(self.units,))

    def call(self, x: Any) -> Any:
        """The state at rest."""
        given = ops.add(ops.matmul(x, self.kernel), self.bias)

        def turn(state: Any, _residual: Any) -> tuple[Any, Any]:
            moved = ops.tanh(ops.add(ops.matmul(state, self.recurrent_kernel), given))
            return moved, ops.max(ops.abs(moved - state))

        start = ops.zeros_like(given), ops.convert_to_tensor(float("inf"))
        return ops.while_loop(lambda _, moved: moved > TOLERANCE, turn, start, maximum_iterations=MAX_TURNS)[
            0
        ]

    def compute_output_shape(self, shape: Any) -> Any:
        """That of the state."""
        return (shape[0], self.units)


def fixed_point(spec: Any) -> keras.Model:
    return keras.Sequential(
        [keras.Input(spec.input_shape), FixedPoint(spec.hidden), layers.Dense(spec.classes)]
    )


MODELS = {
    "mlp": perceptron,
    "cnn": convolutional,
    "lstm": recurrent,
    "transformer": encoder,
    "gan": Gan,
    "dynamic": fixed_point,
}


def by_default(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """What Keras does by itself."""
    if asked.task == "inference":
        return lambda: model.predict_on_batch(x)
    loss = None if isinstance(model, Gan) else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss)
    return lambda: model.train_on_batch(x, labels)


def by_xla(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """One XLA program for each iteration."""
    import tensorflow as tf  # noqa: PLC0415 - only on that backend

    examples, classes = tf.constant(x), tf.constant(labels)
    if asked.task == "inference":
        run = tf.function(lambda x: model(x, training=False), jit_compile=True)
        return lambda: run(examples)
    if isinstance(model, Gan):
        adversarial = tf.function(model.tensorflow_step, jit_compile=True)
        return lambda: adversarial(examples, classes)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return lambda: step(examples, classes)


def set_threads(threads: int) -> None:
    """In the backend."""
    if keras.backend.backend() == "torch":
        import torch  # noqa: PLC0415 - only on that backend

        torch.set_num_threads(threads)
    else:
        import tensorflow as tf  # noqa: PLC0415 - only on that backend

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def main() -> None:
    asked = job()
    set_threads(asked.threads)
    model = MODELS[asked.architecture](asked.spec)
    if asked.architecture == "dynamic":
        model.set_weights(asked.numbers())
    make = by_xla if asked.mode == "xla" else by_default
    report(make(model, asked, *asked.examples()), asked)


if __name__ == "__main__":
    main()

"""The workloads as somebody writes them who knows Keras alone, on the backend that KERAS_BACKEND names.

Mode "default" is `predict_on_batch` and `train_on_batch`; the others call the model, or a training loop's step
as in Keras's guides for TensorFlow and PyTorch, on tensors: "eager" as it is, "xla" in a
`tf.function(jit_compile=True)`, "compile" with its forward pass through `torch.compile`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
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
    """As in Keras's guides "Customizing what happens in `fit`", for each backend."""

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

    def train_step(self, *arguments: Any) -> Any:
        """In what the backend has; JAX gives the variables' values before the data, and gets them back."""
        *state, (latents, real, *_) = arguments
        if state:
            return self._jax_step(latents, real, *state)
        on_torch = keras.backend.backend() == "torch"
        return {"loss": (self.torch_step if on_torch else self.tensorflow_step)(latents, real)}

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

    def torch_step(self, latents: Any, real: Any) -> Any:
        """With a way back for each network."""
        import torch  # noqa: PLC0415 - only on that backend

        def descend(optimizer: Any, loss: Any, network: Any) -> None:
            self.zero_grad()
            loss.backward()
            with torch.no_grad():
                optimizer.apply(
                    [one.value.grad for one in network.trainable_weights], network.trainable_weights
                )

        fake = self.call(latents)
        loss = self.tell_apart(real, fake.detach())
        descend(self.optimizers[1], loss, self.discriminator)
        other = self.deceive(fake)
        descend(self.optimizers[0], other, self.generator)
        return (loss + other).detach()

    def _jax_step(self, latents: Any, real: Any, state: Any) -> Any:
        import jax  # noqa: PLC0415 - only on that backend

        trainable, *others = state
        count = len(self.generator.trainable_variables)

        def loss_with(weights: Any, loss_of: Callable[[Any], Any]) -> Any:
            with keras.StatelessScope(list(zip(self.trainable_variables, weights, strict=True))):
                return loss_of(self.generator(latents))

        def descend(loss_of: Callable[[Any], Any], part: slice) -> Any:
            loss, gradients = jax.value_and_grad(loss_with)(trainable, loss_of)
            trainable[part] = [
                weight - 0.1 * gradient
                for weight, gradient in zip(trainable[part], gradients[part], strict=True)
            ]
            return loss

        loss = descend(lambda fake: self.tell_apart(real, jax.lax.stop_gradient(fake)), slice(count, None))
        loss += descend(self.deceive, slice(count))
        return {"loss": loss}, (trainable, *others)


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


def on_tensorflow(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """One XLA program for each iteration, or one operation after the other."""
    import tensorflow as tf  # noqa: PLC0415 - only on that backend

    wrap = partial(tf.function, jit_compile=True) if asked.mode == "xla" else lambda function: function
    examples, classes = tf.constant(x), tf.constant(labels)
    if asked.task == "inference":
        return partial(wrap(lambda x: model(x, training=False)), examples)
    if isinstance(model, Gan):
        return partial(wrap(model.tensorflow_step), examples, classes)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return partial(wrap(step), examples, classes)


def on_torch(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """The forward pass compiled, in training with its loss."""
    import torch  # noqa: PLC0415 - only on that backend

    examples, classes = torch.from_numpy(x), torch.from_numpy(labels)
    if asked.task == "inference":
        run = torch.compile(lambda x: model(x, training=False))
        return partial(run, examples)
    if isinstance(model, Gan):
        for name in ("call", "tell_apart", "deceive"):
            setattr(model, name, torch.compile(getattr(model, name)))
        return lambda: model.torch_step(examples, classes)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    loss_of = torch.compile(lambda x, labels: entropy(labels, model(x, training=True)))

    def step() -> None:
        model.zero_grad()
        loss_of(examples, classes).backward()
        weights = model.trainable_weights
        with torch.no_grad():
            optimizer.apply([one.value.grad for one in weights], weights)

    return step


MAKERS = {"default": by_default, "eager": on_tensorflow, "xla": on_tensorflow, "compile": on_torch}


def set_threads(threads: int) -> None:
    """In the backend; JAX has them from the environment."""
    if keras.backend.backend() == "torch":
        import torch  # noqa: PLC0415 - only on that backend

        torch.set_num_threads(threads)
    elif keras.backend.backend() == "tensorflow":
        import tensorflow as tf  # noqa: PLC0415 - only on that backend

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def entered_once(asked: Job) -> AbstractContextManager[Any]:
    """PyTorch's mode for a model that is called; Keras's own calls enter what they need."""
    if asked.mode != "compile" or asked.task != "inference":
        return nullcontext()
    import torch  # noqa: PLC0415 - only on that backend

    return torch.inference_mode()


def main() -> None:
    asked = job()
    set_threads(asked.threads)
    model = MODELS[asked.architecture](asked.spec)
    model.set_weights(asked.weights("keras"))
    call = MAKERS[asked.mode](model, asked, *asked.examples())
    with entered_once(asked):
        report(call, asked)


if __name__ == "__main__":
    main()

"""The workloads as somebody writes them who knows TensorFlow alone.

Dense and convolutional networks are operations on variables, as in TensorFlow's guides to its low-level
interface; recurrent and attention layers are its own, `tf.keras.layers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import tensorflow as tf

from benchmarks.experts.stopwatch import Job, job, report
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE

Model = Callable[[Any], Any]


def variables(spec: Any) -> list[Any]:
    return [tf.Variable(tf.zeros(parameter.shape)) for parameter in spec.parameters]


def perceptron(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables(spec)

    def model(x: Any) -> Any:
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            x = tf.nn.relu(tf.matmul(x, kernel) + bias)
        return tf.matmul(x, weights[-2]) + weights[-1]

    return model, weights


def convolutional(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables(spec)

    def model(x: Any) -> Any:
        pairs = zip(weights[:-2:2], weights[1:-2:2], strict=True)
        for stage in spec.stages:
            for _ in stage:
                kernel, bias = next(pairs)
                x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias))
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.matmul(tf.reshape(x, (x.shape[0], -1)), weights[-2]) + weights[-1]

    return model, weights


def recurrent(spec: Any) -> tuple[Model, list[Any]]:
    layers = tf.keras.layers
    stack = [layers.LSTM(spec.hidden, return_sequences=True) for _ in range(spec.layers - 1)]
    model = tf.keras.Sequential(
        [layers.Input(spec.input_shape), *stack, layers.LSTM(spec.hidden), layers.Dense(spec.classes)]
    )
    return model, model.trainable_variables


def encoder(spec: Any) -> tuple[Model, list[Any]]:
    layers = tf.keras.layers
    x = inputs = layers.Input(spec.input_shape)
    for _ in range(spec.layers):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(spec.heads, spec.head_width)(x, x))
        fed = layers.Dense(spec.width)(layers.Dense(spec.hidden, activation="gelu")(x))
        x = layers.LayerNormalization()(x + fed)
    outputs = layers.Dense(spec.classes)(layers.GlobalAveragePooling1D()(x))
    model = tf.keras.Model(inputs, outputs)
    return model, model.trainable_variables


def dense(weights: Sequence[Any], x: Any) -> Any:
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = tf.nn.silu(tf.matmul(x, kernel) + bias)
    return tf.matmul(x, weights[-2]) + weights[-1]


def generator(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables(spec)
    return lambda z: tf.tanh(dense(weights[: spec.generator_arrays], z)), weights


def fixed_point(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables(spec)
    kernel, recurrent_kernel, bias, *head = weights

    def model(x: Any) -> Any:
        given = tf.matmul(x, kernel) + bias

        def turn(state: Any, _residual: Any) -> tuple[Any, Any]:
            moved = tf.tanh(tf.matmul(state, recurrent_kernel) + given)
            return moved, tf.reduce_max(tf.abs(moved - state))

        start = tf.zeros_like(given), tf.constant(float("inf"))
        state, _ = tf.while_loop(
            lambda _, residual: residual > TOLERANCE, turn, start, maximum_iterations=MAX_TURNS
        )
        return dense(head, state)

    return model, weights


MODELS = {
    "mlp": perceptron,
    "cnn": convolutional,
    "lstm": recurrent,
    "transformer": encoder,
    "gan": generator,
    "dynamic": fixed_point,
}


def adversarial_step(spec: Any, weights: list[Any]) -> Callable[[Any, Any], Any]:
    """With the tapes of TensorFlow's tutorial on the DCGAN, the discriminator first."""
    generator, discriminator = weights[: spec.generator_arrays], weights[spec.generator_arrays :]
    entropy = tf.nn.sigmoid_cross_entropy_with_logits

    def descend(weights: list[Any], gradients: list[Any]) -> None:
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(0.1 * gradient)

    def step(latents: Any, real: Any) -> Any:
        ones, zeros = tf.ones((len(real), 1)), tf.zeros((len(real), 1))
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(generator)
            fake = tf.tanh(dense(generator, latents))
            with tf.GradientTape(watch_accessed_variables=False) as inner:
                inner.watch(discriminator)
                taken_for_fake = tf.reduce_mean(entropy(ones, dense(discriminator, real)))
                taken_for_real = tf.reduce_mean(entropy(zeros, dense(discriminator, tf.stop_gradient(fake))))
                told_apart = taken_for_fake + taken_for_real
            descend(discriminator, inner.gradient(told_apart, discriminator))
            found_out = tf.reduce_mean(entropy(ones, dense(discriminator, fake)))
        descend(generator, tape.gradient(found_out, generator))
        return told_apart, found_out

    return step


def training_step(model: Model, weights: list[Any]) -> Callable[[Any, Any], Any]:
    """As in TensorFlow's guide to training loops, with plain gradient descent."""

    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(x)))
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.1 * gradient)
        return loss

    return step


def save(
    function: Callable[..., Any], model: Model, weights: list[Any], given: dict[str, Any], folder: str
) -> None:
    """As a SavedModel whose one signature is the function of tensors like the given ones."""
    module = tf.Module()
    module.model, module.weights = model, weights
    specs = [tf.TensorSpec.from_tensor(tensor, name) for name, tensor in given.items()]
    signature = tf.function(function).get_concrete_function(*specs)
    tf.saved_model.save(module, folder, signatures=signature)


def in_mode(
    function: Callable[..., Any], model: Model, weights: list[Any], given: dict[str, Any], asked: Job
) -> Callable[[], Any]:
    """A call of the function in the mode that is asked for."""
    if asked.mode == "savedmodel":
        with TemporaryDirectory() as folder:
            save(function, model, weights, given, folder)
            loaded = tf.saved_model.load(folder)
        return lambda: loaded.signatures["serving_default"](**given)
    if asked.mode != "eager":
        function = tf.function(function, jit_compile=True if asked.mode == "xla" else None)
    return partial(function, *given.values())


def prepared(asked: Job) -> tuple[Model, list[Any]]:
    """The model and its weights."""
    model, weights = MODELS[asked.architecture](asked.spec)
    for weight, value in zip(weights, asked.weights("tensorflow"), strict=True):
        weight.assign(value)
    return model, weights


def main() -> None:
    asked = job()
    tf.config.threading.set_intra_op_parallelism_threads(asked.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model, weights = prepared(asked)
    given = {name: tf.constant(array) for name, array in zip("xy", asked.examples(), strict=True)}
    if asked.task == "inference":
        function, given = model, {"x": given["x"]}
    elif asked.architecture == "gan":
        function = adversarial_step(asked.spec, weights)
    else:
        function = training_step(model, weights)
    report(in_mode(function, model, weights, given, asked), asked)


if __name__ == "__main__":
    main()

"""The workloads as somebody writes them who knows TensorFlow alone.

Dense and convolutional networks are operations on variables, as in TensorFlow's guides to its low-level
interface; recurrent and attention layers are its own, `tf.keras.layers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from benchmarks.experts.stopwatch import Job, job, report
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE

Model = Callable[[Any], Any]


def variables(shapes: Sequence[Sequence[int]]) -> list[Any]:
    return [tf.Variable(tf.random.normal(shape, stddev=0.02)) for shape in shapes]


def perceptron(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables([one.shape for one in spec.parameters])

    def model(x: Any) -> Any:
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            x = tf.nn.relu(tf.matmul(x, kernel) + bias)
        return tf.matmul(x, weights[-2]) + weights[-1]

    return model, weights


def convolutional(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables([one.shape for one in spec.parameters])

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
    weights = variables([one.shape for one in spec.parameters])[: spec.generator_arrays]
    return lambda z: tf.tanh(dense(weights, z)), weights


def fixed_point(spec: Any) -> tuple[Model, list[Any]]:
    weights = variables([one.shape for one in spec.parameters])
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


def adversarial_step(spec: Any) -> Callable[[Any, Any], Any]:
    """With the tapes of TensorFlow's tutorial on the DCGAN, the discriminator first."""
    weights = variables([one.shape for one in spec.parameters])
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


def wrapped(function: Callable[..., Any], asked: Job) -> Callable[..., Any]:
    """The function in the mode that is asked for."""
    if asked.mode == "eager":
        return function
    wrapper: Callable[..., Any] = tf.function(function, jit_compile=True if asked.mode == "xla" else None)
    return wrapper


def main() -> None:
    asked = job()
    tf.config.threading.set_intra_op_parallelism_threads(asked.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model, weights = MODELS[asked.architecture](asked.spec)
    for weight, value in zip(weights, asked.numbers(), strict=False):
        weight.assign(value)
    examples, classes = (tf.constant(array) for array in asked.examples())
    if asked.task == "inference":
        run = wrapped(model, asked)
        report(lambda: run(examples), asked)
    else:
        is_gan = asked.architecture == "gan"
        plain = adversarial_step(asked.spec) if is_gan else training_step(model, weights)
        step = wrapped(plain, asked)
        report(lambda: step(examples, classes), asked)


if __name__ == "__main__":
    main()

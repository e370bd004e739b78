"""The workloads as somebody writes them who knows Keras alone, on the backend that KERAS_BACKEND names.

Mode "default" is `predict_on_batch` and `train_on_batch`; "xla" is the model, or a training loop's step as
in Keras's guide for TensorFlow, in a `tf.function(jit_compile=True)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from benchmarks.experts.stopwatch import Job, job, report


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


MODELS = {"mlp": perceptron, "cnn": convolutional, "lstm": recurrent, "transformer": encoder}


def by_default(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """What Keras does by itself."""
    if asked.task == "inference":
        return lambda: model.predict_on_batch(x)
    model.compile(
        optimizer=keras.optimizers.SGD(0.1), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return lambda: model.train_on_batch(x, labels)


def by_xla(model: keras.Model, asked: Job, x: np.ndarray, labels: np.ndarray) -> Callable[[], Any]:
    """One XLA program for each iteration."""
    import tensorflow as tf  # noqa: PLC0415 - only on that backend

    examples, classes = tf.constant(x), tf.constant(labels)
    if asked.task == "inference":
        run = tf.function(lambda x: model(x, training=False), jit_compile=True)
        return lambda: run(examples)
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
    make = by_xla if asked.mode == "xla" else by_default
    report(make(model, asked, *asked.examples()), asked)


if __name__ == "__main__":
    main()

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from fwcompare.domain.contender import NO_TRAINING_OF
from fwcompare.worker import workloads
from fwcompare.worker.workloads import LEARNING_RATE, training

RANDOM = np.random.default_rng(5)
LOGITS = RANDOM.standard_normal((6, 4)) * 3
LABELS = np.array([0, 1, 2, 3, 0, 1])
EQUAL = np.full(6, 1 / 6)


TRAINABLE = [name for name in workloads.architectures() if name not in NO_TRAINING_OF]
CLASSIFIERS = [name for name in TRAINABLE if name != "gan"]


def tiny(architecture, examples):
    spec = workloads.spec(architecture, "tiny")
    random = np.random.default_rng(3)
    parameters = [
        random.standard_normal(parameter.shape).astype(np.float32) * np.float32(0.3)
        for parameter in spec.parameters
    ]
    x = random.standard_normal((examples, *spec.input_shape)).astype(np.float32)
    reference = workloads.implementation(architecture, "reference")
    labels = getattr(reference, "draw_targets", training.draw_targets)(spec, examples, random)
    return reference, spec, parameters, x, labels


def test_loss_and_gradient_are_those_of_the_mean_cross_entropy():
    loss, gradient = training.softmax_cross_entropy(LOGITS, LABELS, EQUAL)

    assert loss == pytest.approx(-log_softmax(LOGITS, axis=1)[range(6), LABELS].mean())
    np.testing.assert_allclose(gradient, (softmax(LOGITS, axis=1) - np.eye(4)[LABELS]) / 6, atol=1e-15)


def test_huge_logits_neither_overflow_nor_lose_the_loss():
    loss, gradient = training.softmax_cross_entropy(
        np.array([[1e4, 0.0], [0.0, -1e4]]), np.array([1, 0]), np.array([0.5, 0.5])
    )

    assert loss == pytest.approx(5e3)
    assert np.isfinite(gradient).all()


def test_weights_count_an_example_as_often_as_it_is_in_the_batch():
    repeated = np.array([0, 1, 2, 0, 1, 0])

    loss, _ = training.softmax_cross_entropy(LOGITS[:3], LABELS[:3], np.array([3, 2, 1]) / 6)

    assert loss == pytest.approx(training.softmax_cross_entropy(LOGITS[repeated], LABELS[repeated], EQUAL)[0])


@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_training_follows_the_gradient_with_the_learning_rate(architecture):
    reference, spec, parameters, x, labels = tiny(architecture, 4)
    weights = np.full(4, 0.25)

    result = training.train(reference, spec, parameters, x, labels, weights=weights, steps=2)

    current = [parameter.astype(np.float64) for parameter in parameters]
    losses = []
    for _ in range(3):
        logits, tape = reference.forward(spec, current, x.astype(np.float64))
        loss, gradient = training.softmax_cross_entropy(logits, labels, weights)
        losses.append(loss)
        gradients = reference.backward(spec, current, tape, gradient)
        if len(losses) == 1:
            change = np.concatenate([-LEARNING_RATE * gradient.ravel() for gradient in gradients])
        current = [value - LEARNING_RATE * step for value, step in zip(current, gradients, strict=True)]
    assert result.losses == pytest.approx(losses)
    np.testing.assert_allclose(result.parameter_change, change)


@pytest.mark.parametrize("architecture", TRAINABLE)
def test_a_batch_that_repeats_its_examples_trains_like_those_examples_weighted(architecture):
    reference, spec, parameters, x, labels = tiny(architecture, 3)
    counts = np.array([3, 2, 2])

    short = training.train(reference, spec, parameters, x, labels, weights=counts / 7, steps=2)
    long = training.train(
        reference,
        spec,
        parameters,
        np.resize(x, (7, *spec.input_shape)),
        np.resize(labels, (7, *labels.shape[1:])),
        weights=np.full(7, 1 / 7),
        steps=2,
    )

    assert short.losses == pytest.approx(long.losses, rel=1e-12)
    np.testing.assert_allclose(short.parameter_change, long.parameter_change, atol=1e-15)


def test_the_given_parameters_are_left_as_they_are():
    reference, spec, parameters, x, labels = tiny("mlp", 2)
    before = [parameter.copy() for parameter in parameters]

    training.train(reference, spec, parameters, x, labels, weights=np.full(2, 0.5), steps=3)

    for kept, parameter in zip(before, parameters, strict=True):
        np.testing.assert_array_equal(kept, parameter)


def test_inference_is_in_float64_whatever_comes_in():
    reference, spec, parameters, x, _ = tiny("cnn", 2)

    logits = training.inference(reference, spec, parameters, x)

    assert logits.dtype == np.float64
    assert logits.shape == (2, 10)

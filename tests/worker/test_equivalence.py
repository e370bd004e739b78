"""The check against programs that compute in NumPy, in float32, rightly and wrongly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fwcompare.domain.contender import NO_TRAINING_OF
from fwcompare.domain.workload import Precision, Size, Task, Workload
from fwcompare.execution.references import prepare_inputs
from fwcompare.worker import equivalence, workloads
from fwcompare.worker.inputs import read_inputs
from fwcompare.worker.workloads import LEARNING_RATE, training

CLASSIFIERS = [name for name in workloads.architectures() if name not in {*NO_TRAINING_OF, "gan"}]
"""Architectures that are trained, by the usual loss."""


class NumPyProgram:
    """A contender that computes with the reference's own functions, in float32, and wrongly on demand."""

    def __init__(self, architecture, inputs, *, learning_rate=LEARNING_RATE, result=lambda value: value):
        self.spec = workloads.spec(architecture, "tiny")
        self.reference = workloads.implementation(architecture, "reference")
        self.inputs = inputs
        self.learning_rate = learning_rate
        self.result = result
        self.reset_parameters()

    def reset_parameters(self):
        self.parameters = [parameter.copy() for parameter in self.inputs.parameters]

    def read_parameters(self):
        return [parameter.copy() for parameter in self.parameters]

    def output(self, result):
        return self.result(result)

    def loss(self, result):
        return self.result(result)


class Inference(NumPyProgram):
    def iterate(self):
        return self.reference.forward(self.spec, self.parameters, self.inputs.x)[0]


class Training(NumPyProgram):
    def iterate(self):
        logits, tape = self.reference.forward(self.spec, self.parameters, self.inputs.x)
        weights = np.full(len(logits), 1 / len(logits), np.float32)
        loss, gradient = training.softmax_cross_entropy(logits, self.inputs.labels, weights)
        gradients = self.reference.backward(self.spec, self.parameters, tape, gradient)
        for parameter, step in zip(self.parameters, gradients, strict=True):
            np.subtract(parameter, np.float32(self.learning_rate) * step, out=parameter)
        return loss


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Inputs by (architecture, task); the batch is larger than the default and repeats its examples."""
    cache = tmp_path_factory.mktemp("cache")
    return {
        (architecture, task): read_inputs(
            str(prepare_inputs(Workload(architecture, task, Size.TINY, 130, "cpu"), 4, cache))
        )
        for architecture in CLASSIFIERS
        for task in Task
    }


def check(program, inputs, task, precision="float32"):
    return equivalence.check(program, inputs, task, precision)


def failed(checks):
    return {one.quantity for one in checks if not one.passed}


@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_a_program_that_computes_the_same_passes_with_a_small_error(given, architecture):
    inference_inputs, training_inputs = (given[architecture, task] for task in ("inference", "training"))

    checks = check(Inference(architecture, inference_inputs), inference_inputs, "inference")
    checks += check(Training(architecture, training_inputs), training_inputs, "training")

    assert [(one.quantity, one.limit) for one in checks] == [
        ("output", 1e-4),
        ("loss_after_1", 1e-4),
        ("loss_after_5", 1e-4),
        ("parameter_change", 1e-3),
    ]
    assert all(one.passed for one in checks)
    assert all(0 < one.relative_error < one.limit / 10 for one in checks)


@pytest.mark.parametrize("task", Task)
def test_a_program_that_was_called_before_is_checked_from_its_initial_weights(given, task):
    inputs = given["mlp", task]
    program = (Inference if task is Task.INFERENCE else Training)("mlp", inputs)
    program.iterate()
    program.iterate()

    assert failed(check(program, inputs, task)) == set()
    for left, initial in zip(program.read_parameters(), inputs.parameters, strict=True):
        np.testing.assert_array_equal(left, initial)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda logits: logits * 1.001,
        lambda logits: logits[::-1],
        lambda logits: np.roll(logits, 1, axis=1),
        lambda logits: np.concatenate([logits[:-1], logits[:1]]),
        lambda logits: logits[:-1],
        lambda logits: logits[:, :-1],
        lambda logits: logits.ravel(),
        lambda logits: np.where(logits == logits.max(), np.nan, logits),
        lambda logits: np.full_like(logits, np.inf),
        np.zeros_like,
    ],
    ids=[
        "scaled",
        "examples reversed",
        "classes moved",
        "last example wrong",
        "example missing",
        "class missing",
        "flat",
        "one NaN",
        "infinite",
        "zeros",
    ],
)
def test_a_wrong_output_fails(given, wrong):
    inputs = given["cnn", "inference"]

    assert failed(check(Inference("cnn", inputs, result=wrong), inputs, "inference")) == {"output"}


def test_what_is_not_finite_or_of_another_shape_has_no_error(given):
    inputs = given["mlp", "inference"]

    for wrong in (lambda logits: logits * np.nan, lambda logits: logits[:3]):
        (found,) = check(Inference("mlp", inputs, result=wrong), inputs, "inference")
        assert found.relative_error is None


def test_a_wrong_learning_rate_fails_in_the_losses_and_the_parameters(given):
    inputs = given["mlp", "training"]

    checks = check(Training("mlp", inputs, learning_rate=0.11), inputs, "training")

    assert failed(checks) == {"loss_after_1", "loss_after_5", "parameter_change"}


def test_a_running_mean_for_a_loss_fails(given):
    inputs = given["cnn", "training"]
    losses = []

    def running_mean(loss):
        losses.append(loss)
        return float(np.mean(losses))

    checks = check(Training("cnn", inputs, result=running_mean), inputs, "training")

    assert failed(checks) == {"loss_after_1", "loss_after_5"}


def test_a_loss_that_is_no_number_fails_without_an_error(given):
    inputs = given["mlp", "training"]

    loss_after_1, loss_after_5, change = check(
        Training("mlp", inputs, result=lambda _: float("nan")), inputs, "training"
    )

    assert (loss_after_1.relative_error, loss_after_5.relative_error) == (None, None)
    assert change.passed


@pytest.mark.parametrize("number", range(4))
def test_one_parameter_that_is_not_trained_fails(given, number):
    inputs = given["mlp", "training"]
    program = Training("mlp", inputs)
    read = program.read_parameters

    def frozen():
        parameters = read()
        parameters[number] = inputs.parameters[number]
        return parameters

    program.read_parameters = frozen

    assert failed(check(program, inputs, "training")) == {"parameter_change"}


def test_wrong_labels_fail(given):
    inputs = given["cnn", "training"]
    program = Training("cnn", replace(inputs, labels=np.roll(inputs.labels, 1)))

    assert failed(check(program, inputs, "training")) >= {"loss_after_1", "parameter_change"}


def test_the_relative_error_is_over_all_pairs_together():
    pairs = [(np.array([3.0]), np.array([0.0])), (np.array([[4.0, 5.0]]), np.array([[4.0, 1.0]]))]

    assert equivalence.relative_error(pairs) == pytest.approx(5 / np.sqrt(17))


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan])
def test_nothing_is_relative_to_a_reference_of_zeros(value):
    assert equivalence.relative_error([(np.array([value, 0.0]), np.zeros(2))]) is None


def test_a_reference_of_zeros_fails_the_check_without_an_error(given):
    inputs = given["mlp", "inference"]
    zeros = replace(inputs, reference={"output": np.zeros_like(inputs.reference["output"])})

    (found,) = check(Inference("mlp", zeros), zeros, "inference")

    assert (found.relative_error, found.passed) == (None, False)


def rounded(array, bits):
    """Float32 with so many bits of its mantissa left, to nearest: 10 in TF32 and float16, 7 in bfloat16."""
    dropped = 23 - bits
    whole = array.astype(np.float32).view(np.uint32) + np.uint32(1 << (dropped - 1))
    return (whole >> np.uint32(dropped) << np.uint32(dropped)).view(np.float32)


class Rounding(Inference):
    """Rounds weights and inputs, as matrix units do, and computes in float32."""

    bits = 10

    def iterate(self):
        parameters = [rounded(parameter, self.bits) for parameter in self.parameters]
        return self.reference.forward(self.spec, parameters, rounded(self.inputs.x, self.bits))[0]


class RoundingTraining(Training):
    """The same with the gradients."""

    bits = 10

    def iterate(self):
        exact = self.parameters
        self.parameters = [rounded(parameter, self.bits) for parameter in exact]
        taken = [parameter.copy() for parameter in self.parameters]
        loss = super().iterate()
        changes = [after - before for after, before in zip(self.parameters, taken, strict=True)]
        self.parameters = [old + change for old, change in zip(exact, changes, strict=True)]
        return loss


@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_tf32_that_was_left_on_fails_the_check_of_float32(given, architecture):
    inputs = given[architecture, "inference"]

    assert failed(check(Rounding(architecture, inputs), inputs, "inference")) == {"output"}


@pytest.mark.parametrize("architecture", CLASSIFIERS)
@pytest.mark.parametrize(("precision", "bits"), [("tf32", 10), ("float16", 10), ("bfloat16", 7)])
def test_rounding_to_a_precision_passes_its_check_and_can_be_seen(given, architecture, precision, bits):
    for kind, task in ((Rounding, "inference"), (RoundingTraining, "training")):
        inputs = given[architecture, task]
        program = kind(architecture, inputs)
        program.bits = bits

        checks = check(program, inputs, task, precision)

        assert failed(checks) == set(), checks
        assert not equivalence.too_exact(checks, precision), checks


@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_float32_in_place_of_another_precision_is_told(given, architecture):
    for kind, task in ((Inference, "inference"), (Training, "training")):
        inputs = given[architecture, task]

        checks = check(kind(architecture, inputs), inputs, task, "bfloat16")

        assert failed(checks) == set()
        assert equivalence.too_exact(checks, "bfloat16").startswith("computed in float32 instead of bfloat16")
        assert not equivalence.too_exact(checks, "float32")


def test_bfloat16_in_place_of_float16_fails(given):
    inputs = given["transformer", "inference"]
    program = Rounding("transformer", inputs)
    program.bits = 4

    assert failed(check(program, inputs, "inference", "float16")) == {"output"}


def test_there_are_limits_for_every_precision():
    assert list(equivalence.LIMITS) == list(Precision)

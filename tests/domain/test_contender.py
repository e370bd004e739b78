"""What a contender is called, and what it can do."""

from __future__ import annotations

import pytest

from fwcompare.domain.contender import (
    CHOSEN_ONLY,
    MODES,
    MODULES,
    WITHOUT_TRAINING,
    Contender,
    Framework,
    Mode,
)
from fwcompare.domain.workload import Precision, Task
from fwcompare.worker.adapters import ADAPTERS

EVERYONE = [Contender(framework, mode, "/python") for framework, modes in MODES.items() for mode in modes]


def test_every_framework_has_modes_modules_and_an_adapter() -> None:
    assert set(MODES) == set(MODULES) == set(Framework)
    assert list(ADAPTERS) == list(Framework)
    assert {(one.framework, one.mode) for one in EVERYONE} >= CHOSEN_ONLY


def test_no_framework_is_called_like_a_mode() -> None:
    """Both are keys of `WITHOUT_TRAINING`, and an enum of strings equals its string."""
    assert not {str(one) for one in Framework} & {str(one) for one in Mode}


@pytest.mark.parametrize("contender", EVERYONE, ids=lambda one: one.id)
def test_only_what_runs_a_forward_pass_alone_has_no_training(contender: Contender) -> None:
    obstacle = contender.obstacle_to(Task.TRAINING)
    is_forward_only = bool({contender.framework, contender.mode} & WITHOUT_TRAINING.keys())

    assert contender.obstacle_to(Task.INFERENCE) == ""
    assert bool(obstacle) is is_forward_only
    assert not obstacle or obstacle.startswith(f"{contender.id} has no training: ")
    assert contender.tasks == ((Task.INFERENCE,) if is_forward_only else tuple(Task))


def test_runtimes_and_jax_compete_only_where_they_are_chosen() -> None:
    chosen = {one.framework for one in EVERYONE if not one.is_default}

    assert {Framework.KERAS_JAX, Framework.ONNXRUNTIME, Framework.LITERT} <= chosen
    assert not any(
        one.is_default and one.framework in (Framework.ONNXRUNTIME, Framework.LITERT, Framework.KERAS_JAX)
        for one in EVERYONE
    )


@pytest.mark.parametrize(
    ("framework", "label"),
    [
        (Framework.KERAS_JAX, "keras-jax:default (as Keras does by itself)"),
        (Framework.ONNXRUNTIME, "onnxruntime:default (the model exported from PyTorch)"),
        (Framework.LITERT, "litert:default (the model converted from TensorFlow)"),
    ],
)
def test_a_label_says_what_is_not_like_the_others(framework: Framework, label: str) -> None:
    assert Contender(framework, Mode.DEFAULT, "/python").label == label


def test_some_frameworks_are_measured_in_float32_alone() -> None:
    runtime = Contender(Framework.ONNXRUNTIME, Mode.DEFAULT, "/python")

    assert runtime.obstacle_in(Precision.BFLOAT16) == (
        "onnxruntime:default is measured in float32 alone, not in bfloat16."
    )
    assert not runtime.obstacle_in(Precision.FLOAT32)
    assert not Contender(Framework.PYTORCH, Mode.EAGER, "/python").obstacle_in(Precision.BFLOAT16)

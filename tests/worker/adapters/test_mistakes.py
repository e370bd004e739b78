"""Mistakes in real frameworks that the check must see."""

from __future__ import annotations

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.worker import workloads
from fwcompare.worker.adapters import ADAPTERS
from fwcompare.worker.equivalence import LIMITS
from fwcompare.worker.inputs import read_inputs
from tests.worker.adapters.running import run_blocks

SWAP_GATES = """
from fwcompare.worker.workloads.lstm import pytorch as lstm
layout = lstm.layout
def swapped(array):
    return array.reshape(4, -1, *array.shape[1:])[[0, 1, 3, 2]].reshape(array.shape)
def swapped_layout(spec):
    right = layout(spec)
    def to_native(parameters):
        *recurrent, kernel, bias = right.to_native(parameters)
        return [*map(swapped, recurrent), kernel, bias]
    return type(right)(right.to_input, to_native, right.to_canonical)
lstm.layout = swapped_layout
"""

TRAIN_BOTH_BIASES = """
from fwcompare.worker.workloads.lstm import pytorch as lstm
build = lstm.build
lstm.build = lambda spec: build(spec).requires_grad_(True)
"""


@pytest.mark.parametrize(
    ("mistake", "seen_in"),
    [
        (SWAP_GATES, {"output", "parameter_change", "loss_after_1", "loss_after_5"}),
        (TRAIN_BOTH_BIASES, {"parameter_change", "loss_after_1", "loss_after_5"}),
    ],
    ids=["other order of the gates", "both biases of PyTorch trained"],
)
def test_a_mistake_in_the_lstm_is_seen_by_the_check(folders, mistake, seen_in):
    lstm = [folder for folder in folders if folder.name.startswith("lstm-")]

    blocks = run_blocks(Framework.PYTORCH, ["eager"], lstm, mistake)["blocks"]

    allowed = LIMITS["float32"]
    limits = {"output": allowed.output, "parameter_change": allowed.parameter_change}
    errors = {name: error for block in blocks.values() for name, error in block["checks"].items()}
    assert {name for name, error in errors.items() if error > limits.get(name, allowed.loss)} == seen_in, (
        errors
    )


GENERATOR_FIRST = """
from fwcompare.worker.workloads.gan import pytorch as gan
SGD = adapter.torch.optim.SGD
def training_step(model, forward, wrap, latents, real):
    generator_loss, discriminator_loss = gan._losses(model.discriminator)
    def step():
        found_out = generator_loss(model(latents))
        model.zero_grad()
        found_out.backward()
        SGD(model.generator.parameters(), lr=0.1).step()
        told_apart = discriminator_loss(real, model(latents).detach())
        model.zero_grad()
        told_apart.backward()
        SGD(model.discriminator.parameters(), lr=0.1).step()
        return told_apart + found_out
    return step
gan.training_step = training_step
"""

NOT_DETACHED = """
from fwcompare.worker.workloads.gan import pytorch as gan
SGD = adapter.torch.optim.SGD
def training_step(model, forward, wrap, latents, real):
    generator_loss, discriminator_loss = gan._losses(model.discriminator)
    def step():
        model.zero_grad()
        told_apart = discriminator_loss(real, model(latents))
        told_apart.backward()
        SGD(model.discriminator.parameters(), lr=0.1).step()
        found_out = generator_loss(model(latents))
        found_out.backward()
        SGD(model.generator.parameters(), lr=0.1).step()
        return told_apart + found_out
    return step
gan.training_step = training_step
"""


@pytest.mark.parametrize("mistake", [GENERATOR_FIRST, NOT_DETACHED], ids=["generator first", "not detached"])
def test_another_way_of_taking_turns_is_seen_by_the_check(folders, mistake):
    gan = [folder for folder in folders if folder.name.startswith("gan-training")]

    blocks = run_blocks(Framework.PYTORCH, ["eager"], gan, mistake)["blocks"]

    assert not blocks["eager/gan/training"]["passed"], blocks


ONE_TURN_FEWER = """
from fwcompare.worker.workloads.dynamic import {module} as dynamic
dynamic.MAX_TURNS = {turns} - 1
"""

TRACE_ALL_THE_SAME = "from fwcompare.domain import contender; contender.GAPS.clear()"


def turns_of(folder):
    """How many turns the loop takes on the inputs of this folder."""
    given = read_inputs(str(folder))
    reference = workloads.implementation("dynamic", "reference")
    return reference.forward(None, given.parameters, given.x)[1].residuals.shape[1]


@pytest.mark.parametrize(
    ("framework", "mode"),
    [(Framework.PYTORCH, "eager"), (Framework.TENSORFLOW, "function"), (Framework.KERAS_TENSORFLOW, "xla")],
)
def test_a_loop_with_a_turn_fewer_is_seen_by_the_check(folders, framework, mode):
    (folder,) = [folder for folder in folders if folder.name.startswith("dynamic-")]
    module = ADAPTERS[framework]
    statement = ONE_TURN_FEWER.format(module=module, turns=turns_of(folder))

    blocks = run_blocks(framework, [mode], [folder], statement)["blocks"]

    assert not blocks[f"{mode}/dynamic/inference"]["passed"], blocks


def test_a_trace_that_keeps_the_turns_of_its_example_is_seen_by_the_check(folders):
    (folder,) = [folder for folder in folders if folder.name.startswith("dynamic-")]

    blocks = run_blocks(Framework.PYTORCH, ["trace", "script"], [folder], TRACE_ALL_THE_SAME)["blocks"]

    assert {name: block["passed"] for name, block in blocks.items()} == {
        "trace/dynamic/inference": False,
        "script/dynamic/inference": True,
    }

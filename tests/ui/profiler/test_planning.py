"""From the form to a plan, or to the sentence that stands beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.calibration import Calibration
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.domain.workload import Precision, Scenario, Size, Task
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.comparison import compare
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, plan, record
from tests.ui.profiler.forms import COMPILED, EAGER, GPU, MISSING, OPTIONS, SURVEYED
from ui.profiler.planning import (
    LOOKING,
    NOBODY,
    FormOptions,
    FormState,
    effort_text,
    margin_text,
    plan_from,
    rounds_to_add,
    self_test_plan,
    told_apart,
)

STATE = FormState("mlp", threads=3)
WITH_GPU = replace(OPTIONS, gpus=(GPU,))
ON_GPU = f"cuda:{GPU.uuid}"


def test_a_plan_holds_what_the_form_says() -> None:
    state = FormState(
        "cnn",
        Task.TRAINING,
        Size.BASE,
        " 64 ",
        frozenset(),
        "cpu",
        PresetName.RIGOROUS,
        threads=2,
        cool_down_s=20,
    )

    plan = plan_from(state, SURVEYED, OPTIONS)

    assert isinstance(plan, Plan)
    assert [workload.id for workload in plan.workloads] == ["cnn/training/base/b64/float32/cpu"]
    assert plan.contenders == (EAGER.contender, COMPILED.contender), "what can't run is not in it"
    assert plan.baseline == EAGER.contender.id
    assert plan.effort == replace(PRESETS[PresetName.RIGOROUS], cool_down_s=20)
    assert plan.threads == 2


def test_several_batches_are_a_sweep() -> None:
    plan = plan_from(
        replace(STATE, batch="1, 8,32", scenario=Scenario.THROUGHPUT, device="cpu"), SURVEYED, OPTIONS
    )

    assert [workload.id for workload in plan.workloads] == [
        f"mlp/inference/small/b{batch}/float32/throughput/cpu" for batch in (1, 8, 32)
    ]


def test_an_empty_batch_is_that_of_the_size() -> None:
    plan = plan_from(STATE, SURVEYED, OPTIONS)

    assert plan.workloads[0].batch == 32


@pytest.mark.parametrize(
    ("precision", "device"),
    [(Precision.BFLOAT16, "cpu"), (Precision.TF32, ON_GPU), (Precision.FLOAT16, ON_GPU)],
)
def test_the_workload_has_the_precision_that_was_chosen(precision: Precision, device: str) -> None:
    plan = plan_from(replace(STATE, precision=precision, device=device), SURVEYED, WITH_GPU)

    assert isinstance(plan, Plan)
    assert [workload.precision for workload in plan.workloads] == [precision]


@pytest.mark.parametrize(
    ("changes", "surveyed", "options", "words"),
    [
        ({}, None, OPTIONS, LOOKING),
        ({}, SURVEYED, FormOptions(), LOOKING),
        ({}, (), OPTIONS, "No contender can run here"),
        ({}, (MISSING,), OPTIONS, "No contender can run here"),
        (
            {"excluded": frozenset((EAGER.contender.id, COMPILED.contender.id))},
            SURVEYED,
            OPTIONS,
            "Choose at least",
        ),
        ({"batch": "0"}, SURVEYED, OPTIONS, "whole number from 1"),
        ({"batch": "-3"}, SURVEYED, OPTIONS, "whole number from 1"),
        ({"batch": "1.5"}, SURVEYED, OPTIONS, "whole number from 1"),
        ({"batch": "many"}, SURVEYED, OPTIONS, "'many'"),
        ({"batch": "³"}, SURVEYED, OPTIONS, "whole number from 1"),
        ({"batch": "9" * 400}, SURVEYED, OPTIONS, "whole number from 1"),
        ({"batch": "8,"}, SURVEYED, OPTIONS, "several with commas"),
        ({"batch": "8,x"}, SURVEYED, OPTIONS, "'x'"),
        ({"batch": "8,16,8"}, SURVEYED, OPTIONS, "The batch 8 is named twice"),
        ({"batch": "1000001"}, SURVEYED, OPTIONS, "more than 1,000,000"),
        ({"precision": Precision.TF32}, SURVEYED, OPTIONS, "tf32 is not available on the CPU, because"),
        ({"precision": Precision.FLOAT16}, SURVEYED, OPTIONS, "float16 is not available on the CPU"),
        (
            {"precision": Precision.TF32, "device": ON_GPU},
            SURVEYED,
            replace(OPTIONS, gpus=(replace(GPU, capability=(7, 0)),)),
            "its compute capability is 7.0 and TF32 begins at 8.0",
        ),
    ],
)
def test_what_is_wrong_is_said(changes, surveyed, options, words: str) -> None:
    problem = plan_from(replace(STATE, **changes), surveyed, options)

    assert isinstance(problem, str)
    assert words in problem


@pytest.mark.parametrize(
    ("device", "excluded", "options", "expected"),
    [
        ("auto", (), OPTIONS, "cpu"),
        ("cpu", (), WITH_GPU, "cpu"),
        ("auto", (), WITH_GPU, "cpu"),
        ("auto", (COMPILED.contender.id,), WITH_GPU, ON_GPU),
        (ON_GPU, (), WITH_GPU, ON_GPU),
    ],
    ids=["no GPU", "CPU wanted", "one can't use the GPU", "all chosen ones can", "GPU wanted"],
)
def test_auto_is_the_gpu_only_if_all_that_were_chosen_can_use_it(device, excluded, options, expected) -> None:
    plan = plan_from(replace(STATE, device=device, excluded=frozenset(excluded)), SURVEYED, options)

    assert plan.workloads[0].device == expected


@given(st.text(max_size=20), st.sets(st.sampled_from([one.contender.id for one in SURVEYED])))
def test_whatever_is_typed_there_is_a_plan_or_a_sentence(batch: str, excluded: set[str]) -> None:
    result = plan_from(replace(STATE, batch=batch, excluded=frozenset(excluded)), SURVEYED, OPTIONS)

    assert isinstance(result, Plan) or result.endswith((".", "…"))


def test_the_margin_is_what_this_machine_can_tell_apart() -> None:
    found = Calibration(
        "2026-11-23T01:02:03Z",
        {},
        "pytorch:eager",
        "w",
        Verdict.NO_PRACTICAL_DIFFERENCE,
        0.01,
        dict.fromkeys(PresetName, 0.03),
    )
    options = replace(OPTIONS, calibrations={"cpu": found})

    plan = plan_from(STATE, SURVEYED, options)

    assert plan.margin == 0.06
    assert effort_text(plan).endswith("±6 %")
    assert "since 2026-11-23" in margin_text(plan, options)
    assert "has not been checked" in margin_text(plan_from(STATE, SURVEYED, OPTIONS), OPTIONS)

    chosen = plan_from(replace(STATE, margin=0.1), SURVEYED, options)
    assert chosen.margin == 0.1
    assert margin_text(chosen, options) == "Differences below the margin of 10 % do not count: as you said."


def test_nobody_is_compared_with_itself_where_nobody_can_run() -> None:
    assert self_test_plan("auto", (MISSING,), OPTIONS) == NOBODY


def test_the_effort_is_said_before_the_start() -> None:
    text = effort_text(plan_from(STATE, SURVEYED, OPTIONS))

    assert text.startswith("3 rounds, about ")


def measured(*ratios: float, **changes):
    blocks = [
        block(contender, number, round(1_000_000 * factor))
        for number, ratio in enumerate(ratios)
        for contender, factor in ((BASELINE, 1.0), (CONTENDER, ratio))
    ]
    return record(*blocks, **changes)


ONE_ROUND = replace(PRESETS[PresetName.QUICK], rounds=1)
LONGER = plan(effort=PRESETS[PresetName.STANDARD], preset=PresetName.STANDARD)


@pytest.mark.parametrize(
    ("found", "rounds", "why"),
    [
        (measured(1.0, 1.02, 0.99), None, f"would settle what is open: {CONTENDER.id} needs "),
        (measured(0.5, 0.501, 0.499), 1, "No comparison needs more rounds."),
        (measured(1.0, 3.0, 0.4), 1, f"Not within reach, the rounds differ too much: {CONTENDER.id} needs "),
        (measured(1.2, plan=plan(effort=ONE_ROUND)), 1, "There are too few rounds to say"),
        (measured(1.0, 1.02, 0.99, plan=LONGER, cancelled=True), 5, "It ended after 3 of 8 planned rounds."),
        (measured(*[0.5] * 5, plan=LONGER, precise={WORKLOAD.id: 5}), 1, "No comparison needs more"),
    ],
    ids=["open", "settled", "hopeless", "one round", "cut off", "stopped early"],
)
def test_as_many_rounds_are_suggested_as_are_of_use(found, rounds: int | None, why: str) -> None:
    suggestion = rounds_to_add(found, block_figures)

    assert suggestion.rounds == (rounds or compare(found)[0].more_rounds)
    assert why in suggestion.why


def test_of_several_workloads_the_choice_names_what_differs() -> None:
    ids = [
        replace(WORKLOAD, task=task, batch=batch).id
        for task, batch in ((Task.INFERENCE, 8), (Task.TRAINING, 32))
    ]
    throughput = replace(WORKLOAD, scenario=Scenario.THROUGHPUT).id

    assert told_apart(ids) == ["inference · b8", "training · b32"]
    assert told_apart([*ids, throughput]) == [*ids, throughput]


def test_those_that_need_the_most_rounds_are_named_with_what_tells_their_workloads_apart() -> None:
    other = replace(WORKLOAD, batch=99)
    blocks = [
        replace(one, block=2 * place + slot, workload=workload.id)
        for slot, workload in enumerate((WORKLOAD, other))
        for place, one in enumerate(measured(*((1.0, 1.02, 0.99) if slot else (1.0, 3.0, 0.4))).blocks)
    ]
    found = record(*blocks, plan=plan(workloads=(WORKLOAD, other)))

    suggestion = rounds_to_add(found, block_figures)

    assert suggestion.why.startswith(f"About {suggestion.rounds} more rounds would settle what is open: ")
    assert f"{CONTENDER.id} (b99) needs {suggestion.rounds}. Not within reach" in suggestion.why
    assert f"{CONTENDER.id} (b{WORKLOAD.batch}) needs " in suggestion.why


def test_what_gets_no_rounds_is_not_named() -> None:
    """GIVEN a slight difference in a workload that was precise THEN no rounds are suggested for it."""
    other = replace(WORKLOAD, batch=99)
    slight = measured(1.02, 1.035, 1.025, 1.03, 1.015, 1.04)
    settled = [
        replace(one, block=100 + one.block, workload=other.id) for one in measured(0.5, 0.501, 0.499).blocks
    ]
    found = replace(
        slight,
        blocks=(*slight.blocks, *settled),
        plan=plan(workloads=(WORKLOAD, other), effort=replace(ONE_ROUND, rounds=3)),
    )

    assert f"{CONTENDER.id} (b{WORKLOAD.batch}) needs" in rounds_to_add(found, block_figures).why
    suggestion = rounds_to_add(replace(found, precise={WORKLOAD.id: 6}), block_figures)
    assert (suggestion.rounds, suggestion.why) == (1, "No comparison needs more rounds.")

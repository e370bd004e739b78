"""From flags to plans, and what is said of flags that make none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fwcompare.cli.planning import Candidates, RunFlags, asked_for, find_candidates, make_plan
from fwcompare.domain.plan import PRESETS, PresetName
from fwcompare.errors import InterpreterError, UsageError
from tests.cli import fakes

SETTINGS = SimpleNamespace(interpreters={})
INSTALLED = ["pytorch:eager", "pytorch:compile", "tensorflow:eager", "tensorflow:function", "tensorflow:xla"]


def plan_of(parts=None, **flags):
    parts = parts or fakes.parts()
    wanted = RunFlags(**flags)
    candidates = find_candidates(
        asked_for(wanted.contenders, SETTINGS, parts), wanted.device, SETTINGS, parts
    )
    return make_plan(wanted, candidates, SETTINGS, parts)


def ids(plan):
    return [contender.id for contender in plan.contenders]


def test_the_defaults_are_mlp_inference_small_quick_and_whoever_can_run():
    plan = plan_of()

    assert [workload.id for workload in plan.workloads] == ["mlp/inference/small/b128/float32/cpu"]
    assert ids(plan) == INSTALLED
    assert plan.baseline == "pytorch:eager"
    assert (plan.preset, plan.effort) == (PresetName.QUICK, PRESETS[PresetName.QUICK])
    assert (plan.threads, plan.seed) == (3, 0)


def test_workloads_are_every_architecture_task_and_batch():
    plan = plan_of(workloads=["mlp", "cnn"], tasks=["inference", "training"], size="tiny", batches="1, 32")

    assert [workload.id for workload in plan.workloads] == [
        f"{architecture}/{task}/tiny/b{batch}/float32/cpu"
        for architecture in ("mlp", "cnn")
        for task in ("inference", "training")
        for batch in (1, 32)
    ]


def test_each_precision_is_a_workload_of_its_own():
    plan = plan_of(batches="1,8", precisions="float32, bfloat16")

    assert [workload.id for workload in plan.workloads] == [
        f"mlp/inference/small/b{batch}/{precision}/cpu"
        for batch in (1, 8)
        for precision in ("float32", "bfloat16")
    ]


def test_flags_go_before_the_preset():
    plan = plan_of(preset="rigorous", rounds=2, seconds_per_block=0.5, threads=7, seed=9)

    assert (plan.effort.rounds, plan.effort.min_measure_s, plan.effort.min_iterations) == (2, 0.5, 100)
    assert (plan.threads, plan.seed) == (7, 9)


def test_named_contenders_are_all_in_it_and_the_first_that_can_run_is_the_baseline():
    plan = plan_of(contenders=["keras-torch:default", "tensorflow:xla@/opt/python"])

    assert ids(plan) == ["keras-torch:default", "tensorflow:xla@/opt/python"]
    assert plan.baseline == "tensorflow:xla@/opt/python"


def test_of_named_contenders_that_can_not_run_each_says_why():
    with pytest.raises(InterpreterError) as error:
        plan_of(contenders=["keras-torch:default", "litert:default"])

    lack = "tensorflow is not installed. pip install tensorflow"
    assert error.value.message == (
        f"No contender can run here. keras-torch:default: {lack} litert:default: {lack}"
    )


def test_a_named_baseline_is_taken():
    assert plan_of(baseline="tensorflow:xla").baseline == "tensorflow:xla"


def test_nobody_here_is_an_error_with_a_remedy():
    nobody = fakes.parts(survey=lambda contenders, *_: tuple(fakes.missing(one) for one in contenders))

    with pytest.raises(InterpreterError, match="No contender can run here") as error:
        plan_of(nobody)

    assert "fwcompare contenders" in error.value.remedy


@pytest.mark.parametrize(
    ("flags", "message", "remedy"),
    [
        ({"workloads": ["mpl"]}, "'mpl'", "Did you mean mlp?"),
        ({"tasks": ["trainin"]}, "'trainin'", "Did you mean training?"),
        ({"size": "smal"}, "'smal'", "Did you mean small?"),
        ({"precisions": "bfloat"}, "'bfloat'", "Did you mean bfloat16?"),
        ({"precisions": "float32,tf32"}, "tf32 is not available on the CPU, because", "another --precision"),
        ({"precisions": "float16"}, "float16 is not available on the CPU, because", "another --precision"),
        ({"preset": "fast"}, "'fast'", "There is: quick, standard, rigorous."),
        ({"baseline": "keras-torch:default"}, "'keras-torch:default'", "pytorch:eager"),
        ({"contenders": ["pytorhc:eager"]}, "'pytorhc'", "Did you mean pytorch?"),
        ({"batches": "1,x"}, "'1,x'", "--batch 1,32"),
        ({"batches": ""}, "''", "--batch 1,32"),
        ({"batches": "0"}, "batch is below 1", "--help"),
        ({"batches": "8,8"}, "workload is named twice", "--help"),
        ({"rounds": 0}, "less than one round", "--help"),
        ({"threads": 0}, "less than one thread", "--help"),
        ({"seed": -1}, "seed", "--help"),
        ({"seconds_per_block": float("nan")}, "more than 0 s", "--help"),
        ({"contenders": ["pytorch:eager", "pytorch:eager"]}, "named twice", "--help"),
        ({"device": "gpu"}, "'gpu' is no device", "cpu"),
    ],
)
def test_what_can_not_be_run_is_said_with_a_remedy(flags, message, remedy):
    with pytest.raises(UsageError) as error:
        plan_of(**flags)

    assert message in error.value.message
    assert remedy in error.value.remedy


def test_auto_asks_who_can_use_the_first_gpu_and_surveys_it_again():
    surveyed = []

    def survey(contenders, device, _settings):
        surveyed.append(device)
        return tuple(fakes.available(one) for one in contenders)

    parts = fakes.parts(gpus=lambda: (fakes.GPU,), survey=survey)

    candidates = find_candidates(fakes.every(), "auto", SETTINGS, parts)

    assert surveyed == ["cpu", "cuda:GPU-1234"]
    assert (candidates.device, candidates.why) == ("cuda:GPU-1234", "Because.")


def test_auto_without_a_gpu_surveys_once():
    candidates = find_candidates(fakes.every(), "auto", SETTINGS, fakes.parts())

    assert (candidates.device, len(candidates.surveyed)) == ("cpu", len(fakes.every()))


def test_a_named_device_needs_no_reason():
    eager = fakes.parse("pytorch:eager")
    assert find_candidates([eager], "cpu", SETTINGS, fakes.parts()) == Candidates(
        "cpu", "", (fakes.available(eager),)
    )


def test_a_task_that_a_contender_can_not_do_is_refused_with_the_reason():
    assert plan_of(contenders=["pytorch:aot"]).workloads

    with pytest.raises(UsageError) as refused:
        plan_of(contenders=["pytorch:eager", "pytorch:aot"], tasks=["inference", "training"])

    assert "pytorch:aot has no training: AOTInductor compiles the forward pass only." in refused.value.message
    assert "fwcompare contenders" in refused.value.remedy


@pytest.mark.parametrize(
    ("workload", "task", "contenders", "sentence"),
    [
        (
            "gan",
            "training",
            ["pytorch:eager", "pytorch:export"],
            "pytorch:export has no training of gan: it captures one model, and a step takes two in turns",
        ),
        (
            "dynamic",
            "inference",
            ["pytorch:script", "pytorch:trace"],
            (
                "pytorch:trace has no inference of dynamic: torch.jit.trace keeps the number of turns that its example "
                "took"
            ),
        ),
        (
            "dynamic",
            "training",
            ["pytorch:eager", "tensorflow:xla"],
            (
                "dynamic has no training: its number of turns follows the weights, so that whoever had trained further "
                "would do other work"
            ),
        ),
    ],
)
def test_what_a_contender_can_not_do_of_one_workload_is_refused_once_with_the_reason(
    workload, task, contenders, sentence
):
    parts = fakes.parts(architectures=lambda: ("mlp", workload))
    assert plan_of(parts, contenders=contenders, tasks=[task]).workloads

    with pytest.raises(UsageError) as refused:
        plan_of(parts, contenders=contenders, workloads=[workload], tasks=[task])

    assert refused.value.message == f"This comparison can't be run: {sentence}."


def test_what_is_chosen_only_runs_where_it_is_named():
    chosen_only = {one.id for one in fakes.every() if not one.is_default}

    assert chosen_only
    assert not chosen_only & set(ids(plan_of()))
    assert ids(plan_of(contenders=["pytorch:export"])) == ["pytorch:export"]


def test_the_scenario_is_that_of_every_workload():
    plan = plan_of(batches="1,8", scenario="throughput")

    assert [workload.id for workload in plan.workloads] == [
        f"mlp/inference/small/b{batch}/float32/throughput/cpu" for batch in (1, 8)
    ]


def test_an_unknown_scenario_gets_a_hint():
    with pytest.raises(UsageError, match="scenario 'stream'"):
        plan_of(scenario="stream")

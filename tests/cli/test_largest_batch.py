"""The command `largest-batch`, with an engine that plays a device of a certain size."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from fwcompare.cli.largest_batch import parse_bytes
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.errors import FwcompareError, MachineBusyError, UsageError
from tests import runs
from tests.cli import fakes
from tests.cli.fakes import Engine, View

ONE = ("--contender", "pytorch:eager", "--size", "tiny")


def holding(most, *, outcome=Outcome.OOM_HOST, error=None, plans=None):
    """An engine whose workers hold so many examples, 1000 bytes each."""

    def play(plan, out):
        if plans is not None:
            plans.append(plan)
        batch = plan.workloads[0].batch
        fits = batch <= most
        block = runs.block(
            plan.contenders[0],
            0,
            *([5] if fits else []),
            workload=plan.workloads[0].id,
            outcome=Outcome.OK if fits else outcome,
            reason="" if fits else "It was refused.",
            phases={Phase.BUILD: PhaseRecord(0, 1, 1, 1000 * batch)},
        )
        record = runs.record(*([] if error else [block]), plan=plan)
        begun = runs.record(plan=plan, finished_utc=None)
        return [View(begun), View(record, finished=True, error=error)]

    return Engine(play)


def row_of(found):
    (row,) = found["contenders"]
    return row


def test_the_largest_its_memory_and_what_stopped_the_next(call_json):
    plans = []
    code, found, err = call_json("largest-batch", *ONE, parts=fakes.parts(holding(100, plans=plans)))

    row = row_of(found)
    assert code == 0
    assert (row["largest_batch"], row["is_at_least"], row["memory_bytes"]) == (100, False, 100_000)
    assert row["stopped_by"] == {
        "batch": 102,
        "outcome": "oom_host",
        "reason": "It was refused.",
        "memory_bytes": 102_000,
    }
    assert row["unavailable"] == {}
    assert [trial["batch"] for trial in row["trials"]][:5] == [8, 16, 32, 64, 128]
    assert "memory ran out. It was refused." in err
    assert {plan.memory_limit_bytes for plan in plans} == {8 << 30}, "all that is free less the reserve"
    assert found["search"]["memory_limit_bytes"] == 8 << 30


def test_the_table_and_the_limit(call):
    code, out, _ = call(
        "largest-batch", *ONE, "--memory-limit", "2GB", "--limit", "64", parts=fakes.parts(holding(100))
    )

    assert code == 0
    assert "A worker may take 2.0 GB of the machine's memory." in out
    assert "Largest batch, mlp/inference/tiny/float32/cpu" in out
    assert "at least 64" in out
    assert "64.0 kB" in out


def test_each_trial_is_one_line_that_says_whether_it_fits(call):
    _, out, _ = call("largest-batch", *ONE, "--limit", "20", parts=fakes.parts(holding(15)))

    lines = [line for line in out.splitlines() if line.startswith("pytorch:eager mlp/")]
    assert lines[:2] == [
        "pytorch:eager mlp/inference/tiny/b8/float32/cpu: fits, 8.0 kB",
        "pytorch:eager mlp/inference/tiny/b16/float32/cpu: memory ran out. It was refused.",
    ]
    assert "disturbed" not in out
    assert "median" not in out


def test_a_limit_above_what_is_free_is_what_is_free(call_json):
    parts = fakes.parts(holding(9), memory_budget_bytes=lambda: 1 << 30)

    _, found, _ = call_json("largest-batch", *ONE, "--memory-limit", "64GB", parts=parts)

    assert found["search"]["memory_limit_bytes"] == 1 << 30


def test_inputs_that_can_not_be_made_are_not_tried(call_json):
    parts = fakes.parts(holding(10**9), memory_budget_bytes=lambda: 1 << 20)

    code, found, err = call_json("largest-batch", *ONE, parts=parts)

    assert code == 0
    assert row_of(found)["stopped_by"]["outcome"] is None
    assert "Its inputs alone take" in row_of(found)["stopped_by"]["reason"]
    assert "not tried" in err


def test_whoever_can_not_run_at_all_is_not_available(call_json):
    engine = holding(0, outcome=Outcome.ENV_INCOMPATIBLE)

    code, found, err = call_json("largest-batch", *ONE, parts=fakes.parts(engine))

    row = row_of(found)
    assert code == 1
    assert (row["largest_batch"], row["is_at_least"], len(row["trials"])) == (None, False, 1)
    assert row["unavailable"]["largest_batch"] == "not even a batch of 8: can't run here. It was refused."
    assert "not available" in err


def test_another_fwcompare_that_measures_ends_the_search(call_json):
    engine = holding(9, error=MachineBusyError("Another fwcompare is measuring.", "Wait."))

    code, found, _ = call_json("largest-batch", *ONE, parts=fakes.parts(engine))

    assert code == 1
    assert found["error"]["message"] == "Another fwcompare is measuring."
    assert (found["search"], found["contenders"]) == (None, [])


def test_a_disk_that_is_full_stops_as_memory_does(call_json):
    engine = holding(9, error=FwcompareError("The files of the run could not be made.", "Free some space."))

    code, found, _ = call_json("largest-batch", *ONE, parts=fakes.parts(engine))

    assert code == 1
    assert row_of(found)["unavailable"]["largest_batch"].endswith("The files of the run could not be made.")


def test_a_signal_ends_it_with_what_was_found(call_json):
    engine = holding(10**9)
    play = engine.play

    def then_interrupted(plan, out):
        if plan.workloads[0].batch == 16:
            signal.raise_signal(signal.SIGINT)
        return play(plan, out)

    engine.play = then_interrupted
    code, found, _ = call_json("largest-batch", "--size", "tiny", parts=fakes.parts(engine))

    row = row_of(found)
    assert code == 130
    assert row["largest_batch"] == 16
    assert row["is_at_least"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GB", 2 * 10**9), ("1.5 GiB", 3 << 29), ("800mb", 8 * 10**8), ("4096", 4096), ("2K", 2000)],
)
def test_sizes(text, size):
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "0", "2 TB", "1e9", "nan", "²GB"])
def test_what_is_no_size(text):
    with pytest.raises(UsageError, match="no size of memory"):
        parse_bytes(text)


@pytest.mark.parametrize(
    "flags",
    [("--limit", "0"), ("--memory-limit", "much"), ("--workload", "mpl"), ("--size", "huge")],
)
def test_bad_usage(call, flags):
    code, _, err = call("largest-batch", *ONE, *flags)

    assert code == 2
    assert err.startswith("Error: ")


def test_the_memory_of_a_gpu_is_not_limited(call):
    parts = fakes.parts(resolve_device=lambda _: "cuda:GPU-1")

    code, _, err = call("largest-batch", *ONE, "--device", "cuda", "--memory-limit", "1GB", parts=parts)

    assert code == 2
    assert "on the CPU" in err


def test_a_trial_on_a_gpu_has_no_limit_of_the_machine(call_json):
    plans = []
    parts = fakes.parts(holding(20, plans=plans), resolve_device=lambda _: "cuda:GPU-1")

    code, found, _ = call_json("largest-batch", *ONE, "--device", "cuda", parts=parts)

    assert code == 0
    assert {plan.memory_limit_bytes for plan in plans} == {None}
    assert row_of(found)["unavailable"]["memory_bytes"] == "no reading was taken"
    assert replace(plans[0].workloads[0], batch=1).device == "cuda:GPU-1"


def test_the_precision_is_that_of_the_trials(call_json):
    plans = []

    code, found, _ = call_json(
        "largest-batch", *ONE, "--precision", "bfloat16", parts=fakes.parts(holding(20, plans=plans))
    )

    assert (code, found["search"]["precision"]) == (0, "bfloat16")
    assert {plan.workloads[0].precision for plan in plans} == {"bfloat16"}


def test_one_search_has_one_precision(call):
    code, _, err = call("largest-batch", *ONE, "--precision", "float32,bfloat16")

    assert (code, "takes one precision" in err) == (2, True)

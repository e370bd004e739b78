"""The JSON object of a run, against its schema and a golden file."""

from __future__ import annotations

import json
from array import array
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import EquivalenceChecked
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.errors import UsageError
from fwcompare.report import failure, report
from fwcompare.stats.blocks import block_figures
from tests import runs

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE.parent / "resources/schema/run.schema.json").read_text(encoding="utf-8"))
GOLDEN = HERE / "golden/run.json"
BLOCK_KEYS = {
    *(
        "contender",
        "workload",
        "architecture",
        "task",
        "size",
        "batch",
        "precision",
        "device",
        "round",
        "outcome",
    ),
    *("reason", "phases_ns", "n", "median_ns", "p90_ns", "peak_rss_bytes", "import_rss_bytes"),
    *("gpu_memory_bytes", "mode_proof", "unavailable"),
}


def as_json(value):
    """What a reader of the printed text gets; fails on NaN, and on what JSON can't hold."""
    return json.loads(json.dumps(value, allow_nan=False))


def validate(value) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(value)


def phases(*names: Phase) -> dict[Phase, PhaseRecord]:
    """Phases of 10, 20, 30 … ns; memory grows with each."""
    return {
        name: PhaseRecord(number, 10 * number, 1000 * number, 1000 * number + 500)
        for number, name in enumerate(names, 1)
    }


@pytest.fixture
def full_record():
    """Two good contenders in two rounds, one that crashed while it compiled, one of other outputs, on a GPU."""
    gpu = replace(runs.WORKLOAD, device="cuda:GPU-1234")
    crashing = Contender(Framework.PYTORCH, Mode.COMPILE, "/usr/bin/python3")
    wrong = Contender(Framework.KERAS_TORCH, Mode.DEFAULT, f"{Path.home()}/env/bin/python", named="env")
    eager = [phase for phase in Phase if phase is not Phase.COMPILE]
    sound = {
        "workload": gpu.id,
        "versions": {"torch": "2.13.0", "python": "3.11.7"},
        "settings": {"intra_op_threads": 1, "tf32": False},
        "device": "NVIDIA H200",
        "warm_up_iterations": 12,
        "counters": {"framework_allocated_peak_bytes": 4096},
        "resources": {
            "gpu_process_memory_bytes": Series((array("q", [1, 2]),), (array("d", [2048.0, 1024.0]),))
        },
    }

    def check(error, *, passed):
        return (EquivalenceChecked(0, 0, "output", error, 1e-4, passed=passed),)

    blocks = [
        runs.block(
            side, number, *latencies, **sound, phases=phases(*names), equivalence=check(error, passed=True)
        )
        for number in (0, 1)
        for side, latencies, names, error in (
            (runs.BASELINE, [1000] * 40, eager, 2e-6),
            (runs.CONTENDER, [500, 500, 500], Phase, 1e-6 * (number + 1)),
        )
    ]
    broken = runs.block(
        crashing, 0, workload=gpu.id, outcome=Outcome.CRASHED, reason=f"SIGSEGV in {Path.home()}/lib"
    )
    dying = {Phase.SPAWN: PhaseRecord(1, 5), Phase.COMPILE: PhaseRecord(6)}
    broken = replace(broken, block=4, phases=dying, mode_proof=None, mode_proved=None, steady=None)
    other = runs.block(
        wrong, 0, workload=gpu.id, outcome=Outcome.OUTPUT_MISMATCH, equivalence=check(None, passed=False)
    )
    other = replace(other, block=5, unavailable={"gpu_process_memory_bytes": "no NVML"}, steady=None)
    plan = runs.plan(workloads=(gpu,), contenders=(runs.BASELINE, runs.CONTENDER, crashing, wrong))
    return runs.record(*blocks, broken, other, plan=plan, machine={"system": "Linux", "cores": 2})


def test_the_object_is_the_golden_one_and_valid(full_record):
    found = as_json(report(full_record, block_figures, "/data/a.fwsnap"))

    validate(found)
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_null_of_a_block_has_its_reason_under_the_same_name(full_record):
    for block in as_json(report(full_record, block_figures, None))["blocks"]:
        empty = {name for name, value in block.items() if value is None}
        for phases_of in ("phases_ns", "phases_peak_rss_bytes"):
            empty |= {f"{phases_of}.{name}" for name, value in block[phases_of].items() if value is None}

        assert empty <= set(block["unavailable"])
        assert not {name for name in block["unavailable"] if name in block} - empty
        assert set(block) >= BLOCK_KEYS


def test_an_eager_block_compiles_nothing_and_a_dead_one_did_not_get_so_far(full_record):
    eager, compiled, *_, broken, _ = as_json(report(full_record, block_figures, None))["blocks"]

    assert eager["phases_ns"]["compile"] is None
    assert eager["unavailable"]["phases_ns.compile"] == "nothing is compiled in this mode"
    assert compiled["phases_ns"]["compile"] == 50
    assert broken["unavailable"]["phases_ns.compile"] == "the worker did not finish this phase"
    assert broken["unavailable"]["phases_ns.measure"] == "the worker did not get so far"


def test_memory_is_the_highest_peak_and_the_size_after_the_import(full_record):
    eager = as_json(report(full_record, block_figures, None))["blocks"][0]

    assert eager["peak_rss_bytes"] == 9500
    assert eager["import_rss_bytes"] == 2000
    assert eager["gpu_memory_bytes"] == 2048


@pytest.mark.parametrize(
    ("device", "unavailable", "reason"),
    [
        ("cpu", {}, "the workload runs on the CPU"),
        ("cuda:GPU-1", {}, "no reading was taken while the block ran"),
        ("cuda:GPU-1", {"gpu_process_memory_bytes": "no NVML"}, "no NVML"),
    ],
)
def test_gpu_memory_that_was_not_read_has_the_nearest_reason(device, unavailable, reason):
    workload = replace(runs.WORKLOAD, device=device)
    block = runs.block(runs.BASELINE, 0, 1, workload=workload.id, unavailable=unavailable)
    record = runs.record(block, plan=runs.plan(workloads=(workload,)))

    (found,) = as_json(report(record, block_figures, None))["blocks"]

    assert found["gpu_memory_bytes"] is None
    assert found["unavailable"]["gpu_memory_bytes"] == reason


def test_a_system_that_keeps_no_peak_says_so():
    silent = {Phase.IMPORT: PhaseRecord(0, 5)}

    (found,) = as_json(
        report(runs.record(runs.block(runs.BASELINE, 0, 1, phases=silent)), block_figures, None)
    )["blocks"]

    assert found["unavailable"]["peak_rss_bytes"] == "this system keeps no peak of a process's memory"
    assert found["unavailable"]["import_rss_bytes"] == "the memory of the process could not be read"


def test_too_few_iterations_and_none_have_different_reasons():
    blocks = [runs.block(runs.BASELINE, 0, 1, 2, 3), runs.block(runs.CONTENDER, 0, outcome=Outcome.HUNG)]

    some, none = as_json(report(runs.record(*blocks), block_figures, None))["blocks"]

    assert some["median_ns"] == 2
    assert some["unavailable"]["p90_ns"] == "n too small: p90 needs 36 iterations, has 3"
    assert (none["n"], none["median_ns"]) == (0, None)
    assert none["unavailable"]["p90_ns"] == "no iteration was timed"


def test_a_failure_without_a_reason_of_its_own_gets_the_sentence_of_its_outcome():
    blocks = [runs.block(runs.BASELINE, 0, 1), runs.block(runs.CONTENDER, 0, outcome=Outcome.HUNG)]

    good, bad = as_json(report(runs.record(*blocks), block_figures, None))["blocks"]

    assert (good["reason"], good["remedy"]) == ("", "")
    assert (bad["reason"], bad["remedy"]) == (Outcome.HUNG.sentence, Outcome.HUNG.remedy)


def test_the_worst_check_of_each_quantity_is_reported():
    def block(number, *errors):
        checks = [
            EquivalenceChecked(
                0, 0, f"loss_after_{steps}", error, 1e-4, passed=error is not None and error <= 1e-4
            )
            for steps, error in zip((1, 5), errors, strict=True)
        ]
        return runs.block(runs.BASELINE, number, 1, equivalence=tuple(checks))

    found = as_json(report(runs.record(block(0, 1e-6, 1e-5), block(1, 3e-6, None)), block_figures, None))[
        "equivalence"
    ]

    assert [(row["quantity"], row["relative_error"], row["passed"]) for row in found] == [
        ("loss_after_1", 3e-6, True),
        ("loss_after_5", None, False),
    ]
    assert found[1]["unavailable"] == {"relative_error": "the contender's value is not finite"}


def test_a_run_that_goes_on_or_was_cut_off_is_valid_too():
    block = runs.block(runs.BASELINE, 0, outcome=None, finished_ns=None, steady=None, mode_proof=None)
    record = runs.record(block, finished_utc=None, cancelled=True)

    found = as_json(report(record, block_figures, None))

    validate(found)
    assert found["cancelled"] is True
    assert found["blocks"][0]["outcome"] is None
    assert found["environment"]["unavailable"] == {"finished_utc": "the run has not ended, or was cut off"}


def test_an_error_of_the_run_stands_beside_what_was_measured():
    error = UsageError("The file can't be written.", "Name another one.")

    found = as_json(report(runs.record(runs.block(runs.BASELINE, 0, 1)), block_figures, None, error))

    validate(found)
    assert found["error"] == {"message": "The file can't be written.", "remedy": "Name another one."}
    assert len(found["blocks"]) == 1


def test_a_failure_has_the_keys_of_a_run():
    found = as_json(failure(UsageError("No.", "Do.")))

    validate(found)
    assert found.keys() == report(runs.record(), block_figures, None).keys()
    assert found["error"] == {"message": "No.", "remedy": "Do."}


def test_the_schema_itself_is_valid_and_refuses_what_it_should():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = as_json(report(runs.record(runs.block(runs.BASELINE, 0, 1)), block_figures, None))

    for broken in (
        found | {"schema": 2},
        {name: value for name, value in found.items() if name != "blocks"},
        found | {"plan": None},
        found | {"comparisons": [found["comparisons"][0] | {"reasons": []}]},
        found | {"comparisons": [found["comparisons"][0] | {"verdict": "faster"}]},
        found | {"blocks": [found["blocks"][0] | {"outcome": "fine"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            validate(broken)


def test_the_schema_names_every_token_of_the_domain():
    definitions = SCHEMA["$defs"]

    assert set(definitions["block"]["properties"]["outcome"]["enum"]) == {*Outcome, None}
    for name in ("phases_ns", "phases_peak_rss_bytes"):
        assert list(definitions["block"]["properties"][name]["properties"]) == list(Phase)


def test_the_peak_of_each_phase_is_told_or_why_not(full_record):
    eager, *_, broken, _ = as_json(report(full_record, block_figures, None))["blocks"]

    assert eager["phases_peak_rss_bytes"]["import"] == 2500
    assert eager["unavailable"]["phases_peak_rss_bytes.compile"] == "nothing is compiled in this mode"
    assert broken["unavailable"]["phases_peak_rss_bytes.spawn"] == "it is read from the import on"
    assert broken["unavailable"]["phases_peak_rss_bytes.compile"] == "the worker did not finish this phase"


def test_what_was_held_equal_is_told_and_no_home_folder():
    there = replace(runs.CONTENDER, named=f"{Path.home()}/env")
    blocks = [
        runs.block(one, 0, 1, settings={"tf32": tf32, "threads": 2}, block=place)
        for place, (one, tf32) in enumerate(((runs.BASELINE, False), (there, True)))
    ]

    found = as_json(
        report(runs.record(*blocks, plan=runs.plan(contenders=(runs.BASELINE, there))), block_figures, None)
    )

    validate(found)
    assert found["fairness"] == {
        "tracks": {"matched": ["pytorch:eager", "tensorflow:function@~/env"]},
        "held": {"threads": 2},
        "differs": {
            "execution": {"pytorch:eager": "eager", "tensorflow:function@~/env": "graph"},
            "tf32": {"pytorch:eager": False, "tensorflow:function@~/env": True},
        },
        "untold": [],
    }

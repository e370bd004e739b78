"""What is printed of a run besides its figures."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from fwcompare.cli.tables import print_run
from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.workload import Scenario
from fwcompare.stats.blocks import block_figures
from tests import runs
from tests.execution.test_clock_warm_up import PLAN, measured, ramp
from tests.stats.test_scaling import sweep_of

OLD, NEW = {"tensorflow": "2.20.0", "python": "3.10.13"}, {"tensorflow": "2.21.0", "python": "3.12.1"}


def printed(record) -> list[str]:
    console = Console(file=StringIO(), width=160)
    print_run(console, record, block_figures)
    return console.file.getvalue().splitlines()


def test_two_versions_of_one_framework_are_named() -> None:
    beside = replace(runs.CONTENDER, interpreter="/new/bin/python", named="/new")
    plan = runs.plan(contenders=(runs.CONTENDER, beside), baseline=runs.CONTENDER.id)
    blocks = [runs.block(runs.CONTENDER, 0, 5, versions=OLD), runs.block(beside, 0, 6, block=2, versions=NEW)]

    lines = printed(runs.record(*blocks, plan=plan))

    assert "tensorflow:function: tensorflow 2.20.0, python 3.10.13" in lines
    assert "tensorflow:function@/new: tensorflow 2.21.0, python 3.12.1" in lines


def test_a_block_that_was_run_once_more_says_why() -> None:
    """GIVEN a repetition that ended and one that did not THEN both name the disturbance, one that it does not count."""
    noisy = [100] * 10 + [200] * 10
    blocks = [
        runs.block(runs.BASELINE, 0, *noisy, block=0),
        runs.block(runs.BASELINE, 0, 100, block=1, repeats=0),
        runs.block(runs.BASELINE, 1, *noisy, block=2),
        runs.block(runs.BASELINE, 1, block=3, repeats=2, outcome=Outcome.CRASHED),
        runs.block(runs.BASELINE, 2, *range(2000, 1000, -10), *[1000] * 100, block=4),
        runs.block(runs.BASELINE, 2, 100, block=5, repeats=4),
    ]

    found = [line for line in printed(runs.record(*blocks)) if "Run once more" in line]

    assert [line.partition(". ")[0] for line in found] == [
        f"Run once more: pytorch:eager, round {number}" for number in (1, 2, 3)
    ]
    assert "The middle half of the iterations differs by" in found[0]
    assert [line.endswith("so the first one counts.") for line in found] == [False, True, False]
    assert "It was still getting warm." in found[2]


def test_versions_are_not_repeated_where_each_framework_has_one() -> None:
    block = runs.block(runs.CONTENDER, 0, 5, versions=OLD)

    assert not any("2.20.0" in line for line in printed(runs.record(block)))


def test_a_sweep_gets_a_table_of_what_the_batch_brings() -> None:
    def spoil(one):
        return (
            {"outcome": Outcome.OOM_HOST}
            if one.contender == runs.CONTENDER.id and "/b32/" in one.workload
            else {}
        )

    lines = printed(sweep_of(spoil=spoil))

    start = next(
        number
        for number, line in enumerate(lines)
        if line.startswith("Scaling, mlp/inference/tiny/float32/cpu")
    )
    rows = [" ".join(line.split()) for line in lines[start + 4 : start + 10]]
    assert rows[0] == "pytorch:eager 1 1,000 (1,000-1,000) 1.00x, 100 % 1 ms"
    assert rows[2] == "32 32,000 (32,000-32,000) 32.00x, 100 % 1 ms"
    assert rows[3].startswith("tensorflow:function 1 1,000")
    assert rows[4] == "8 1,000 (1,000-1,000) 1.00x, 13 % 8 ms"
    assert rows[5] == "32 The machine's memory ran out and the worker was ended. - -"


def test_cool_downs_are_told_as_long_as_they_took() -> None:
    took_ns = (None, 4_000_000_000, 30_000_000_000)
    blocks = [
        runs.block(runs.BASELINE, number, 1000, cool_down_ns=each) for number, each in enumerate(took_ns)
    ]

    assert "Cooled down before 2 blocks: 4 s to 30 s." in printed(runs.record(*blocks))
    assert not any(line.startswith("Cooled") for line in printed(runs.record(blocks[0])))


def test_one_batch_gets_none() -> None:
    assert not any(line.startswith("Scaling") for line in printed(sweep_of((8,))))


def test_the_throughput_scenario_tells_items_a_second_and_no_latency() -> None:
    run = sweep_of((8,), scenario=Scenario.THROUGHPUT, spoil=lambda _: {"iterations_per_sample": 10})

    lines = printed(run)

    heading = next(line for line in lines if "contender" in line)
    assert heading.split() == ["contender", "items/s", "ratio", "verdict"]
    assert any("80,000" in line and "baseline" in line for line in lines)
    assert "In the throughput scenario that is the time of an iteration in groups." in lines


def test_a_row_of_the_default_track_says_so() -> None:
    keras = Contender(Framework.KERAS_TORCH, Mode.DEFAULT, "/usr/bin/python3")
    blocks = [runs.block(runs.BASELINE, 0, 5), runs.block(keras, 0, 6, block=2)]

    lines = printed(runs.record(*blocks, plan=runs.plan(contenders=(runs.BASELINE, keras))))

    rows = [line.split("  ")[1].strip() for line in lines if line.startswith("  ") and ":" in line]
    assert rows == ["pytorch:eager", "keras-torch:default (track default)"]


def test_many_severe_outliers_are_a_warning() -> None:
    spiky = [100, 101] * 45 + [900] * 10

    lines = printed(
        runs.record(runs.block(runs.BASELINE, 0, *spiky), runs.block(runs.CONTENDER, 0, *[100] * 50))
    )

    (warning,) = (line for line in lines if "severe outliers" in line)
    assert ": pytorch:eager (10 %). Look at the percentiles" in warning


def test_blocks_that_were_run_once_more_for_one_reason_share_a_line() -> None:
    """GIVEN two blocks whose GPU's clock was still rising THEN one line names their rounds and that reason."""
    blocks = [
        replace(block, round=number // 2, block=number, contender=runs.BASELINE.id, repeats=again)
        for number, (block, again) in enumerate(
            (
                (measured(ramp(3)), None),
                (measured(ramp(1)), 0),
                (measured(ramp(3)), None),
                (measured(ramp(1)), 2),
            )
        )
    ]

    (line,) = [line for line in printed(runs.record(*blocks, plan=PLAN)) if "Run once more" in line]

    assert line == (
        "Run once more: pytorch:eager, rounds 1, 2. "
        "The GPU's clock was still rising: the warm-up ended 20 % below its highest."
    )


def test_a_disturbance_of_the_baseline_is_told_of_the_baseline_alone() -> None:
    noisy = [100] * 10 + [200] * 10
    record = runs.record(
        runs.block(runs.BASELINE, 0, *noisy, block=0), runs.block(runs.CONTENDER, 0, *[100] * 20, block=1)
    )

    lines = printed(record)

    (told,) = [line for line in lines if line.startswith("Disturbed: ")]
    assert told.startswith("Disturbed: pytorch:eager. The middle half of the iterations differs by")
    assert "disturbed" in next(line for line in lines if line.lstrip().startswith("pytorch:eager"))
    assert "disturbed" not in next(line for line in lines if line.lstrip().startswith("tensorflow:function"))


def test_what_disturbed_several_alike_is_one_line_with_the_worst() -> None:
    disturbed = [100] * 10 + [112] * 10
    record = runs.record(
        runs.block(runs.BASELINE, 0, *disturbed, block=0),
        runs.block(runs.CONTENDER, 0, *[100] * 10, *[120] * 10, block=1),
    )

    told = [line for line in printed(record) if line.startswith("Disturbed: ")]

    at_worst = "At worst, the middle half of the iterations differs by 18 % of the median."
    assert told == [f"Disturbed: pytorch:eager, tensorflow:function. {at_worst}"]


def test_a_block_that_counts_in_no_ratio_disturbs_no_row() -> None:
    noisy = [100] * 10 + [200] * 10
    record = runs.record(
        runs.block(runs.BASELINE, 0, *[100] * 20, block=0),
        runs.block(runs.CONTENDER, 0, *[100] * 20, block=1),
        runs.block(runs.CONTENDER, 1, *noisy, block=2, outcome=Outcome.CRASHED),
    )

    lines = printed(record)

    assert not any("disturbed" in line.lower() or "not steady" in line for line in lines)


def test_equality_is_told_with_the_interval_that_decides_it() -> None:
    """GIVEN a 95 % interval that reaches beyond the margin and a 90 % one that does not THEN the row tells both."""
    medians = (100_000, 101_900, 98_300, 101_900, 98_500)
    blocks = [
        runs.block(side, number, value)
        for number, mine in enumerate(medians)
        for side, value in ((runs.BASELINE, 100_000), (runs.CONTENDER, mine))
    ]

    lines = printed(runs.record(*blocks))

    (row,) = (" ".join(line.split()) for line in lines if "no practical difference" in line)
    assert row.endswith("1.001 (0.980-1.023) no practical difference (within 2 %: 90 % interval 0.985-1.018)")
    assert "Equal within the margin: by the 90 % interval, as is usual for equivalence." in lines

"""What `show --details` prints."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from fwcompare.cli.details import print_details
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.domain.workload import Scenario
from fwcompare.stats.blocks import block_figures
from tests import runs
from tests.cli import fakes
from tests.stats.energies import powered

CALM = (100, 101) * 20
STEPPED = (*[100, 101] * 20, *[120, 121] * 20)


def lines_of(record) -> list[str]:
    console = Console(file=StringIO(), width=160)
    print_details(console, record, block_figures)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def paired(rounds=2, **changes):
    return runs.record(
        *(
            runs.block(who, number, *CALM, **changes)
            for number in range(rounds)
            for who in (runs.BASELINE, runs.CONTENDER)
        )
    )


def test_show_prints_them_in_place_of_its_tables(call):
    code, out, _ = call("show", "a.fwsnap", "--details", parts=fakes.parts(read_snapshot=lambda _: paired()))

    assert code == 0
    assert [name for name in ("Percentiles, ", "Memory, ", "Blocks, ") if name not in out] == []
    assert "verdict" not in out.partition("Ratios are")[0]


def test_percentiles_have_intervals_or_say_that_n_is_too_small():
    lines = lines_of(paired())

    row = next(line for line in lines if line.startswith("pytorch:eager p50"))
    assert row == "pytorch:eager p50 100 ns (100-101)"
    assert "p99.9 n too small" in lines
    assert (
        "n too small: of iterations p50 needs 6, p90 needs 36, p95 needs 72, p99 needs 368, p99.9 needs 3,688."
        in lines
    )
    assert (
        "Not known: ratio of p90, ratio of p99, ratio of throughput (needs 6 rounds of both, has 2)." in lines
    )


def test_ratios_stand_beside_the_percentiles_of_six_rounds():
    lines = lines_of(paired(6))

    assert any(line.startswith("p90 101 ns") and line.endswith("1.000 (1.000-1.000)") for line in lines)
    assert any(line.startswith("items/s") and line.endswith("1.000 (1.000-1.000)") for line in lines)


def test_groups_of_iterations_have_no_percentiles():
    workload = replace(runs.WORKLOAD, scenario=Scenario.THROUGHPUT)
    block = runs.block(runs.BASELINE, 0, *CALM, workload=workload.id, iterations_per_sample=10)
    plan = runs.plan(workloads=(workload,), contenders=(runs.BASELINE,))

    lines = lines_of(runs.record(block, plan=plan))

    assert any(line.startswith("pytorch:eager items/s") for line in lines)
    assert any(line.startswith("Not known: percentiles of pytorch:eager (not available in") for line in lines)


def test_memory_is_the_highest_of_the_blocks_or_has_its_reason():
    phases = {
        Phase.IMPORT: PhaseRecord(0, 1, 10**6, 2 * 10**6),
        Phase.MEASURE: PhaseRecord(1, 1, 1, 5 * 10**6),
    }
    first, *others = paired(counters={"host_unique_bytes": 3000}).blocks
    record = runs.record(replace(first, phases=phases), *others)

    lines = lines_of(record)

    assert "pytorch:eager 5.0 MB 1.0 MB 3.0 kB - - -" in lines
    assert "Not known: GPU memory (the workload runs on the CPU)." in lines


def test_energy_has_its_error_ratio_and_verdict():
    lines = lines_of(powered(1.5))

    start = next(place for place, line in enumerate(lines) if line.startswith("Energy of an item"))
    baseline, other = lines[start + 4 : start + 6]
    assert baseline.startswith("pytorch:eager 12.5 J (")
    assert baseline.endswith("baseline")
    assert other.startswith("tensorflow:function 18.7")
    assert other.endswith("more")


def test_energy_that_is_not_known_has_its_reason_and_no_table():
    lines = lines_of(paired())

    assert not any(line.startswith("Energy of an item") for line in lines)
    assert any("energy by the CPU's counter" in line for line in lines)


def test_each_block_has_its_level_its_outliers_and_what_disturbed_it():
    blocks = [
        runs.block(runs.BASELINE, 0, *STEPPED),
        runs.block(runs.CONTENDER, 0, *CALM, steady=False),
        runs.block(runs.BASELINE, 1, *[100, 101] * 45, *[900] * 10),
        runs.block(runs.CONTENDER, 1, outcome=Outcome.CRASHED, steady=None),
    ]

    lines = lines_of(runs.record(*blocks, machine={"cpu_governor": "powersave"}))

    rows = [line for line in lines if line.startswith(("1 pytorch", "1 tensor", "2 pytorch", "2 tensor"))]
    assert rows[0].startswith("1 pytorch:eager 110.5 ns 80 slow-down at 41 0 0")
    assert rows[1].startswith("1 tensorflow:function 100.5 ns 40 flat * 0 0")
    assert "* The warm-up was ended by its limit." in lines
    assert rows[3] == "2 tensorflow:function crashed 0 - - - -"
    assert "slow-down: The latency rose to a higher level during the measurement." in lines
    (warning,) = (line for line in lines if line.startswith("More than 5 % are severe outliers"))
    assert ": pytorch:eager, round 2 (10 %). Look at the percentiles" in warning
    start = lines.index("GOVERNOR. Set the processor's governor to performance for the time of the run.")
    assert lines[start + 1].startswith("every block: note: The processor's clock is governed by powersave")
    assert any(line.startswith("Not looked at: OTHER_LOAD") for line in lines)


def test_a_repeated_block_is_marked():
    blocks = [
        runs.block(runs.BASELINE, 0, *CALM, block=0),
        runs.block(runs.BASELINE, 0, *CALM, block=1, repeats=0),
    ]

    lines = lines_of(runs.record(*blocks))

    assert [line for line in lines if line.startswith("1 ")] == [
        "1 pytorch:eager 100.5 ns 40 flat 0 0 quiet, repeated",
        "1 again pytorch:eager 100.5 ns 40 flat 0 0 quiet",
    ]


def test_a_percentile_without_an_interval_says_why():
    drifting = [runs.block(runs.BASELINE, number, *[100 + 900 * number] * 40) for number in range(2)]
    note = "Without an interval: the iterations depend on each other too much for one."

    assert note in lines_of(runs.record(*drifting))
    assert note not in lines_of(paired())

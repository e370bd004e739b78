"""Figures of a row: values, or the reason why there is none."""

from __future__ import annotations

from array import array
from dataclasses import replace
from random import Random

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import Series
from fwcompare.report import report
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.comparison import compare
from fwcompare.stats.gates import readings
from fwcompare.stats.summary import GPU_MEMORY, summarise
from tests import runs
from tests.stats.energies import GPU, powered
from tests.ui.comparison.many import CONTENDERS, MS, WORKLOADS, block
from ui.comparison.columns import Column
from ui.comparison.figures import NOTHING, Figure, figures_of, ratio_figure


def figures(*blocks, workload=WORKLOADS[0]):
    record = runs.record(
        *blocks, plan=runs.plan(workloads=(workload,), contenders=(CONTENDERS[1],), baseline=CONTENDERS[1].id)
    )
    return figures_of(blocks, summarise(record)[0], workload.device, block_figures)


def test_figures_of_a_measured_row_are_in_their_units() -> None:
    random = Random(1)
    two = [block(n, CONTENDERS[1], WORKLOADS[1], n, 2.0, random) for n in range(2)]

    shown = figures(*two, workload=WORKLOADS[1])

    assert shown[Column.MEDIAN].value == pytest.approx(2 * MS, rel=0.05)
    assert shown[Column.MEDIAN].low <= shown[Column.MEDIAN].value <= shown[Column.MEDIAN].high
    assert shown[Column.IMPORT].text == "0.900"
    assert shown[Column.COMPILE].text == "3.00"
    assert shown[Column.FIRST_CALL].text == "2.00"
    assert (shown[Column.MEMORY].text, shown[Column.MEMORY].note) == ("320", "import 200")
    assert shown[Column.GPU_MEMORY].text == "1,024"
    assert shown[Column.GPU_USE].text == "40.0"


def test_compile_time_is_that_of_the_cold_first_block() -> None:
    random = Random(1)
    cold, warm = (block(n, CONTENDERS[1], WORKLOADS[0], n, 2.0, random) for n in range(2))
    faster = replace(
        warm, phases=warm.phases | {Phase.COMPILE: replace(warm.phases[Phase.COMPILE], duration_ns=7)}
    )

    assert figures(cold, faster)[Column.COMPILE].value == 3_000 * MS


def test_whatever_is_missing_has_a_reason() -> None:
    for shown in figures().values(), figures(runs.block(CONTENDERS[1], 0, outcome=Outcome.CRASHED)).values():
        missing = [figure for figure in shown if figure.value is None]
        assert missing
        assert all(figure.reason and figure.text == NOTHING for figure in missing)


def test_an_eager_mode_says_that_nothing_is_compiled() -> None:
    eager = block(0, CONTENDERS[0], WORKLOADS[0], 0, 1.0, Random(0))

    assert figures(eager)[Column.COMPILE].reason == "nothing is compiled in this mode"


def test_a_counter_that_is_missing_tells_the_sampler_s_reason() -> None:
    on_cpu = block(0, CONTENDERS[0], WORKLOADS[0], 0, 1.0, Random(0))

    assert figures(on_cpu)[Column.GPU_USE].reason == "not available: no GPU"


def test_only_readings_within_the_measured_phase_count() -> None:
    one = block(0, CONTENDERS[0], WORKLOADS[1], 0, 1.0, Random(0))
    short = replace(
        one, phases=one.phases | {Phase.MEASURE: replace(one.phases[Phase.MEASURE], duration_ns=9)}
    )

    assert len(readings(short, "gpu_utilization_percent")) == 10
    assert readings(short, "no such channel") == []


def test_the_baseline_s_ratio_is_one_and_a_missing_ratio_tells_why() -> None:
    failed = compare(runs.record(runs.block(runs.BASELINE, 0, 5, 6, 7)))[0]

    assert ratio_figure(None, Figure(6.0, "6")).value == 1
    assert "No block of this contender was measured" in ratio_figure(failed, Figure(None)).reason


def test_a_baseline_of_which_nothing_was_measured_has_no_ratio() -> None:
    nothing = Figure(None, reason="no block was measured to its end")

    assert ratio_figure(None, nothing) == nothing


def test_counters_of_the_workers_are_figures_or_reasons() -> None:
    counters = {"host_unique_bytes": 3 << 20, "framework_allocated_peak_bytes": 1 << 20}
    reasons = {"framework_reserved_peak_bytes": "TensorFlow does not tell"}
    blocks = [
        runs.block(
            CONTENDERS[1],
            number,
            5,
            counters=counters | {"host_unique_bytes": size << 20},
            unavailable=reasons,
        )
        for number, size in enumerate((3, 7, 5))
    ]

    shown = figures(*blocks)

    assert (shown[Column.UNIQUE_MEMORY].value, shown[Column.UNIQUE_MEMORY].text) == (7 << 20, "7.00")
    assert shown[Column.ALLOCATED_PEAK].value == 1 << 20
    assert shown[Column.RESERVED_PEAK].reason == "TensorFlow does not tell"


def test_what_was_repeated_is_in_no_figure_but_its_cold_start_is_kept() -> None:
    random = Random(1)
    cold, again = (block(n, CONTENDERS[1], WORKLOADS[0], 0, 1.0 + n, random) for n in range(2))
    again = replace(again, repeats=cold.block, phases={Phase.MEASURE: again.phases[Phase.MEASURE]})

    shown = figures(cold, again)

    assert shown[Column.MEDIAN].value == pytest.approx(2 * MS, rel=0.05)
    assert shown[Column.COMPILE].value == 3_000 * MS


def test_gpu_memory_is_that_of_the_whole_block_in_the_window_as_in_json() -> None:
    """GIVEN a peak while it compiled THEN both tell it, and not the lower level while iterations were timed."""
    one = block(0, CONTENDERS[1], WORKLOADS[1], 0, 2.0, Random(1))
    compiled_ns = one.phases[Phase.COMPILE].start_ns
    series = one.resources[GPU_MEMORY]
    early = Series((array("q", [compiled_ns]), *series.time_ns), (array("d", [3 * 2.0**30]), *series.value))
    one = replace(one, resources=one.resources | {GPU_MEMORY: early})
    record = runs.record(
        one, plan=runs.plan(workloads=WORKLOADS[1:], contenders=CONTENDERS, baseline=one.contender)
    )

    (told,) = report(record, block_figures, None)["blocks"]

    assert figures(one, workload=WORKLOADS[1])[Column.GPU_MEMORY].value == 3 * 2**30
    assert told["gpu_memory_bytes"] == 3 * 2**30


def test_energy_has_the_digits_and_the_error_that_its_counter_leaves() -> None:
    record = powered(1.0)

    shown = figures_of(record.blocks[::2], summarise(record)[0], GPU.device, block_figures)[Column.ENERGY]

    assert (shown.text, shown.note) == ("12.5", "± 1 %")

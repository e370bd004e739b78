"""Figures of a row: values, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.stats.comparison import block_median_ns, compare
from fwcompare.stats.quantiles import latencies_ns, order_statistic
from fwcompare.stats.summary import summarise
from tests import runs
from tests.ui.comparison.many import CONTENDERS, MS, WORKLOADS, block
from ui.comparison.columns import Column
from ui.comparison.figures import NOTHING, digest, figures_of, in_measure, ratio_figure


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=80))
def test_a_digest_gives_the_same_median_and_percentiles(durations: list[int]) -> None:
    whole = runs.block(runs.BASELINE, 0, *durations)

    short = digest(whole)

    assert block_median_ns(short) == block_median_ns(whole)
    before, after = latencies_ns([whole.latency]), latencies_ns([short.latency])
    assert order_statistic(after, 50) == order_statistic(before, 50)
    assert order_statistic(after, 95) == order_statistic(before, 95)
    assert after.size <= 20


def test_verdicts_from_digests_are_the_verdicts() -> None:
    random = Random(3)
    blocks = tuple(
        runs.block(who, number, *(round(random.lognormvariate(0, 0.6) * speed) for _ in range(41 + number)))
        for number in range(4)
        for who, speed in ((runs.BASELINE, 1_000_000), (runs.CONTENDER, 1_300_000))
    )
    whole = runs.record(*blocks)

    assert compare(replace(whole, blocks=tuple(map(digest, blocks)))) == compare(whole)


def figures(*blocks, workload=WORKLOADS[0]):
    record = runs.record(
        *blocks, plan=runs.plan(workloads=(workload,), contenders=(CONTENDERS[1],), baseline=CONTENDERS[1].id)
    )
    return figures_of(blocks, summarise(record)[0], workload.device)


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

    assert len(in_measure(short, "gpu_utilization_percent")) == 10
    assert in_measure(short, "no such channel") == []


def test_the_baseline_s_ratio_is_one_and_a_missing_ratio_tells_why() -> None:
    failed = compare(runs.record(runs.block(runs.BASELINE, 0, 5, 6, 7)))[0]

    assert ratio_figure(None).value == 1
    assert "No block of this contender was measured" in ratio_figure(failed).reason

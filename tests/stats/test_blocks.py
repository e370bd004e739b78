"""What one block amounts to: its median in both scenarios, and what the clock takes of a sample."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Reason, Verdict
from fwcompare.domain.workload import Scenario
from fwcompare.stats.blocks import GROUPED, OVERHEAD, block_median_ns, no_percentiles, overhead_share
from fwcompare.stats.comparison import compare
from fwcompare.stats.summary import summarise
from fwcompare.stats.tails import metric_ratios
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, plan, record

GROUPS = replace(WORKLOAD, scenario=Scenario.THROUGHPUT)


def grouped_run(rounds: int = 8, samples: int = 40):
    """The baseline takes 1 ms an iteration in groups of 10, the contender 2 ms in groups of 5."""
    blocks = []
    for number in range(rounds):
        for contender, group in ((BASELINE, 10), (CONTENDER, 5)):
            changes = {"workload": GROUPS.id, "iterations_per_sample": group, "block": len(blocks)}
            blocks.append(block(contender, number, *[10_000_000 + number * 1000] * samples, **changes))
    return record(*blocks, plan=plan(workloads=(GROUPS,)))


def test_the_median_is_that_of_an_iteration_however_many_are_in_a_sample() -> None:
    assert block_median_ns(block(BASELINE, 0, 90, 100, 110)) == 100
    assert block_median_ns(block(BASELINE, 0, 90, 100, 110, iterations_per_sample=25)) == 4
    assert block_median_ns(block(BASELINE, 0, 90, outcome=Outcome.HUNG, iterations_per_sample=25)) is None


def test_groups_of_different_length_are_compared_by_items_a_second() -> None:
    run = grouped_run()

    (comparison,) = compare(run)
    (throughput,) = [one for one in metric_ratios(run) if one.metric == "throughput"]

    assert comparison.ratio == pytest.approx(2.0)
    assert comparison.verdict is Verdict.SLOWER
    assert throughput.ratio == pytest.approx(0.5)
    assert [one.throughput_per_s for one in summarise(run)] == pytest.approx([8000, 4000], rel=1e-3)


def test_groups_have_no_latency_and_say_why() -> None:
    run = grouped_run()

    first, _ = summarise(run)
    tails = [one for one in metric_ratios(run) if one.metric != "throughput"]

    assert first.n == 320
    assert first.median_ns is first.p90_ns is None
    assert set(first.percentiles.values()) == {None}
    for name in ("median_ns", "p90_ns", *(f"percentiles.{one}" for one in first.percentiles)):
        assert first.unavailable[name] == GROUPED
    assert {one.unavailable["ratio"] for one in tails} == {GROUPED}


def test_nothing_measured_is_why_a_group_has_no_figure() -> None:
    first, _ = summarise(record(plan=plan(workloads=(GROUPS,))))

    assert first.unavailable["median_ns"] == "no block was measured to its end"


@pytest.mark.parametrize(
    ("overhead_ns", "share", "remarked", "refused"),
    [(0, 0.0, False, False), (10, 0.01, False, False), (11, 0.011, True, False), (101, 0.101, True, True)],
)
def test_what_the_clock_takes_is_remarked_and_then_costs_the_percentiles(
    overhead_ns: int, share: float, remarked: bool, refused: bool
) -> None:
    blocks = [
        block(contender, number, *[1000] * 40, counters={OVERHEAD: overhead_ns})
        for number in range(3)
        for contender in (BASELINE, CONTENDER)
    ]

    (comparison,) = compare(record(*blocks))
    first, _ = summarise(record(*blocks))

    assert overhead_share(blocks[0]) == pytest.approx(share)
    assert (Reason.TIMER_OVERHEAD in comparison.reasons) is remarked
    assert (first.p90_ns is None) is refused
    assert first.median_ns == 1000
    if refused:
        assert first.unavailable["p90_ns"] == (
            "the clock and the wait for the device take 10 % of an iteration; measure the throughput scenario"
        )


def test_what_no_worker_told_is_not_known() -> None:
    assert overhead_share(block(BASELINE, 0, 1000)) is None
    assert overhead_share(block(BASELINE, 0, counters={OVERHEAD: 5})) is None
    assert no_percentiles([block(BASELINE, 0, 1000)]) == ""

"""One line for each contender and workload."""

from __future__ import annotations

from dataclasses import replace

from fwcompare.domain.outcome import Outcome
from fwcompare.stats.summary import Summary, summarise
from tests import runs


def test_medians_are_taken_over_block_medians_and_not_over_all_iterations():
    blocks = (
        runs.block(runs.BASELINE, 0, 100, 100, 100, 100, 100, 100, 100),
        runs.block(runs.BASELINE, 1, 300),
        runs.block(runs.BASELINE, 2, 200),
    )

    summary, _ = summarise(runs.record(*blocks))

    assert summary.median_ns == 200
    assert (summary.blocks, summary.n) == (3, 9)
    assert summary.throughput_per_s == 8 * 1e9 / 200


def test_p90_is_one_of_the_iterations_of_all_blocks_together():
    blocks = (
        runs.block(runs.BASELINE, 0, *range(1, 19)),
        runs.block(runs.BASELINE, 1, *range(19, 37)),
    )

    summary, _ = summarise(runs.record(*blocks))

    assert summary.p90_ns == 33  # rank ceil(32.4)
    assert summary.unavailable == {}


def test_too_few_iterations_are_said_in_words():
    summary, _ = summarise(runs.record(runs.block(runs.BASELINE, 0, 5, 6, 7)))

    assert summary.p90_ns is None
    assert summary.unavailable == {"p90_ns": "n too small: p90 needs 36 iterations, has 3"}


def test_a_block_that_failed_counts_nowhere():
    good = runs.block(runs.CONTENDER, 0, 10)
    bad = replace(runs.block(runs.CONTENDER, 1, 99_999), outcome=Outcome.CANCELLED)

    _, summary = summarise(runs.record(good, bad))

    assert (summary.blocks, summary.n, summary.median_ns) == (1, 1, 10)


def test_a_contender_without_result_has_reasons_and_no_zeros():
    _, summary = summarise(runs.record(runs.block(runs.BASELINE, 0, 10)))

    nothing = "no block was measured to its end"
    assert summary == Summary(
        contender=runs.CONTENDER.id,
        workload=runs.WORKLOAD.id,
        blocks=0,
        n=0,
        median_ns=None,
        p90_ns=None,
        throughput_per_s=None,
        unavailable={"median_ns": nothing, "p90_ns": nothing, "throughput_per_s": nothing},
    )


def test_every_contender_of_every_workload_has_a_line():
    other = replace(runs.WORKLOAD, batch=64)
    plan = runs.plan(workloads=(runs.WORKLOAD, other))

    found = [(one.workload, one.contender) for one in summarise(runs.record(plan=plan))]

    assert found == [(one.id, side.id) for one in plan.workloads for side in plan.contenders]

"""One line for each contender and workload."""

from __future__ import annotations

from array import array
from dataclasses import replace

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import Series
from fwcompare.stats.quantiles import Percentile
from fwcompare.stats.steadiness import Steadiness
from fwcompare.stats.summary import GPU_MEMORY, Summary, gpu_memory_bytes, summarise
from tests import runs

NAMES = ("p50", "p90", "p95", "p99", "p99.9")


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
    assert summary.percentiles["p90"] == Percentile(33, None, None, 1)  # two blocks that are not alike
    unread = "no two readings were taken while iterations were timed"
    assert summary.unavailable == {
        **dict.fromkeys(("energy.gpu", "energy.cpu"), unread),
        "percentiles.p95": "n too small: p95 needs 72 iterations, has 36",
        "percentiles.p99": "n too small: p99 needs 368 iterations, has 36",
        "percentiles.p99.9": "n too small: p99.9 needs 3688 iterations, has 36",
        "steadiness": "no block has enough iterations to tell",
    }


def test_too_few_iterations_are_said_in_words():
    summary, _ = summarise(runs.record(runs.block(runs.BASELINE, 0, 5, 6, 7)))

    assert summary.p90_ns is None
    assert summary.unavailable["p90_ns"] == "n too small: p90 needs 36 iterations, has 3"
    assert summary.unavailable["percentiles.p90"] == summary.unavailable["p90_ns"]
    assert summary.unavailable["percentiles.p50"] == "n too small: p50 needs 6 iterations, has 3"


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
        unavailable=dict.fromkeys(
            (
                "median_ns",
                "p90_ns",
                "throughput_per_s",
                "steadiness",
                *(f"percentiles.{one}" for one in NAMES),
                "energy.gpu",
                "energy.cpu",
            ),
            nothing,
        ),
        percentiles=dict.fromkeys(NAMES),
        energy={"gpu": None, "cpu": None},
    )


def test_every_contender_of_every_workload_has_a_line():
    other = replace(runs.WORKLOAD, batch=64)
    plan = runs.plan(workloads=(runs.WORKLOAD, other))

    found = [(one.workload, one.contender) for one in summarise(runs.record(plan=plan))]

    assert found == [(one.id, side.id) for one in plan.workloads for side in plan.contenders]


def test_labels_and_outliers_are_those_of_the_blocks():
    calm = [99, 100, 101] * 20
    blocks = (
        runs.block(runs.BASELINE, 0, *calm, 105, 150),
        runs.block(runs.BASELINE, 1, *calm),
        runs.block(runs.CONTENDER, 0, *calm),
        runs.block(runs.CONTENDER, 1, *[200] * 15, *calm),
    )

    even, uneven = summarise(runs.record(*blocks))

    assert (even.steadiness, even.mild_outliers, even.severe_outliers) == (Steadiness.FLAT, 1, 1)
    assert uneven.steadiness is Steadiness.INCONSISTENT


def test_gpu_memory_is_that_of_the_whole_life_of_a_worker():
    """GIVEN most memory before anything was measured THEN that counts; without a reading there is none."""
    series = Series((array("q", [1, 2]), array("q", [3])), (array("d", [8.0, 3.0]), array("d", [4.0])))
    block = runs.block(runs.BASELINE, 0, 1)

    assert gpu_memory_bytes(replace(block, resources={GPU_MEMORY: series})) == 8
    assert gpu_memory_bytes(block) is None

"""Items a second and latency by batch, against hand-made runs and SciPy."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from scipy import stats

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.workload import Scenario
from fwcompare.stats.scaling import sweeps
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, plan, record

BATCHES = (1, 8, 32)
MS = 10**6


def sweep_of(batches=BATCHES, *, rounds=3, scenario=Scenario.SINGLE_STREAM, spoil=lambda _: {}, **changes):
    """Two contenders: the baseline needs 1 ms whatever the batch, the other 1 ms for each example."""
    workloads = tuple(replace(WORKLOAD, batch=batch, scenario=scenario) for batch in batches)
    blocks = []
    for workload in workloads:
        for number in range(rounds):
            for contender, latency_ns in ((BASELINE, MS), (CONTENDER, workload.batch * MS)):
                one = block(contender, number, latency_ns + number, workload=workload.id)
                blocks.append(replace(one, block=len(blocks), **spoil(one)))
    return record(*blocks, plan=plan(workloads=workloads), **changes)


def test_a_run_with_one_batch_has_no_sweep() -> None:
    assert sweeps(sweep_of((8,))) == ()


def test_workloads_that_differ_in_more_than_their_batch_are_sweeps_of_their_own() -> None:
    run = sweep_of((1, 8))
    small = tuple(replace(one, architecture="cnn") for one in run.plan.workloads)
    other = replace(WORKLOAD, architecture="lstm")
    run = replace(run, plan=replace(run.plan, workloads=(*run.plan.workloads, other, *small)))

    first, second = sweeps(run)

    assert {one.architecture for one in first.workloads} == {"mlp"}
    assert {one.architecture for one in second.workloads} == {"cnn"}
    assert all(point.blocks == 0 for point in second.points)


def test_the_points_stand_by_contender_and_batch_whatever_the_order_of_the_plan() -> None:
    (found,) = sweeps(sweep_of((32, 1, 8)))

    assert found.batches == (1, 8, 32)
    assert [(point.contender, point.batch) for point in found.points] == [
        (contender.id, batch) for contender in (BASELINE, CONTENDER) for batch in (1, 8, 32)
    ]


def test_what_costs_nothing_more_gains_as_much_as_the_batch_grows() -> None:
    (found,) = sweeps(sweep_of())

    free, dear = found.points[:3], found.points[3:]
    assert [round(point.gain, 3) for point in free] == [1, 8, 32]
    assert [round(point.efficiency, 3) for point in free] == [1, 1, 1]
    assert [round(point.gain, 3) for point in dear] == [1, 1, 1]
    assert [round(point.efficiency, 3) for point in dear] == [1, 0.125, 0.031]
    assert free[2].throughput_per_s.value == pytest.approx(32e9 / (MS + 1))
    assert dear[2].latency_ns.value == pytest.approx(32 * MS + 1)


def test_the_interval_is_that_of_student_over_the_logarithms_of_the_blocks() -> None:
    medians = (MS, 1.1 * MS, 1.3 * MS)
    run = sweep_of((1, 2))
    blocks = [
        replace(one, latency=block(BASELINE, 0, round(medians[one.round])).latency) for one in run.blocks
    ]

    point = sweeps(replace(run, blocks=tuple(blocks)))[0].points[1]

    logs = [math.log(2e9 / median) for median in medians]
    low, high = stats.t.interval(0.95, 2, sum(logs) / 3, stats.sem(logs))
    assert point.throughput_per_s.low == pytest.approx(math.exp(low), rel=1e-6)
    assert point.throughput_per_s.high == pytest.approx(math.exp(high), rel=1e-6)
    assert point.latency_ns.low == pytest.approx(2e9 / math.exp(high), rel=1e-6)
    assert point.unavailable == {}


def test_a_single_block_has_no_interval_and_says_so() -> None:
    point = sweeps(sweep_of(rounds=1))[0].points[0]

    assert (point.throughput_per_s.low, point.throughput_per_s.high) == (None, None)
    assert point.latency_ns.low is None
    assert set(point.unavailable) == {
        f"{name}.{end}" for name in ("throughput_per_s", "latency_ns") for end in ("low", "high")
    }


def test_a_batch_that_did_not_fit_says_how_it_ended() -> None:
    def spoil(one):
        return {"outcome": Outcome.OOM_HOST} if "/b32/" in one.workload else {}

    point = sweeps(sweep_of(spoil=spoil))[0].points[2]

    assert point.throughput_per_s is None
    assert point.latency_ns is None
    assert point.unavailable["throughput_per_s"].startswith("The machine's memory ran out")
    assert point.unavailable["gain"] == "this batch has no result"


def test_without_the_smallest_batch_there_is_no_gain() -> None:
    def spoil(one):
        return {"outcome": Outcome.CANCELLED} if "/b1/" in one.workload else {}

    smallest, other, _ = sweeps(sweep_of(spoil=spoil))[0].points[:3]

    assert smallest.unavailable["throughput_per_s"] == "no block was measured to its end"
    assert other.throughput_per_s is not None
    assert (other.gain, other.efficiency) == (None, None)
    assert other.unavailable["gain"] == other.unavailable["efficiency"] == "batch 1 has no result"


def test_groups_of_iterations_have_items_a_second_and_no_latency() -> None:
    run = sweep_of(scenario=Scenario.THROUGHPUT, spoil=lambda _: {"iterations_per_sample": 10})

    point = sweeps(run)[0].points[1]

    assert point.throughput_per_s.value == pytest.approx(10 * 8e9 / (MS + 1))
    assert point.latency_ns is None
    assert point.unavailable == {
        "latency_ns": "not available in the throughput scenario, because groups of iterations are timed together"
    }


def test_an_interval_of_a_run_that_may_stop_early_has_the_degrees_of_the_earliest_stop() -> None:
    """GIVEN 8 rounds, of which 5 might have been enough THEN 4 degrees of freedom count, not 7."""
    run = sweep_of(rounds=8)
    ((usual, *_),), ((wider, *_),) = (
        [one.points for one in sweeps(replace(run, plan=replace(run.plan, stops_early=early)))]
        for early in (False, True)
    )

    for before, after in (
        (usual.latency_ns, wider.latency_ns),
        (usual.throughput_per_s, wider.throughput_per_s),
    ):
        times = math.log(after.high / after.low) / math.log(before.high / before.low)
        assert times == pytest.approx(stats.t.ppf(0.975, 4) / stats.t.ppf(0.975, 7))

"""Ratios of p90, p99 and throughput in a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.stats.tails import metric_ratios, ratios_of
from tests import runs


def measured(rounds: int, iterations: int):
    generator = np.random.default_rng(4)
    blocks = []
    for number in range(rounds):
        values = np.round(1e6 * generator.lognormal(0, 0.03, iterations)).astype(int)
        blocks.append(runs.block(runs.BASELINE, number, *map(int, values)))
        blocks.append(runs.block(runs.CONTENDER, number, *map(int, generator.permutation(values) // 2)))
    return runs.record(*blocks)


def test_a_contender_of_half_the_latency_has_half_the_tails_and_twice_the_throughput():
    p90, p99, throughput = metric_ratios(measured(6, 400))

    assert [one.metric for one in (p90, p99, throughput)] == ["p90", "p99", "throughput"]
    for one, expected in ((p90, 0.5), (p99, 0.5), (throughput, 2)):
        assert one.ratio == pytest.approx(expected, rel=1e-3)
        assert one.low < one.ratio < one.high
        assert (one.rounds, one.unavailable) == (6, {})
        assert (one.baseline, one.contender) == (runs.BASELINE.id, runs.CONTENDER.id)


def test_few_iterations_in_a_block_have_throughput_and_no_tails():
    p90, p99, throughput = metric_ratios(measured(6, 40))

    assert p90.ratio is not None
    assert throughput.ratio is not None
    assert (p99.ratio, p99.low, p99.high) == (None, None, None)
    reason = "n too small: p99 needs 368 iterations, has 40 in a block"
    assert p99.unavailable == dict.fromkeys(("ratio", "low", "high"), reason)


def test_five_rounds_of_both_are_too_few():
    record = measured(6, 40)
    failed = replace(record.blocks[3], outcome=Outcome.CRASHED)

    found = metric_ratios(replace(record, blocks=(*record.blocks[:3], failed, *record.blocks[4:])))

    assert {one.unavailable["ratio"] for one in found} == {"needs 6 rounds of both, has 5"}
    assert {one.rounds for one in found} == {5}


def test_those_of_one_contender_are_those_among_all():
    record = measured(6, 40)

    assert ratios_of(record, runs.CONTENDER.id, runs.WORKLOAD.id) == metric_ratios(record)


def test_an_interval_of_a_run_that_may_stop_early_has_the_degrees_of_the_earliest_stop():
    """Student's t is 2.571 with the 5 degrees of 6 rounds, and 2.776 with 4."""
    record = measured(6, 400)
    early = replace(record, plan=replace(record.plan, stops_early=True))

    for usual, wider in zip(metric_ratios(record), metric_ratios(early), strict=True):
        assert np.log(wider.high / wider.low) / np.log(usual.high / usual.low) == pytest.approx(
            2.776 / 2.571, rel=1e-3
        )

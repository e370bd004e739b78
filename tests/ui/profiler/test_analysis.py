"""Ratios, verdicts and distributions of the blocks that have ended."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.outcome import Outcome
from tests.runs import BASELINE, CONTENDER, block, record, view_of
from ui.profiler.analysis import ECDF_POINTS, analyse, analysis_key, distribution

MS = 10**6


def rounds(count: int, *, ratio: float = 2.0, **changes):
    """So many rounds in which the contender takes `ratio` times as long."""
    blocks = []
    for number in range(count):
        blocks.append(block(BASELINE, number, MS, MS + number * 100, MS))
        mine = round(ratio * MS)
        blocks.append(block(CONTENDER, number, mine, mine + number * 100, mine))
    return record(*blocks, **changes)


def test_the_contenders_stand_from_fast_to_slow_with_their_verdicts() -> None:
    (workload,) = analyse(view_of(rounds(4, ratio=0.5))).workloads

    assert [row.contender.id for row in workload.rows] == [CONTENDER.id, BASELINE.id]
    assert workload.rows[0].badge.word == "2.0× faster" or "faster" in workload.rows[0].badge.word
    assert workload.rows[1].comparison is None
    assert workload.rows[1].badge.word == "baseline"


def test_what_has_no_ratio_stands_last() -> None:
    failed = block(CONTENDER, 0, outcome=Outcome.CRASHED)
    (workload,) = analyse(view_of(record(block(BASELINE, 0, MS, MS), failed))).workloads

    assert workload.rows[-1].contender.id == CONTENDER.id
    assert workload.rows[-1].comparison.ratio is None
    assert [one.contender.id for one in workload.distributions] == [BASELINE.id]


def test_it_grows_with_the_rounds() -> None:
    early, late = analyse(view_of(rounds(1, finished_utc=None))), analyse(view_of(rounds(5)))

    assert early.key != late.key
    assert early.workloads[0].rows[-1].comparison.low is None
    assert late.workloads[0].rows[-1].comparison.low is not None
    assert late.workloads[0].distributions[0].n > early.workloads[0].distributions[0].n


def test_the_key_changes_when_a_block_ends_and_only_then() -> None:
    running = block(CONTENDER, 0, MS, outcome=None, finished_ns=None)
    more = block(CONTENDER, 0, MS, MS, outcome=None, finished_ns=None)
    first = block(BASELINE, 0, MS)

    keys = [
        analysis_key(view_of(record(*blocks, finished_utc=None)))
        for blocks in ((first,), (first, running), (first, more), (first, block(CONTENDER, 0, MS, MS)))
    ]

    assert keys[0] == keys[1] == keys[2] != keys[3]


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=2000))
def test_a_distribution_is_exact_where_it_is_drawn(values: list[int]) -> None:
    values_ns = np.array(values, np.int64)

    one = distribution(BASELINE, values_ns)

    assert one.n == len(values)
    assert len(one.share) <= ECDF_POINTS
    assert one.share[-1] == 1.0
    assert (np.diff(one.latency_ms) >= 0).all()
    for latency_ms, share in zip(one.latency_ms, one.share, strict=True):
        assert (values_ns / 1e6 <= latency_ms).mean() >= share - 1e-12
    assert (values_ns / 1e6 <= one.median_ms).mean() >= 0.5

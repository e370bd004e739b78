"""What is timed as one sample: how long a group is, and what it calls."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.worker import sampling
from fwcompare.worker.adapters import common


@pytest.mark.parametrize(
    ("iteration_ns", "overhead_ns", "expected"),
    [
        (5_000_000, 0, 1),
        (5_000_001, 0, 1),
        (4_999_999, 0, 2),
        (1_000_000, 100, 5),
        (1_000_000, 100_000, 10),
        (10, 0, 256),
        (0, 0, 256),
        (1e12, 1_000, 1),
    ],
)
def test_the_group_takes_5_ms_or_a_hundred_overheads(iteration_ns, overhead_ns, expected) -> None:
    assert sampling.depth(iteration_ns, overhead_ns) == expected


@given(st.floats(1, 1e12), st.integers(0, 10**9))
def test_the_overhead_is_at_most_a_hundredth_unless_the_group_is_as_deep_as_it_may_be(
    iteration_ns: float, overhead_ns: int
) -> None:
    depth = sampling.depth(iteration_ns, overhead_ns)

    assert 1 <= depth <= sampling.MAX_DEPTH
    if depth < sampling.MAX_DEPTH:
        assert depth * iteration_ns >= max(100 * overhead_ns, 5_000_000) * (1 - 1e-9)
    assert depth == 1 or math.floor((depth - 1) * iteration_ns) <= max(100 * overhead_ns, 5_000_000)


def test_a_group_waits_once_at_its_end() -> None:
    order = []
    iterate = common.then(lambda: order.append("call"), lambda: order.append("wait"))

    sample = sampling.grouped(iterate, 3)
    sample.call()

    assert sample.iterations == 3
    assert order == ["call", "call", "call", "wait"]


def test_the_overhead_is_that_of_the_wait_and_the_clock(monkeypatch) -> None:
    now_ns, waits = [0], []

    def clock() -> int:
        now_ns[0] += 40
        return now_ns[0]

    def wait() -> None:
        waits.append(None)
        now_ns[0] += 1000 if len(waits) % 10 else 90_000  # one in ten is interrupted

    monkeypatch.setattr(sampling.time, "perf_counter_ns", clock)

    assert sampling.overhead_ns(common.then(lambda: None, wait)) == 1040
    assert len(waits) == sampling.CALIBRATIONS + 1

"""What a sample is: one iteration, or in the throughput scenario a group of them with one wait at its end.

A group is so long that reading the clock and waiting for the device are at most a hundredth of it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from .adapters import common

CALIBRATIONS = 1000
"""So often the clock is read after a wait for the device that has nothing to do."""

OVERHEADS_IN_GROUP = 100
MIN_GROUP_NS = 5_000_000
MAX_DEPTH = 256
"""Not more iterations than this are handed over before a wait: a queue that is full makes the caller wait."""


@dataclass(frozen=True)
class Sample:
    """How iterations are timed.

    Attributes:
        call: What is timed.
        iterations: How many there are in it.
    """

    call: Callable[[], Any]
    iterations: int


def overhead_ns(iterate: Callable[[], Any]) -> int:
    """What waiting for an idle device and reading the clock take: the median of many times."""
    _, synchronise = common.halves(iterate)
    clock = time.perf_counter_ns
    times = []
    for _ in range(CALIBRATIONS + 1):
        synchronise()
        times.append(clock())
    return round(float(np.median(np.diff(times))))


def depth(iteration_ns: float, overhead_ns: int) -> int:
    """How many iterations make a group: ceil(max(100 · overhead, 5 ms) / iteration), from 1 to `MAX_DEPTH`."""
    wanted_ns = max(OVERHEADS_IN_GROUP * overhead_ns, MIN_GROUP_NS)
    return min(MAX_DEPTH, max(1, math.ceil(wanted_ns / max(iteration_ns, 1.0))))


def grouped(iterate: Callable[[], Any], iterations: int) -> Sample:
    """So many calls and one wait."""
    enqueue, synchronise = common.halves(iterate)

    def group() -> None:
        for _ in range(iterations):
            enqueue()
        synchronise()

    return Sample(group, iterations)

"""Medians and percentiles of latencies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from fwcompare.domain.record import Series

UPPER_TAIL: Final = 0.025
"""A percentile is only given where the upper end of its 95 % interval is an observed iteration."""

Latencies = npt.NDArray[np.int64]
"""Latencies in nanoseconds, in the order in which they were measured, shape (n,)."""


def latencies_ns(series: Iterable[Series]) -> Latencies:
    """All values of the series, one after the other, as int64 nanoseconds."""
    chunks = [np.asarray(chunk, np.int64) for one in series for chunk in one.value]
    return np.concatenate(chunks) if chunks else np.empty(0, np.int64)


def median(values: npt.ArrayLike) -> float | None:
    """The median, the mean of the two middle values where their count is even; None of nothing."""
    array = np.asarray(values)
    return float(np.median(array)) if array.size else None


def order_statistic(values: Latencies, percent: int) -> int:
    """The value of rank ceil(n × percent / 100): an iteration that was really measured.

    Args:
        values: At least one latency.
        percent: From 1 to 100.
    """
    rank = -(-percent * values.size // 100)
    return int(np.partition(values, rank - 1)[rank - 1])


def iterations_needed(percent: int) -> int:
    """Smallest n at which the percentile has an upper 97.5 % bound among n iterations.

    The highest of n iterations lies below the quantile q with probability qⁿ, which must not exceed
    2.5 %: 36 for p90, 72 for p95, 368 for p99 (distribution-free, from the binomial distribution).
    """
    return math.ceil(math.log(UPPER_TAIL) / math.log(percent / 100))


def percentile(values: Latencies, percent: int) -> int | None:
    """The percentile by the order-statistic rule, None where there are too few iterations."""
    return order_statistic(values, percent) if values.size >= iterations_needed(percent) else None


def too_few(percent: int, count: int) -> str:
    """Why a percentile of so many iterations is not given."""
    return f"n too small: p{percent} needs {iterations_needed(percent)} iterations, has {count}"

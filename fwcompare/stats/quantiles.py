"""Medians and percentiles of latencies, with intervals that assume no distribution."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from fwcompare.domain.record import Series
from fwcompare.stats.student import t_quantile

UPPER_TAIL: Final = 0.025
"""A percentile is only given where the upper end of its 95 % interval is an observed iteration."""

PERCENTS: Final = (50, 90, 95, 99, 99.9)
"""The percentiles that are reported."""

REACH: Final = 12.0
"""Standard deviations of a binomial distribution beyond which nothing is looked at."""

STRETCHES: Final = 10
"""A block alone is cut into so many stretches, whose differences tell how dependent iterations are."""

Latencies = npt.NDArray[np.int64]
"""Latencies in nanoseconds, in the order in which they were measured, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Percentile:
    """An iteration that was really measured, and those between which the percentile lies (95 %).

    Attributes:
        low_ns: None, as is `high_ns`, where the iterations depend on each other so much that they
            count for too few.
        effective_n: For how many independent iterations they count.
    """

    value_ns: int
    low_ns: int | None
    high_ns: int | None
    effective_n: int


def latencies_ns(series: Iterable[Series]) -> Latencies:
    """All values of the series, one after the other, as int64 nanoseconds."""
    chunks = [np.asarray(chunk, np.int64) for one in series for chunk in one.value]
    return np.concatenate(chunks) if chunks else np.empty(0, np.int64)


def median(values: npt.ArrayLike) -> float | None:
    """The median, the mean of the two middle values where their count is even; None of nothing."""
    array = np.asarray(values)
    return float(np.median(array)) if array.size else None


def rank_of(percent: float, count: int) -> int:
    """The rank ceil(n × percent / 100), from 1; exact where floating point is not."""
    return math.ceil(Fraction(str(percent)) * int(count) / 100)


def order_statistic(values: Latencies, percent: float) -> int:
    """The value of rank ceil(n × percent / 100): an iteration that was really measured.

    Args:
        values: At least one latency.
        percent: Above 0, up to 100.
    """
    rank = rank_of(percent, values.size)
    return int(np.partition(values, rank - 1)[rank - 1])


def iterations_needed(percent: float) -> int:
    """Smallest n at which the percentile has an upper 97.5 % bound among n iterations.

    The highest of n iterations lies below the quantile q with probability qⁿ, which must not exceed
    2.5 %: 36 for p90, 72 for p95, 368 for p99, 3688 for p99.9 (from the binomial distribution alone).
    """
    return math.ceil(math.log(UPPER_TAIL) / math.log(percent / 100))


def percentile(values: Latencies, percent: float) -> int | None:
    """The percentile by the order-statistic rule, None where there are too few iterations."""
    return order_statistic(values, percent) if values.size >= iterations_needed(percent) else None


TOO_FEW: Final = "n too small"
"""In place of a percentile that too few iterations were timed for."""


def too_few(percent: float, count: int) -> str:
    """Why a percentile of so many iterations is not given."""
    return f"{TOO_FEW}: p{percent:g} needs {iterations_needed(percent)} iterations, has {count}"


def in_order(blocks: Sequence[Latencies]) -> Latencies:
    """All iterations of the blocks, the quickest first."""
    return np.sort(np.concatenate(blocks)) if blocks else np.empty(0, np.int64)


def percentile_interval(
    blocks: Sequence[Latencies], percent: float, ordered: Latencies | None = None
) -> Percentile | None:
    """The percentile of all iterations together, with its 95 % interval.

    Iterations of one process are alike, so n of them tell less than n independent ones. How much less
    is seen from the shares of iterations that each block has at or below the percentile: their
    variance over the binomial one divides n, and Student's t corrects for the number of blocks (the
    effective sample size of E. Korn and B. Graubard, Survey Methodology 24, 1998). The binomial ranks
    of so many independent iterations, turned into shares, are the interval's ends (R. Woodruff,
    Journal of the American Statistical Association 47, 1952). A single block is cut into stretches.

    Args:
        blocks: Latencies of each block.
        percent: Which percentile.
        ordered: What `in_order` gives, for those who want several percentiles.

    Returns:
        None where there are too few iterations, see `too_few`.
    """
    ordered = in_order(blocks) if ordered is None else ordered
    if ordered.size < iterations_needed(percent):
        return None
    value = int(ordered[rank_of(percent, ordered.size) - 1])
    parts = [block for block in blocks if block.size]
    parts = np.array_split(parts[0], min(STRETCHES, parts[0].size)) if len(parts) == 1 else parts
    below = np.array([np.count_nonzero(part <= value) for part in parts])
    effective = effective_size(below, np.array([part.size for part in parts]))
    ends = _interval_ranks(percent, effective, ordered.size)
    low, high = (int(ordered[rank - 1]) for rank in ends) if ends else (None, None)
    return Percentile(value, low, high, effective)


def effective_size(counts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> int:
    """For how many independent trials those in clusters count, at least 1 and at most their number.

    Args:
        counts: Trials of each cluster that succeeded, shape (c,), c of at least 2.
        sizes: Trials of each cluster, at least 1, shape (c,).
    """
    n, clusters = int(sizes.sum()), sizes.size
    share = float(counts.sum()) / n
    binomial = share * (1 - share) / n
    if binomial == 0:
        return n
    seen = clusters / (clusters - 1) * float((((counts - share * sizes) / n) ** 2).sum())
    correction = (NormalDist().inv_cdf(1 - UPPER_TAIL) / t_quantile(1 - UPPER_TAIL, clusters - 1)) ** 2
    return max(1, min(n, math.floor(n * correction / max(seen / binomial, correction))))


def _interval_ranks(percent: float, effective: int, count: int) -> tuple[int, int] | None:
    """Ranks among `count` ordered iterations of the 95 % interval, None if one end is not among them."""
    ranks = order_ranks(percent, effective)
    if ranks is None:
        return None
    low, high = (Fraction(rank * count, effective) for rank in ranks)
    return max(1, math.floor(low)), min(count, math.ceil(high))


def order_ranks(percent: float, count: int) -> tuple[int, int] | None:
    """Ranks l and u of `count` independent ordered values between which the percentile lies (95 %).

    P(Binomial(n, q) < l) ≤ 2.5 % and P(Binomial(n, q) < u) ≥ 97.5 %; l is the largest, u the smallest.
    """
    if count < iterations_needed(percent):
        return None
    first, probabilities = _binomial(count, percent / 100)
    cumulative = probabilities.cumsum()  # of at most `first`, `first` + 1, … successes
    low = first + int(np.searchsorted(cumulative, UPPER_TAIL, side="right"))
    high = first + int(np.searchsorted(cumulative, 1 - UPPER_TAIL)) + 1
    return (low, high) if low >= 1 else None


def _binomial(count: int, q: float) -> tuple[int, npt.NDArray[np.float64]]:
    """Probabilities of so many successes among `count` trials, and of how many the first one is.

    Those further than `REACH` standard deviations from the mean are left out: they are below 1e-14.
    """
    reach = math.ceil(REACH * (math.sqrt(count * q * (1 - q)) + 1))
    mean = math.floor(count * q)
    first, last = max(0, mean - reach), min(count, mean + reach)
    successes = np.arange(first + 1, last + 1)
    ratios = (count - successes + 1) / successes * (q / (1 - q))
    logs = np.concatenate(([0.0], np.log(ratios).cumsum()))
    likelihoods = np.exp(logs - logs.max())
    return first, likelihoods / likelihoods.sum()

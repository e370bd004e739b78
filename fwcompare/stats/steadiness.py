"""Did a block keep one level? Looked at after the measurement, on what was measured.

The rule that ends the warm-up is only a trigger; this check finds what deceived it. The latencies are
cut where their level or scatter changes, and the levels of the pieces give the block's label
(E. Barrett et al., "Virtual machine warmup blows hot and cold", OOPSLA 2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from fwcompare.stats.quantiles import Latencies

MIN_SEGMENT: Final = 10
MAX_POINTS: Final = 300
"""More iterations than this are looked at as medians of equal stretches: the search takes n² steps."""

PENALTY: Final = 15.0
"""A further piece must lower the cost by this many times ln n (Barrett et al.)."""

LEVEL_TOLERANCE: Final = 0.01
"""Pieces whose medians differ by at most 1 % are on one level."""

STEADY_SHARE: Final = 0.25
"""The last level must hold for a quarter of the block."""

_CLIP: Final = 3.0
_FINEST: Final = 1e-4
"""Scatter in log latency below which pieces are not told apart: a timer has steps, too."""

Floats = npt.NDArray[np.float64]


class Steadiness(StrEnum):
    """How the level of a block went, or that of all blocks of a contender."""

    FLAT = "flat"
    WARM_UP = "warm_up"
    SLOW_DOWN = "slow_down"
    NO_STEADY_STATE = "no_steady_state"
    INCONSISTENT = "inconsistent"

    @property
    def words(self) -> str:
        """The label as it is read: "slow-down", "no steady state"."""
        return _WORDS.get(self, self.replace("_", " "))

    @property
    def sentence(self) -> str:
        """The label in a sentence."""
        return _SENTENCES[self]


_WORDS: Final = {Steadiness.WARM_UP: "warm-up", Steadiness.SLOW_DOWN: "slow-down"}

_SENTENCES: Final = {
    Steadiness.FLAT: "The latency kept one level.",
    Steadiness.WARM_UP: "The latency was still falling when the measurement began.",
    Steadiness.SLOW_DOWN: "The latency rose to a higher level during the measurement.",
    Steadiness.NO_STEADY_STATE: "The latency changed its level and did not settle.",
    Steadiness.INCONSISTENT: "Blocks of this contender went differently.",
}


@dataclass(frozen=True, slots=True)
class Course:
    """What became of the level of a block.

    Attributes:
        shift: The iteration at which the first change of level came, None if there was none.
    """

    label: Steadiness
    shift: int | None = None


def course_of(values: Latencies) -> Course | None:
    """The course of a block; None with too few iterations for two pieces, or latencies of 0."""
    if values.size < 2 * MIN_SEGMENT or values.min() <= 0:
        return None
    width = -(-values.size // MAX_POINTS)
    points = stretch_medians(values, values.size // width)
    starts = change_points(clipped(np.log(points)))
    levels = [float(np.median(part)) for part in np.split(points, starts[1:])]
    changes = [n for n in range(1, len(levels)) if not _alike(levels[n - 1], levels[n])]
    if max(levels) <= min(levels) * (1 + LEVEL_TOLERANCE):
        return Course(Steadiness.FLAT)
    # a slow climb may have no step above the tolerance; then the first cut is what is named
    first, last = (starts[(changes or [1])[place]] for place in (0, -1))
    shift = round(first * values.size / points.size)
    return Course(_label(levels, settled=points.size - last >= STEADY_SHARE * points.size), shift)


def stretch_medians(values: Latencies, count: int) -> Floats:
    """The median of each of so many stretches, the first of them longer by one where they can't be equal.

    Args:
        values: At least `count` of them, shape (n,).
        count: The shape of what is returned.
    """
    length, longer = divmod(values.size, count)
    border = longer * (length + 1)
    pieces = (values[:border].reshape(longer, length + 1), values[border:].reshape(-1, length))
    return np.concatenate([np.median(piece, axis=1) for piece in pieces if piece.size])


def overall(labels: Iterable[Steadiness]) -> Steadiness | None:
    """The label of a contender from those of its blocks, None without any."""
    found = set(labels)
    return found.pop() if len(found) == 1 else Steadiness.INCONSISTENT if found else None


def clipped(logs: Floats) -> Floats:
    """Log latencies with what lies beyond median ± 3 (p90 − p10) moved to there: a spike is no level."""
    low, middle, high = np.quantile(logs, (0.1, 0.5, 0.9))
    reach = _CLIP * (high - low)
    return np.clip(logs, middle - reach, middle + reach)


def change_points(series: Floats) -> list[int]:
    """Starts of the pieces, 0 first, that together have the lowest cost.

    Optimal partitioning (B. Jackson et al., IEEE Signal Processing Letters 12, 2005). A piece of m
    points with variance s² costs m (ln 2πs² + 1), that is −2 ln of its normal likelihood with its own
    mean and variance, and each cut costs 15 ln n. Pieces have at least 10 points.

    Args:
        series: At least 10 points, shape (n,).
    """
    n, penalty = series.size, PENALTY * math.log(series.size)
    centred = series - series.mean()  # sums of squares lose fewer digits
    sums, squares = (np.concatenate(([0.0], np.cumsum(centred**power))) for power in (1, 2))
    sizes = np.arange(n, 0, -1, dtype=np.float64)
    best = np.zeros(n + 1)
    previous = np.zeros(n + 1, np.int64)
    for end in range(MIN_SEGMENT, n + 1):
        starts = end - MIN_SEGMENT + 1
        size = sizes[n - end :][:starts]
        mean = (sums[end] - sums[:starts]) / size
        variance = np.maximum((squares[end] - squares[:starts]) / size - mean * mean, _FINEST**2)
        # m (ln 2π + 1) adds up to the same whatever the cuts are
        cost = best[:starts] + size * np.log(variance)
        cost[1:MIN_SEGMENT] = np.inf
        start = cost.argmin()
        previous[end], best[end] = start, cost[start] + penalty
    cuts = [n]
    while cuts[-1]:
        cuts.append(int(previous[cuts[-1]]))
    return cuts[:0:-1]


def _label(levels: list[float], *, settled: bool) -> Steadiness:
    """The label of levels that are not all alike."""
    if not settled or _alike(levels[0], levels[-1]):
        return Steadiness.NO_STEADY_STATE
    return Steadiness.WARM_UP if _alike(levels[-1], min(levels)) else Steadiness.SLOW_DOWN


def _alike(left: float, right: float) -> bool:
    return max(left, right) <= min(left, right) * (1 + LEVEL_TOLERANCE)

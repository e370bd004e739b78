"""The ratio of two contenders from paired blocks, with its intervals.

The unit of replication is the block (a fresh process), never the iteration: intervals from pooled
iterations cover the truth only 74 to 80 % of the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from fwcompare.stats.student import t_quantile

CONFIDENCE: Final = 0.95
"""Confidence of the interval that is shown."""

EQUIVALENCE_CONFIDENCE: Final = 0.90
"""Confidence of the interval that must lie inside the margin: two one-sided tests at 5 % (TOST)."""

MAX_ROUNDS: Final = 100
"""More additional rounds than this are not suggested, nor added without their number being given: then the noise is
what has to be dealt with. Whoever names a number may name a larger one."""

_LARGEST_LOG: Final = 700.0
"""Two rounds that contradict each other by orders of magnitude leave intervals that no float can hold."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends of a ratio, both inside the interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RatioEstimate:
    """Contender's latency over the baseline's, from rounds in which both were measured.

    Attributes:
        ratio: exp of the mean log ratio; below 1 the contender is faster.
        rounds: How many pairs there are, at least one.
        log_deviation: Standard deviation of the log ratios, None of a single round.
        max_degrees: Degrees of freedom to count at most, see `fwcompare.stats.stopping`; None: all.
    """

    ratio: float
    rounds: int
    log_deviation: float | None
    max_degrees: int | None = None

    @property
    def degrees(self) -> int:
        """Degrees of freedom of Student's t."""
        return self.rounds - 1 if self.max_degrees is None else min(self.rounds - 1, self.max_degrees)

    def interval(self, confidence: float) -> Interval | None:
        """The t interval of the ratio, None with fewer than two rounds."""
        if self.log_deviation is None:
            return None
        t = _t_quantile(confidence, self.degrees + 1)
        centre, half_width = math.log(self.ratio), t * self.log_deviation / math.sqrt(self.rounds)
        low, high = max(centre - half_width, -_LARGEST_LOG), min(centre + half_width, _LARGEST_LOG)
        return Interval(math.exp(low), math.exp(high))


def estimate_ratio(baseline: Sequence[float], contender: Sequence[float]) -> RatioEstimate:
    """Estimate the ratio from block medians, paired by round.

    Args:
        baseline: Positive block medians of the baseline, at least one.
        contender: Those of the contender, from the same rounds in the same order.
    """
    logs = [math.log(b / a) for a, b in zip(baseline, contender, strict=True)]
    deviation = stdev(logs) if len(logs) > 1 else None
    return RatioEstimate(math.exp(fmean(logs)), len(logs), deviation)


def more_rounds(estimate: RatioEstimate, margin: float, confidence: float = CONFIDENCE) -> int | None:
    """About how many more rounds, added to these, would make the interval narrower than half the margin.

    The smallest number n of rounds with n ≥ (t · s / ln(1 + margin / 2))², less those that there are. Rounds
    that are added don't add degrees of freedom to t, see `fwcompare.stats.comparison.max_degrees`.

    Returns:
        At least 1, or None with fewer than two rounds.
    """
    return _rounds_missing(estimate, math.log1p(margin / 2), confidence)


def rounds_to_side(estimate: RatioEstimate, margin: float, confidence: float = CONFIDENCE) -> int | None:
    """About how many more rounds would show on which side of the margin the ratio lies, if it stays what it is.

    The same with the distance of the log ratio from the margin in place of ln(1 + margin / 2).

    Returns:
        At least 1, or None with fewer than two rounds, or so near the margin that it would take more than `MAX_ROUNDS`.
    """
    distance = abs(abs(math.log(estimate.ratio)) - math.log1p(margin))
    rounds = _rounds_missing(estimate, distance, confidence) if distance > 0 else None
    return rounds if rounds is not None and rounds <= MAX_ROUNDS else None


def _rounds_missing(estimate: RatioEstimate, half_width: float, confidence: float) -> int | None:
    if estimate.log_deviation is None:
        return None
    t = _t_quantile(confidence, estimate.degrees + 1)
    rounds = math.ceil((t * estimate.log_deviation / half_width) ** 2)
    return max(rounds - estimate.rounds, 1)


def _t_quantile(confidence: float, rounds: int) -> float:
    """Two-sided quantile of Student's t with `rounds` − 1 degrees of freedom."""
    return t_quantile((1 + confidence) / 2, rounds - 1)

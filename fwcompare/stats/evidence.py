"""How strongly the rounds speak for each claim that a verdict can make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fwcompare.stats.multiplicity import holm
from fwcompare.stats.ratio import RatioEstimate
from fwcompare.stats.student import upper_tail


@dataclass(frozen=True, slots=True)
class Evidence:
    """p-values of three claims by Student's t on the log ratios; a claim may be made below 0.05.

    Attributes:
        beyond_margin: Two-sided, that the ratio lies outside 1 / (1 + margin) … 1 + margin.
        differs: Two-sided, that the ratio is not 1.
        within_margin: That it lies inside: the larger p of two one-sided tests (TOST).
    """

    beyond_margin: float
    differs: float
    within_margin: float


def evidence_of(estimate: RatioEstimate, margin: float) -> Evidence | None:
    """The evidence of at least two rounds, None of fewer.

    `differs` below 0.05 says the same as a 95 % interval without 1; `beyond_margin`, that the interval
    lies beyond the margin; `within_margin`, that the 90 % interval lies inside it.
    """
    if estimate.log_deviation is None:
        return None
    centre, edge = abs(math.log(estimate.ratio)), math.log1p(margin)
    error = estimate.log_deviation / math.sqrt(estimate.rounds)
    return Evidence(
        beyond_margin=min(1.0, 2 * _upper_tail(centre - edge, error, estimate.degrees)),
        differs=min(1.0, 2 * _upper_tail(centre, error, estimate.degrees)),
        within_margin=_upper_tail(edge - centre, error, estimate.degrees),
    )


def adjusted(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of comparisons that stand in one table, by Holm for each kind of claim."""
    if not evidence:
        return ()
    beyond, differs, within = (
        holm([getattr(one, name) for one in evidence])
        for name in ("beyond_margin", "differs", "within_margin")
    )
    return tuple(Evidence(*values) for values in zip(beyond, differs, within, strict=True))


def _upper_tail(distance: float, error: float, degrees: int) -> float:
    """P(T ≥ distance / error) with so many degrees of freedom; without any error it is known."""
    if error == 0:
        return 0.0 if distance > 0 else 1.0
    return upper_tail(distance / error, degrees)

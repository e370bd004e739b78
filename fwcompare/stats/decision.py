"""From an estimated ratio to a verdict: the rule of the method, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fwcompare.domain.verdict import Reason, Verdict
from fwcompare.stats.evidence import Evidence, evidence_of
from fwcompare.stats.ratio import RatioEstimate, more_rounds, rounds_to_side

ALPHA: Final = 0.05
"""A claim may be wrong this often."""

RULE_REASONS: Final = frozenset(
    {Reason.FEW_ROUNDS, Reason.WIDE_INTERVAL, Reason.TOUCHES_MARGIN, Reason.MANY_COMPARISONS}
)
"""Reasons that come from the rule and not from the blocks."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a ratio allows to say.

    Attributes:
        more_rounds: About how many more rounds would settle what is inconclusive, or would show on which side of
            the margin a slight difference lies; None if nothing is open, or it is not known.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    more_rounds: int | None = None


def decide(
    estimate: RatioEstimate, margin: float, evidence: Evidence | None = None, family: int = 1
) -> Decision:
    """Apply the rule, top to bottom; the first line that holds decides.

    1. The ratio is beyond the margin (95 % interval below 1 / (1 + margin), or above 1 + margin):
       faster, slower.
    2. It is within the margin (90 % interval inside, two one-sided tests): no practical difference.
    3. It is not 1 (95 % interval without 1): slightly faster or slower.
    4. Otherwise inconclusive.

    Args:
        estimate: The ratio with its spread.
        margin: Smallest difference that matters, as a fraction; fixed before the run.
        evidence: Adjusted for the other comparisons; None: that of the estimate alone.
        family: How many comparisons the evidence was adjusted for.
    """
    found = evidence or evidence_of(estimate, margin)
    if found is None:
        return Decision(Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))
    faster = estimate.ratio < 1
    if found.beyond_margin < ALPHA:
        return Decision(Verdict.FASTER if faster else Verdict.SLOWER)
    if found.within_margin < ALPHA:
        return Decision(Verdict.NO_PRACTICAL_DIFFERENCE)
    if found.differs < ALPHA:
        slightly = Verdict.SLIGHTLY_FASTER if faster else Verdict.SLIGHTLY_SLOWER
        more = rounds_to_side(estimate, margin, 1 - ALPHA / family)
        return Decision(slightly, (Reason.TOUCHES_MARGIN,), more)
    more = more_rounds(estimate, margin, 1 - ALPHA / family)
    return Decision(Verdict.INCONCLUSIVE, (Reason.WIDE_INTERVAL,), more)

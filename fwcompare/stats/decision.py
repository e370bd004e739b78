"""From an estimated ratio to a verdict: the rule of the method, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from fwcompare.domain.verdict import Reason, Verdict
from fwcompare.stats.ratio import CONFIDENCE, EQUIVALENCE_CONFIDENCE, RatioEstimate, more_rounds


@dataclass(frozen=True, slots=True)
class Decision:
    """What a ratio allows to say.

    Attributes:
        more_rounds: About how many more rounds would settle it, None if it is settled or unknown.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    more_rounds: int | None = None


def decide(estimate: RatioEstimate, margin: float) -> Decision:
    """Apply the rule, top to bottom; the first line that holds decides.

    1. 95 % interval below 1 / (1 + margin): faster; above 1 + margin: slower.
    2. 90 % interval inside both (two one-sided tests): no practical difference.
    3. 95 % interval excludes 1: slightly faster or slower.
    4. Otherwise inconclusive.

    Args:
        estimate: The ratio with its spread.
        margin: Smallest difference that matters, as a fraction; fixed before the run.
    """
    shown = estimate.interval(CONFIDENCE)
    narrow = estimate.interval(EQUIVALENCE_CONFIDENCE)
    if shown is None or narrow is None:
        return Decision(Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))
    lowest, highest = 1 / (1 + margin), 1 + margin
    rules = (
        (shown.high < lowest, Decision(Verdict.FASTER)),
        (shown.low > highest, Decision(Verdict.SLOWER)),
        (lowest <= narrow.low and narrow.high <= highest, Decision(Verdict.NO_PRACTICAL_DIFFERENCE)),
        (shown.high < 1, Decision(Verdict.SLIGHTLY_FASTER, (Reason.TOUCHES_MARGIN,))),
        (shown.low > 1, Decision(Verdict.SLIGHTLY_SLOWER, (Reason.TOUCHES_MARGIN,))),
    )
    open_yet = Decision(Verdict.INCONCLUSIVE, (Reason.WIDE_INTERVAL,), more_rounds(estimate, margin))
    return next((decision for holds, decision in rules if holds), open_yet)

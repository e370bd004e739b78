"""When the rounds may end before their planned number: when the interval is narrow, whatever it says.

Stopping when the contenders *differ* would find differences that are none. Stopping when the interval
is narrow enough is honest about the ratio but not quite about the scatter: it happens more often where
the scatter came out too small by chance. In simulations 95 % intervals of such runs covered the truth
93 % of the time. With the degrees of freedom of the earliest stop for all of them it is 95 % again
(`benchmarks/error_rates.py`), at the price of intervals that are 17 % wider at 8 rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fwcompare.domain.record import RunRecord
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.stats.energy import channel_of
from fwcompare.stats.ratio import CONFIDENCE, RatioEstimate

MIN_ROUNDS: Final = 5

MAX_DEGREES: Final = MIN_ROUNDS - 1
"""What `RatioEstimate.max_degrees` is to be in a run that may stop early."""


def is_precise(estimate: RatioEstimate, margin: float, family: int = 1) -> bool:
    """True if the 95 % interval is at most half the margin wide to either side, after five rounds.

    Args:
        estimate: With `max_degrees` of `MAX_DEGREES`.
        margin: Of the plan.
        family: Comparisons that the verdict is adjusted for: the interval that counts is as much wider.
    """
    interval = estimate.interval(1 - (1 - CONFIDENCE) / family)
    return (
        interval is not None
        and estimate.rounds >= MIN_ROUNDS
        and interval.high / estimate.ratio <= 1 + margin / 2
    )


def family_of(record: RunRecord) -> int:
    """Comparisons that the verdicts of the whole run are adjusted for, at most.

    Each contender of the plan in each workload, measured already or not: in latency, and in energy where the
    counter of the workload's device can be read.
    """
    read = {channel for block in record.blocks for channel in block.resources}
    metrics = sum(1 + (channel_of(workload) in read) for workload in record.plan.workloads)
    return metrics * (len(record.plan.contenders) - 1)


def may_stop(comparisons: Sequence[Comparison], margin: float, family: int) -> bool:
    """True if no further round is needed: every comparison that can be made is precise, and there is one.

    Args:
        comparisons: Those of one workload in latency, after whole rounds.
        margin: Of the plan.
        family: See `family_of`.
    """
    made = [one for one in comparisons if one.verdict is not Verdict.NOT_COMPARABLE]
    return bool(made) and all(
        one.ratio is not None
        and is_precise(RatioEstimate(one.ratio, one.rounds, one.log_deviation, MAX_DEGREES), margin, family)
        for one in made
    )

"""Every contender of a run against the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Comparison, Reason, Verdict
from fwcompare.stats.decision import Decision, decide
from fwcompare.stats.quantiles import latencies_ns, median, order_statistic
from fwcompare.stats.ratio import CONFIDENCE, RatioEstimate, estimate_ratio

METRIC: Final = "latency"

NOISE_LIMIT: Final = 3.0
"""A block whose p95 is more than this many times its median was disturbed."""

_NO_COMMON_ROUND: Final = Decision(Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))


def compare(record: RunRecord) -> tuple[Comparison, ...]:
    """Compare every other contender with the baseline, by workload, in the order of the plan.

    Works on running and cancelled runs as well: whatever rounds both have finished are compared.
    """
    return tuple(
        _compare(record, workload.id, contender.id)
        for workload in record.plan.workloads
        for contender in record.plan.contenders
        if contender.id != record.plan.baseline
    )


def blocks_of(record: RunRecord, contender: str, workload: str) -> list[BlockRecord]:
    """The blocks of one contender in one workload, in the order in which they ran."""
    return [block for block in record.blocks if (block.contender, block.workload) == (contender, workload)]


def block_median_ns(block: BlockRecord) -> float | None:
    """Median latency of a block, None unless it was measured to its end with latencies above 0."""
    if block.outcome is not Outcome.OK:
        return None
    value = median(latencies_ns([block.latency]))
    return value if value is not None and value > 0 else None


def _compare(record: RunRecord, workload: str, contender: str) -> Comparison:
    mine = blocks_of(record, contender, workload)
    theirs = blocks_of(record, record.plan.baseline, workload)
    obstacles = _obstacles(mine, theirs)
    if obstacles:
        return _comparison(record, workload, contender, None, Decision(Verdict.NOT_COMPARABLE, obstacles))
    baseline_ns, contender_ns = _medians(theirs), _medians(mine)
    rounds = sorted(baseline_ns.keys() & contender_ns.keys())
    if not rounds:
        return _comparison(record, workload, contender, None, _NO_COMMON_ROUND)
    estimate = estimate_ratio(
        [baseline_ns[number] for number in rounds], [contender_ns[number] for number in rounds]
    )
    decision = decide(estimate, record.plan.margin)
    remarks = _remarks(block for block in (*theirs, *mine) if block.round in rounds)
    decision = Decision(decision.verdict, decision.reasons + remarks, decision.more_rounds)
    return _comparison(record, workload, contender, estimate, decision)


def unproved_mode(blocks: Iterable[BlockRecord]) -> str:
    """What happened in place of the mode, in the words of the block that did not run in it; "" if all did."""
    proofs = (block.mode_proof for block in blocks if block.mode_proved is False)
    return next((proof or "no proof was given" for proof in proofs), "")


def _obstacles(mine: Sequence[BlockRecord], theirs: Sequence[BlockRecord]) -> tuple[Reason, ...]:
    """Why the two can't be compared at all, empty if they can."""
    own = _obstacle(mine)
    reasons = (own, Reason.BASELINE_FAILED if _obstacle(theirs) else None)
    return tuple(reason for reason in reasons if reason is not None)


def _obstacle(blocks: Sequence[BlockRecord]) -> Reason | None:
    if any(_differs(block) for block in blocks):
        return Reason.OUTPUT_MISMATCH
    if unproved_mode(blocks):
        return Reason.MODE_NOT_PROVED
    if not _medians(blocks):
        return Reason.NO_RESULT
    return None


def _differs(block: BlockRecord) -> bool:
    return block.outcome is Outcome.OUTPUT_MISMATCH or any(not check.passed for check in block.equivalence)


def _medians(blocks: Sequence[BlockRecord]) -> dict[int, float]:
    """Median latency in nanoseconds of the measured blocks, by round."""
    medians = {block.round: block_median_ns(block) for block in blocks}
    return {number: value for number, value in medians.items() if value is not None}


def _remarks(blocks: Iterable[BlockRecord]) -> tuple[Reason, ...]:
    """What the reader should know of the blocks; it does not change the verdict."""
    every = list(blocks)
    remarks = (
        (Reason.NOISY_BLOCK, any(_is_noisy(block) for block in every)),
        (Reason.NO_STEADY_STATE, any(block.steady is False for block in every)),
    )
    return tuple(reason for reason, holds in remarks if holds)


def _is_noisy(block: BlockRecord) -> bool:
    """True if the slow iterations of a measured block are far above its median."""
    latencies = latencies_ns([block.latency])
    return order_statistic(latencies, 95) > NOISE_LIMIT * order_statistic(latencies, 50)


def _comparison(
    record: RunRecord, workload: str, contender: str, estimate: RatioEstimate | None, decision: Decision
) -> Comparison:
    interval = estimate.interval(CONFIDENCE) if estimate else None
    return Comparison(
        workload=workload,
        metric=METRIC,
        baseline=record.plan.baseline,
        contender=contender,
        ratio=estimate.ratio if estimate else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        verdict=decision.verdict,
        reasons=decision.reasons,
        rounds=estimate.rounds if estimate else 0,
        more_rounds=decision.more_rounds,
    )

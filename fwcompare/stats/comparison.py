"""Every contender of a run against the baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Comparison, Metric, Reason, Verdict
from fwcompare.domain.workload import Workload, is_on_gpu
from fwcompare.stats.blocks import (
    MAX_OVERHEAD,
    Look,
    block_figures,
    blocks_of,
    figures_of_all,
    measured_of,
    medians_ns,
)
from fwcompare.stats.decision import RULE_REASONS, decide
from fwcompare.stats.energy import channel_of, energy_by_round
from fwcompare.stats.evidence import adjusted, evidence_of
from fwcompare.stats.gates import (
    CLOCK_LOSS,
    CLOCK_RISE,
    Gate,
    clock_loss,
    clock_rise,
    disturbances,
    worst_first,
)
from fwcompare.stats.ratio import CONFIDENCE, RatioEstimate, estimate_ratio
from fwcompare.stats.steadiness import Steadiness, overall
from fwcompare.stats.stopping import MAX_DEGREES

_OUT_OF_MEMORY: Final = frozenset({Outcome.OOM_DEVICE, Outcome.OOM_HOST})


@dataclass(frozen=True, slots=True)
class Pairs:
    """What a comparison is made of: a figure of each side from each round in which both have one.

    Attributes:
        rounds: Their numbers, from 0.
        baseline: Median latency in ns, or joules of an item.
        contender: The same of the contender.
    """

    rounds: tuple[int, ...]
    baseline: tuple[float, ...]
    contender: tuple[float, ...]


def compare(record: RunRecord, look: Look | None = None) -> tuple[Comparison, ...]:
    """The comparisons in latency of `compare_all`."""
    return tuple(one for one in compare_all(record, look) if one.metric is Metric.LATENCY)


def compare_all(record: RunRecord, look: Look | None = None) -> tuple[Comparison, ...]:
    """Compare every other contender with the baseline, by workload, in the order of the plan.

    Works on running and cancelled runs as well: whatever rounds both have finished are compared. All
    comparisons of the run are one family: a wrong claim is to be rare among all that are read together.

    Args:
        record: The run.
        look: Gives the figures of a block; None: each is looked at here, once.
    """
    known = figures_of_all(record) if look is None else look
    return judged([one for one, _ in compared(record, known)], record.plan.margin)


def compared(record: RunRecord, look: Look) -> tuple[tuple[Comparison, Pairs | str], ...]:
    """The comparisons of `compare_all` before they are `judged`, each with what it is made of, or why there is nothing."""
    return tuple(
        _compare(record, workload, contender.id, metric, look)
        for metric in Metric
        for workload in record.plan.workloads
        for contender in record.plan.contenders
        if contender.id != record.plan.baseline
    )


def judged(comparisons: Sequence[Comparison], margin: float) -> tuple[Comparison, ...]:
    """The comparisons with the verdicts that they have in one table.

    Args:
        comparisons: With verdicts of their own, or from another table.
        margin: Of the plan.
    """
    estimates = [estimate_of(one) for one in comparisons]
    alone = [evidence_of(estimate, margin) if estimate else None for estimate in estimates]
    family = sum(evidence is not None for evidence in alone)
    strengths = iter(adjusted([evidence for evidence in alone if evidence is not None]))
    verdicts = []
    for one, estimate, evidence in zip(comparisons, estimates, alone, strict=True):
        if estimate is None:
            verdicts.append(one)
            continue
        own = decide(estimate, margin, evidence).verdict
        decision = decide(estimate, margin, next(strengths) if evidence else None, max(1, family))
        reasons = decision.reasons + ((Reason.MANY_COMPARISONS,) if decision.verdict is not own else ())
        remarks = tuple(reason for reason in one.reasons if reason not in RULE_REASONS)
        verdicts.append(
            replace(
                one,
                verdict=decision.verdict,
                reasons=reasons + remarks,
                more_rounds=decision.more_rounds,
                alone=own,
            )
        )
    return tuple(verdicts)


def paired(
    record: RunRecord, workload: Workload, contender: str, metric: Metric, look: Look = block_figures
) -> Pairs | str:
    """What the comparison with the baseline is made of, or why a side has nothing of the kind."""
    sides = [_values(record, workload, who, metric, look) for who in (record.plan.baseline, contender)]
    theirs, mine = sides
    if isinstance(theirs, str):
        return theirs
    if isinstance(mine, str):
        return mine
    rounds = tuple(sorted(theirs.keys() & mine.keys()))
    return Pairs(rounds, tuple(theirs[one] for one in rounds), tuple(mine[one] for one in rounds))


def _values(
    record: RunRecord, workload: Workload, contender: str, metric: Metric, look: Look
) -> dict[int, float] | str:
    """The figure of each block that was measured to its end, by round."""
    blocks = blocks_of(record, contender, workload.id)
    if metric is Metric.LATENCY:
        return medians_ns(blocks, look)
    return energy_by_round(measured_of(blocks, look), workload.batch, channel_of(workload))


def _compare(
    record: RunRecord, workload: Workload, contender: str, metric: Metric, look: Look
) -> tuple[Comparison, Pairs | str]:
    """The ratio with its interval and what is to be said of its blocks; the verdict comes later."""
    mine = blocks_of(record, contender, workload.id)
    theirs = blocks_of(record, record.plan.baseline, workload.id)
    open_yet = Comparison(
        workload=workload.id,
        metric=metric,
        baseline=record.plan.baseline,
        contender=contender,
        ratio=None,
        low=None,
        high=None,
        verdict=Verdict.INCONCLUSIVE,
        reasons=(Reason.FEW_ROUNDS,),
    )
    obstacles = _obstacles(mine, theirs, look)
    if obstacles:
        return replace(open_yet, verdict=Verdict.NOT_COMPARABLE, reasons=obstacles), obstacles[0].sentence
    pairs = paired(record, workload, contender, metric, look)
    if isinstance(pairs, str):
        missing = (Reason.NO_ENERGY,)
        return replace(open_yet, verdict=Verdict.NOT_COMPARABLE, reasons=missing, detail=pairs), pairs
    if not pairs.rounds:
        return open_yet, pairs
    estimate = replace(
        estimate_ratio(pairs.baseline, pairs.contender),
        max_degrees=max_degrees(record, workload.id, pairs.rounds),
    )
    interval = estimate.interval(CONFIDENCE)
    used = [block for block in measured_of((*theirs, *mine), look) if block.round in pairs.rounds]
    unsteady = "; ".join(
        text for who in (record.plan.baseline, contender) for text in unsteadiness(who, used, look)
    )
    disturbed = tuple(_disturbed(record, used, look))
    found = replace(
        open_yet,
        ratio=estimate.ratio,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        reasons=_remarks(record, used, look, is_quiet=not disturbed, is_steady=not unsteady),
        rounds=estimate.rounds,
        log_deviation=estimate.log_deviation,
        max_degrees=estimate.max_degrees,
        detail="\n".join([*([unsteady] if unsteady else []), *disturbed]),
    )
    return found, pairs


def cautions_of(record: RunRecord, contender: str, workload: str, look: Look) -> tuple[Reason, ...]:
    """What the reader should know of a contender's own blocks that count, the baseline's or another's.

    Args:
        record: The run.
        contender: Its id.
        workload: Its id.
        look: Gives the figures of a block.
    """
    own = measured_of(blocks_of(record, contender, workload), look)
    is_quiet = not disturbances(own, record, look)
    is_steady = not any(unsteadiness(contender, own, look))
    return _remarks(record, own, look, is_quiet=is_quiet, is_steady=is_steady)


def max_degrees(record: RunRecord, workload: str, rounds: Collection[int]) -> int | None:
    """Degrees of freedom that count at most, where the number of rounds was chosen after looking at the scatter.

    Those of the earliest stop, or of the figures that there were before rounds were added (C. Stein, Annals of
    Mathematical Statistics 16, 1945: with the degrees of the first stage the interval holds whatever is added).
    A single figure has no scatter that could be looked at.

    Args:
        record: The run.
        workload: Its id.
        rounds: Those that gave a figure.
    """
    limits = [MAX_DEGREES] if record.plan.stops_early else []
    blocks = [block for block in record.blocks if block.workload == workload and block.round in rounds]
    seen = [{one.round for one in blocks if one.block < earlier.blocks} for earlier in record.history]
    return min([*limits, *(len(one) - 1 for one in seen if len(one) > 1)], default=None)


def unproved_mode(blocks: Iterable[BlockRecord]) -> str:
    """What happened in place of the mode, in the words of the block that did not run in it; "" if all did."""
    proofs = (block.mode_proof for block in blocks if block.mode_proved is False)
    return next((proof or "no proof was given" for proof in proofs), "")


def estimate_of(one: Comparison) -> RatioEstimate | None:
    """The ratio of a comparison with its spread, None if there is none."""
    if one.ratio is None:
        return None
    return RatioEstimate(one.ratio, one.rounds, one.log_deviation, one.max_degrees)


def _obstacles(mine: Sequence[BlockRecord], theirs: Sequence[BlockRecord], look: Look) -> tuple[Reason, ...]:
    """Why the two can't be compared at all, empty if they can."""
    own = _obstacle(mine, look)
    baseline = Reason.BASELINE_FAILED if _obstacle(theirs, look) else None
    between = _difference(mine, theirs) if own is None and baseline is None else None
    return tuple(reason for reason in (own, baseline, between) if reason is not None)


def _obstacle(blocks: Sequence[BlockRecord], look: Look) -> Reason | None:
    if any(_differs(block) for block in blocks):
        return Reason.OUTPUT_MISMATCH
    if unproved_mode(blocks):
        return Reason.MODE_NOT_PROVED
    if medians_ns(blocks, look):
        return None
    outcomes = {block.outcome for block in blocks}
    return Reason.OOM if outcomes and outcomes <= _OUT_OF_MEMORY else Reason.NO_RESULT


def _difference(mine: Iterable[BlockRecord], theirs: Iterable[BlockRecord]) -> Reason | None:
    """Why two sides that ran on a GPU did not run under the same conditions, None if they did."""
    sides = [[block for block in side if is_on_gpu(block.workload)] for side in (mine, theirs)]
    gpus = [{block.device for block in side if block.device} for side in sides]
    if all(gpus) and gpus[0] != gpus[1]:
        return Reason.DIFFERENT_GPU
    tf32 = [{block.settings["tf32"] for block in side if "tf32" in block.settings} for side in sides]
    return Reason.DIFFERENT_PRECISION if all(tf32) and tf32[0] != tf32[1] else None


def _differs(block: BlockRecord) -> bool:
    return block.outcome is Outcome.OUTPUT_MISMATCH or any(not check.passed for check in block.equivalence)


def _remarks(
    record: RunRecord, blocks: Sequence[BlockRecord], look: Look, *, is_quiet: bool, is_steady: bool
) -> tuple[Reason, ...]:
    """What the reader should know of these blocks; it does not change the verdict."""
    remarks = (
        (Reason.NOISY_BLOCK, not is_quiet),
        (Reason.NO_STEADY_STATE, not is_steady),
        (Reason.TIMER_OVERHEAD, any((look(one).overhead_share or 0) > MAX_OVERHEAD for one in blocks)),
        (Reason.CLOCK_SHIFT, any((clock_loss(one, record) or 0) > CLOCK_LOSS.amber for one in blocks)),
    )
    return tuple(reason for reason, holds in remarks if holds)


def _disturbed(record: RunRecord, used: Sequence[BlockRecord], look: Look) -> Iterator[str]:
    """What disturbed which blocks, the worst first."""
    where: dict[Gate, list[str]] = {}
    for block in used:
        for gate in disturbances([block], record, look):
            where.setdefault(gate, []).append(f"{block.contender}, round {block.round + 1}")
    for gate in worst_first(where):
        blocks = "every block" if len(where[gate]) == len(used) else "; ".join(where[gate])
        yield f"{gate.sentence.rstrip('.')}: {blocks}"


def unsteadiness(contender: str, used: Iterable[BlockRecord], look: Look) -> Iterator[str]:
    """In what way the blocks of one side were not steady; nothing if they were."""
    blocks = [block for block in used if block.contender == contender]
    labels = [course.label for block in blocks if (course := look(block).course)]
    label = overall(labels)
    if label is not None and label is not Steadiness.FLAT:
        counts = ", ".join(f"{count} {one.words}" for one, count in Counter(labels).items())
        yield f"{label.words} in {contender}{f' ({counts})' if label is Steadiness.INCONSISTENT else ''}"
    if late := sum(block.steady is False for block in blocks):
        yield f"warm-up ended by its limit in {late} of {len(blocks)} blocks of {contender}"
    if rising := sum((clock_rise(block) or 0) > CLOCK_RISE.amber for block in blocks):
        yield f"the GPU's clock still rose in {rising} of {len(blocks)} blocks of {contender}"

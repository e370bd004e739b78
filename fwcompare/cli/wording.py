"""Figures and verdicts in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from fwcompare.domain.contender import Contender
from fwcompare.domain.events import Scalar
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord
from fwcompare.domain.verdict import Comparison, Reason, Verdict
from fwcompare.domain.words import count, percent
from fwcompare.domain.workload import is_throughput
from fwcompare.stats.comparison import estimate_of, unproved_mode
from fwcompare.stats.detectable import suggested_margin
from fwcompare.stats.fairness import Fairness, Track, track_of
from fwcompare.stats.gates import Gate, Level
from fwcompare.stats.outliers import MAX_SEVERE
from fwcompare.stats.quantiles import TOO_FEW, Percentile
from fwcompare.stats.ratio import EQUIVALENCE_CONFIDENCE, MAX_ROUNDS
from fwcompare.stats.scaling import Estimate, ScalingPoint
from fwcompare.stats.selftest import SelfTest
from fwcompare.stats.starts import Duration

_UNITS: Final = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns"))

_JOULES: Final = ((1.0, "J"), (1e-3, "mJ"), (1e-6, "uJ"), (1e-9, "nJ"))


_CAUTIONS: Final = {
    Reason.NOISY_BLOCK: "disturbed",
    Reason.NO_STEADY_STATE: "not steady",
    Reason.CLOCK_SHIFT: "clock changed",
    Reason.TIMER_OVERHEAD: "the timer counts for more than 1 %",
}
"""What is to be remarked of the blocks of a row; the lines below the table say why."""

_MANY: Final = "stricter among so many"
_AMONG_MANY: Final = "among so many comparisons"


def latency(value_ns: float | None) -> str:
    """A latency with four digits in its natural unit, "-" if there is none."""
    if value_ns is None:
        return "-"
    scale, unit = _unit(value_ns)
    return f"{value_ns / scale:.4g} {unit}"


def _unit(value_ns: float) -> tuple[float, str]:
    """The natural unit: its length in nanoseconds, and its name."""
    return next((pair for pair in _UNITS if value_ns >= pair[0]), _UNITS[-1])


def duration(found: Duration | None) -> str:
    """A median with its interval in the same unit, "-" if there is none: 3.1 s (2.9-3.4)."""
    if found is None:
        return "-"
    return _with_ends(found.median_ns, found.low_ns, found.high_ns)


def percentile(found: Percentile | None) -> str:
    """A percentile with its interval in the same unit, "n too small" if there is none."""
    return TOO_FEW if found is None else _with_ends(found.value_ns, found.low_ns, found.high_ns)


def _with_ends(value_ns: float, low_ns: float | None, high_ns: float | None) -> str:
    """A latency with its interval in the same unit, if it has one."""
    if low_ns is None or high_ns is None:
        return latency(value_ns)
    scale, _ = _unit(value_ns)
    return f"{latency(value_ns)} ({low_ns / scale:.4g}-{high_ns / scale:.4g})"


COLD_NOTES: Final = (
    "Medians over the blocks, with their 95 % intervals from 6 blocks on; - where no block finished the phase, or there is none.",
    "Process: the start of the process and of the device. The total is a median of its own, so the others add up to it about.",
    "Cold and warm speak of compile caches. Files that the system keeps in memory stay there: a first start after a reboot takes longer.",
)


def span(seconds: float) -> str:
    """A length of time as one would say it: 45 s, 3 min, 1 h 20 min."""
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def machine(described: Mapping[str, Scalar]) -> str:
    """Processor, cores and GPU in one line, "" if nothing is known."""
    if not described:
        return ""
    model = str(described.get("cpu_model") or described.get("cpu_architecture") or "Processor not known")
    cores = described.get("available_physical_cores") or described.get("physical_cores")
    parts = [model if cores is None else f"{model}, {cores} {'core' if cores == 1 else 'cores'}"]
    parts.append(str(described.get("gpu_0_name") or "no GPU"))
    return " · ".join(parts)


def stopped_early(rounds: int, planned: int) -> str:
    """Why there are fewer rounds than planned."""
    return f"stopped after {rounds} of {count(planned, 'round')}: precise enough"


def fairness(found: Fairness) -> list[str]:
    """What was held equal and what differs, a line each."""
    lines = [
        f"Track {track}: {', '.join(ids)} ({track.sentence.rstrip('.')})."
        for track, ids in found.tracks.items()
    ]
    if found.held:
        lines.append(
            f"Held equal: {', '.join(f'{name} {_setting(value)}' for name, value in found.held.items())}."
        )
    lines += [f"Differs: {name} {_by_setting(values)}." for name, values in found.differs.items()]
    if found.untold:
        lines.append(f"Not known of {', '.join(found.untold)}, whose workers did not come so far.")
    return lines


def _by_setting(values: Mapping[str, Scalar]) -> str:
    """Each setting with who has it; where most have the same, "all others" at the end, not their names."""
    by_text: dict[str, list[str]] = {}
    for contender, value in values.items():
        by_text.setdefault(_setting(value), []).append(contender)
    usual = max(by_text, key=lambda text: len(by_text[text]))
    others = ""
    if len(by_text) > 1 and len(by_text[usual]) > max(2, len(values) / 2):
        others = f", {usual} (all others)"
        del by_text[usual]
    return ", ".join(f"{text} ({', '.join(ids)})" for text, ids in by_text.items()) + others


def in_track(contender: Contender) -> str:
    """The contender as a row of a table names it: with its track where that is not the usual one."""
    track = track_of(contender)
    return contender.label if track is Track.MATCHED else f"{contender.id} (track {track})"


def tracks(found: Fairness) -> str:
    """The tracks in a few words, naming only who is not in the usual one."""
    usual = ["Track matched"] if Track.MATCHED in found.tracks else []
    others = [
        f"track {track}: {', '.join(ids)}"
        for track, ids in found.tracks.items()
        if track is not Track.MATCHED
    ]
    told = "; ".join([*usual, *others])
    return f"{told[:1].upper()}{told[1:]}."


def _setting(value: Scalar) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "on" if value else "off"
    return str(value)


def ratio(comparison: Comparison) -> str:
    """The ratio with its interval: 0.847 (0.826-0.869)."""
    if comparison.ratio is None:
        return "-"
    if comparison.low is None or comparison.high is None:
        return f"{comparison.ratio:.3f}"
    return f"{comparison.ratio:.3f} ({comparison.low:.3f}-{comparison.high:.3f})"


def verdict(
    comparison: Comparison, margin: float, blocks: Sequence[BlockRecord], cautions: Collection[Reason] = ()
) -> str:
    """The verdict in words.

    Args:
        comparison: The contender against the baseline.
        margin: Of the plan.
        blocks: Those of the contender in this workload; they say why there is no result.
        cautions: Of these blocks, see `fwcompare.stats.comparison.cautions_of`.
    """
    is_open = comparison.verdict is Verdict.INCONCLUSIVE  # then the claim names the reason
    many = [_MANY] if Reason.MANY_COMPARISONS in comparison.reasons and not is_open else []
    return "; ".join([_claim(comparison, margin, blocks), *worded(cautions), *many])


def baseline(blocks: Sequence[BlockRecord], cautions: Collection[Reason] = ()) -> str:
    """What stands for the baseline in place of a verdict; `blocks` are its own in this workload."""
    if not any(block.outcome is Outcome.OK for block in blocks):
        return f"baseline: {_why(blocks)}"
    proof = unproved_mode(blocks)
    return "; ".join([f"baseline: {proof}" if proof else "baseline", *worded(cautions)])


def worded(reasons: Collection[Reason]) -> list[str]:
    """The remarks among these reasons that are made of the blocks of a row."""
    return [text for reason, text in _CAUTIONS.items() if reason in reasons]


def disturbed(gates: Sequence[Gate]) -> list[str]:
    """A remark on the first of the gates, none without any."""
    sentences = [gate.sentence.rstrip(".") for gate in gates[:1]]
    return [f"disturbed: {one[0].lower()}{one[1:]}" for one in sentences]


def _claim(comparison: Comparison, margin: float, blocks: Sequence[BlockRecord]) -> str:
    match comparison.verdict:
        case Verdict.FASTER | Verdict.SLOWER:
            return _factor(comparison)
        case Verdict.SLIGHTLY_FASTER | Verdict.SLIGHTLY_SLOWER:
            return f"slightly: {_factor(comparison)}, may be below the {percent(margin)} that matter"
        case Verdict.NO_PRACTICAL_DIFFERENCE:
            return f"no practical difference (within {percent(margin)}{_equivalence(comparison)})"
        case Verdict.INCONCLUSIVE:
            return _open(comparison)
        case Verdict.NOT_COMPARABLE:
            return _obstacle(comparison, blocks)


def _equivalence(comparison: Comparison) -> str:
    """The interval that lies within the margin; that of the ratio is wider and may reach beyond it."""
    estimate = estimate_of(comparison)
    interval = estimate.interval(EQUIVALENCE_CONFIDENCE) if estimate else None
    if interval is None:
        return ""
    return f": {percent(EQUIVALENCE_CONFIDENCE)} interval {interval.low:.3f}-{interval.high:.3f}"


def _factor(comparison: Comparison) -> str:
    """1.18x faster (1.15-1.21): how many times, whichever side it is."""
    ends = (comparison.ratio, comparison.low, comparison.high)
    best, low, high = (1.0 if end is None else end for end in ends)
    if best < 1:
        return f"{1 / best:.2f}x faster ({1 / high:.2f}-{1 / low:.2f})"
    return f"{best:.2f}x slower ({low:.2f}-{high:.2f})"


def to_settle(comparison: Comparison) -> str:
    """What an open verdict lacks: needs about 3 more rounds."""
    if comparison.more_rounds is None:
        return "needs at least two rounds"
    is_far = comparison.more_rounds > MAX_ROUNDS
    more = f"needs about {count(comparison.more_rounds, 'more round')}"
    if Reason.MANY_COMPARISONS in comparison.reasons:
        return _AMONG_MANY if is_far else f"{_AMONG_MANY}: {more}"
    return "the rounds differ too much" if is_far else more


def _open(comparison: Comparison) -> str:
    lacks = to_settle(comparison)
    return f"{comparison.words}{' ' if lacks.startswith(_AMONG_MANY) else ': '}{lacks}"


def _obstacle(comparison: Comparison, blocks: Sequence[BlockRecord]) -> str:
    match comparison.reasons[0]:
        case Reason.OUTPUT_MISMATCH:
            return "outputs differ"
        case Reason.MODE_NOT_PROVED:
            return f"not comparable: {unproved_mode(blocks)}"
        case Reason.BASELINE_FAILED:
            return "no ratio: the baseline has no valid result"
        case Reason.DIFFERENT_GPU | Reason.DIFFERENT_PRECISION:
            return f"not comparable: {comparison.reasons[0].sentence.rstrip('.').lower()}"
        case _:
            return f"not available: {_why(blocks)}"


def _why(blocks: Sequence[BlockRecord]) -> str:
    """Why a contender has no result: how its last block ended."""
    outcome = blocks[-1].outcome if blocks else None
    return "not measured" if outcome is None or outcome is Outcome.OK else outcome.words


def measured(block: BlockRecord, median_text: str) -> str:
    """What was timed in a block: its median iteration, or that in groups."""
    samples = f"{len(block.latency):,}"
    if is_throughput(block.workload):
        return f"an iteration every {median_text}, in {samples} groups of {block.iterations_per_sample}"
    return f"median {median_text} of {samples}"


def rate(per_s: float | None) -> str:
    """Items a second in four digits: 1,234, 0.5678; "-" if there is none."""
    if per_s is None:
        return "-"
    return f"{per_s:,.0f}" if per_s >= 999.5 else f"{per_s:.4g}"


def rate_with_ends(known: Estimate) -> str:
    """Items a second with their interval: 1,234 (1,200-1,268)."""
    ends = "" if known.low is None else f" ({rate(known.low)}-{rate(known.high)})"
    return f"{rate(known.value)}{ends}"


def gained(point: ScalingPoint) -> str:
    """Items a second over those at the smallest batch, and that over what the batch grew by: 3.2x, 80 %."""
    if point.gain is None or point.efficiency is None:
        return "-"
    return f"{point.gain:.2f}x, {100 * point.efficiency:.0f} %"


def joules(per_item: float, error: float) -> str:
    """Energy of an item, give or take what the steps of the counter leave open: 3.1 mJ (3.04-3.16)."""
    scale, unit = next((pair for pair in _JOULES if abs(per_item) >= pair[0]), _JOULES[-1])
    return (
        f"{per_item / scale:.4g} {unit} ({(per_item - error) / scale:.4g}-{(per_item + error) / scale:.4g})"
    )


_ABOUT_OUTLIERS: Final = "Look at the percentiles as well as at the median."


def outliers(shares: Mapping[str, float]) -> list[str]:
    """A warning of those who have too many severe outliers, none where nobody has.

    Args:
        shares: Of the iterations, by whose they are; "" where that is clear.
    """
    told = [
        f"{who} ({percent(share)})" if who else percent(share)
        for who, share in shares.items()
        if share > MAX_SEVERE
    ]
    lead = (
        f"More than {percent(MAX_SEVERE)} are severe outliers, over 3 interquartile ranges from the quartiles"
    )
    return [f"{lead}: {'; '.join(told)}. {_ABOUT_OUTLIERS}"] if told else []


def block_result(block: BlockRecord, median_ns: float | None, gates: Sequence[Gate] = ()) -> str:
    """How a finished block ended, for a line of progress, and what disturbed it."""
    if block.outcome is Outcome.OK:
        return "; ".join([measured(block, latency(median_ns)), *disturbed(gates)])
    ended = "not ended" if block.outcome is None else block.outcome.words
    return f"{ended}: {block.reason}" if block.reason else ended


_LEVELS: Final = {
    Level.NOTE: "a note",
    Level.AMBER: "amber (a warning)",
    Level.RED: "at worst red (such a block is not to be trusted)",
}

_REPEAT: Final = "The machine was badly disturbed meanwhile, so repeat the check when it is quiet: that replaces these figures."


def self_test(found: SelfTest) -> list[str]:
    """What a self-test says of this machine, a line each: the verdict, what disturbed it, what shows here."""
    lines = [found.sentence]
    for one in found.disturbances:
        gate, blocks = one.gate, count(one.blocks, "block")
        lines.append(f"In {blocks}, {_LEVELS[gate.level]}: {gate.sentence} {gate.code.remedy}")
    if found.calibration is None:
        return [*lines, "Nothing was remembered; the margins of later comparisons stay as they are."]
    shown = (
        f"{preset} {100 * least:.1f} % ({percent(suggested_margin(least))})"
        for preset, least in found.calibration.detectable.items()
    )
    stored = f"Smallest difference that shows (margin of later comparisons): {', '.join(shown)}."
    is_disturbed = any(one.gate.level is Level.RED for one in found.disturbances)
    return [*lines, f"{stored} {_REPEAT}" if is_disturbed else stored]

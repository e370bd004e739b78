"""Chips: a symbol and a word, and what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from fwcompare.cli.wording import to_settle, worded
from fwcompare.domain.claim import ClaimVerdict
from fwcompare.domain.events import Rung
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord
from fwcompare.domain.verdict import Comparison, Metric, Reason, Verdict
from fwcompare.domain.words import percent
from fwcompare.stats.comparison import unproved_mode
from ui.comparison.digits import decimals


class Tone(Enum):
    """How much a chip says: the tokens of a theme give it its colours. `PLAIN` asserts nothing and has no fill."""

    OK = auto()
    MID = auto()
    OLD = auto()
    BAD = auto()
    PLAIN = auto()


class Symbol(Enum):
    """The symbol of a chip; the value is the character that stands for it in texts, one that most fonts have."""

    CHECK = "✓"
    HALF = "◐"
    CLOCK = "◷"
    CROSS = "✗"
    UP = "▲"
    DOWN = "▼"
    ALIKE = "≈"
    DIFFERS = "≠"
    BOLT = "!"
    STAR = "☆"
    OPEN = "?"
    DASH = "–"
    DOT = "●"
    CAUTION = "⚠"


@dataclass(frozen=True, slots=True)
class Badge:
    """A chip with what stands beside it.

    Attributes:
        word: Always beside the symbol; colour never stands alone.
        remark: The interval or the reason in a few words, outside the chip.
        sentence: All of it in sentences.
        caution: Why the word is less sure than it looks, in a word or two, with a mark of its own.
        rank: What the table sorts by; None comes last.
    """

    tone: Tone
    symbol: Symbol
    word: str
    remark: str = ""
    sentence: str = ""
    rank: float | None = None
    caution: str = ""

    @property
    def text(self) -> str:
        """The badge in one line of text."""
        more = (self.remark, self.caution and f"{Symbol.CAUTION.value} {self.caution}")
        return ", ".join([f"{self.symbol.value} {self.word}", *filter(None, more)])


CLAIM_BADGES: Final = {
    ClaimVerdict.HOLDS: Badge(Tone.OK, Symbol.CHECK, "holds", rank=0),
    ClaimVerdict.IMPRECISE: Badge(Tone.MID, Symbol.HALF, "imprecise", rank=1),
    ClaimVerdict.OUTDATED: Badge(Tone.OLD, Symbol.CLOCK, "outdated", rank=2),
    ClaimVerdict.WRONG: Badge(Tone.BAD, Symbol.CROSS, "wrong", rank=3),
}

PHASE_WORDS: Final = {
    Phase.SPAWN: "starting",
    Phase.IMPORT: "importing",
    Phase.DEVICE_INIT: "opening the device",
    Phase.BUILD: "building",
    Phase.COMPILE: "compiling",
    Phase.FIRST_CALL: "first call",
    Phase.CHECK: "checking outputs",
    Phase.WARM_UP: "warming up",
    Phase.MEASURE: "measuring",
    Phase.TEARDOWN: "ending",
}

RUNG_WORDS: Final = {
    Rung.ASKING: "asked to stop",
    Rung.TERMINATING: "being terminated",
    Rung.KILLING: "being killed",
}

_REMARKS: Final = 2
"""So many remarks on the blocks stand beside a verdict: its explanation has them all."""

_LESS_AND_MORE: Final = {Metric.LATENCY: ("faster", "slower"), Metric.ENERGY: ("less", "more")}

_RANKS: Final = {
    Verdict.FASTER: 0.0,
    Verdict.SLIGHTLY_FASTER: 1.0,
    Verdict.NO_PRACTICAL_DIFFERENCE: 3.0,
    Verdict.SLIGHTLY_SLOWER: 4.0,
    Verdict.SLOWER: 5.0,
    Verdict.INCONCLUSIVE: 6.0,
}
_BASELINE: Final = Badge(
    Tone.PLAIN,
    Symbol.STAR,
    "baseline",
    sentence="Every other contender is compared with this one.",
    rank=2.0,
)


def badge_of(
    blocks: Sequence[BlockRecord],
    comparison: Comparison | None,
    margin: float,
    cautions: Sequence[Reason] = (),
    *,
    is_over: bool,
) -> Badge:
    """What the verdict column says of a row.

    Args:
        blocks: All blocks of the contender in this workload, also one that runs.
        comparison: With the baseline, None for the baseline itself.
        margin: Of the plan.
        cautions: What is to be said of the contender's own blocks.
        is_over: The run won't bring more blocks.
    """
    running = blocks[-1] if blocks and blocks[-1].outcome is None and not is_over else None
    ended = [block for block in blocks if block.outcome is not None]
    if comparison is None:
        badge = _baseline(ended, cautions)
    elif comparison.verdict is Verdict.NOT_COMPARABLE:
        badge = _obstacle(ended, comparison)
    else:
        badge = _verdict(comparison, margin, cautions)
    if badge is None:
        return _nothing_yet(running, is_over=is_over)
    return _with_failures(badge, ended)


def energy_badge(comparison: Comparison | None, margin: float, cautions: Sequence[Reason] = ()) -> Badge:
    """What the verdict column of the energy says of a row.

    Args:
        comparison: With the baseline, None for the baseline itself.
        margin: Of the plan.
        cautions: What is to be said of the contender's own blocks.
    """
    if comparison is None:
        return replace(_BASELINE, caution=_caution(cautions))
    if comparison.ratio is None:
        why = comparison.detail or comparison.reasons[0].sentence
        remedy = comparison.reasons[0].remedy
        return Badge(Tone.PLAIN, Symbol.DASH, "not available", why, f"{_closed(why)} {remedy}")
    return _verdict(comparison, margin, cautions)


def doing(block: BlockRecord, *, is_over: bool = False) -> str:
    """What the worker of a block without an outcome does, in a word or two; nothing in a run that is over."""
    if is_over:
        return "cut off"
    if block.stopping is not None:
        return RUNG_WORDS[block.stopping]
    return PHASE_WORDS[list(block.phases)[-1]] if block.phases else PHASE_WORDS[Phase.SPAWN]


def failure_badge(block: BlockRecord) -> Badge:
    """The chip of a block that did not measure."""
    outcome = block.outcome
    assert outcome is not None
    sentence = " ".join(text for text in (outcome.sentence, _closed(block.reason), outcome.remedy) if text)
    if outcome is Outcome.CANCELLED:
        return Badge(Tone.PLAIN, Symbol.DASH, "cancelled", outcome.remedy, sentence)
    symbol = Symbol.DIFFERS if outcome is Outcome.OUTPUT_MISMATCH else Symbol.BOLT
    remark = _difference(block) or outcome.remedy
    return Badge(Tone.BAD, symbol, outcome.words, remark, sentence)


def factor(comparison: Comparison) -> tuple[str, str]:
    """How many times faster or slower, and the interval of that: ("1.18×", "1.15–1.21")."""
    ends = (comparison.ratio, comparison.low, comparison.high)
    best, low, high = (1.0 if end is None else end for end in ends)
    if best < 1:
        best, low, high = 1 / best, 1 / high, 1 / low
    places = max(1, decimals(best, (high - low) / 2 or None))
    return f"{best:,.{places}f}×", f"{low:,.{places}f}–{high:,.{places}f}"


def _verdict(comparison: Comparison, margin: float, cautions: Sequence[Reason]) -> Badge:
    return replace(_claim(comparison, margin), caution=_caution(cautions))


def _caution(cautions: Sequence[Reason]) -> str:
    return ", ".join(worded(cautions))


def _claim(comparison: Comparison, margin: float) -> Badge:
    times, interval = factor(comparison)
    reasons = " ".join(reason.sentence for reason in comparison.reasons)
    notes = "\n".join([reasons, *comparison.remarks[:_REMARKS]])
    interval_words = f"95 % interval {interval}, from {comparison.rounds} rounds."
    rank = _RANKS[comparison.verdict]
    less, more = _LESS_AND_MORE[comparison.metric]
    match comparison.verdict:
        case Verdict.FASTER:
            return Badge(
                Tone.OK, Symbol.UP, f"{times} {less}", interval, f"{interval_words} {notes}".strip(), rank
            )
        case Verdict.SLOWER:
            return Badge(
                Tone.OLD, Symbol.DOWN, f"{times} {more}", interval, f"{interval_words} {notes}".strip(), rank
            )
        case Verdict.SLIGHTLY_FASTER:
            return Badge(Tone.MID, Symbol.UP, f"slightly {less}", f"{times}, {interval}", notes, rank)
        case Verdict.SLIGHTLY_SLOWER:
            return Badge(Tone.MID, Symbol.DOWN, f"slightly {more}", f"{times}, {interval}", notes, rank)
        case Verdict.NO_PRACTICAL_DIFFERENCE:
            remark = f"within ±{percent(margin)}"
            return Badge(Tone.MID, Symbol.ALIKE, "no practical difference", remark, notes, rank)
        case _:
            return Badge(Tone.PLAIN, Symbol.OPEN, "can't tell", to_settle(comparison), notes, rank)


def _baseline(ended: Sequence[BlockRecord], cautions: Sequence[Reason]) -> Badge | None:
    if any(block.outcome is Outcome.OK for block in ended):
        return replace(_BASELINE, remark=unproved_mode(ended), caution=_caution(cautions))
    return failure_badge(ended[-1]) if ended else None


def _obstacle(ended: Sequence[BlockRecord], comparison: Comparison) -> Badge | None:
    """Why there is no ratio; None if nothing was measured yet."""
    sentence = " ".join(reason.sentence for reason in comparison.reasons)
    if Reason.OUTPUT_MISMATCH in comparison.reasons:
        differing = next((block for block in ended if _difference(block)), None)
        remedy = Outcome.OUTPUT_MISMATCH.remedy
        remark = _difference(differing) if differing else remedy
        return Badge(Tone.BAD, Symbol.DIFFERS, "outputs differ", remark, f"{sentence} {remedy}")
    if Reason.MODE_NOT_PROVED in comparison.reasons:
        proof = unproved_mode(ended)
        return Badge(Tone.PLAIN, Symbol.DASH, "not comparable", proof, f"{sentence} {_closed(proof)}")
    if {Reason.DIFFERENT_GPU, Reason.DIFFERENT_PRECISION} & set(comparison.reasons):
        return Badge(Tone.PLAIN, Symbol.DASH, "not comparable", comparison.reasons[0].sentence, sentence)
    failed = [block for block in ended if block.outcome is not Outcome.OK]
    if {Reason.NO_RESULT, Reason.OOM} & set(comparison.reasons):
        return failure_badge(failed[-1]) if failed else None
    return Badge(Tone.PLAIN, Symbol.DASH, "no ratio", "the baseline has no valid result", sentence)


def _nothing_yet(running: BlockRecord | None, *, is_over: bool) -> Badge:
    if running is not None:
        return Badge(Tone.PLAIN, Symbol.DOT, doing(running), f"round {running.round + 1}")
    if is_over:
        return Badge(Tone.PLAIN, Symbol.DASH, "not measured", "the run ended before")
    return Badge(Tone.PLAIN, Symbol.DASH, "not measured yet")


def _with_failures(badge: Badge, ended: Sequence[BlockRecord]) -> Badge:
    """A verdict from the blocks that measured also tells of those that did not."""
    failures = [block.outcome for block in ended if block.outcome is not None and block.outcome.is_failure]
    if not failures or len(failures) == len(ended):
        return badge
    counts = Counter(failures)
    told = ", ".join(f"{count} of {len(ended)} blocks {one.words}" for one, count in counts.items())
    remark = (
        f"{badge.remark} · {told}" if badge.remark and badge.tone is not Tone.BAD else badge.remark or told
    )
    sentence = f"{badge.sentence} {told[0].upper()}{told[1:]}.".strip()
    return replace(badge, remark=remark, sentence=sentence)


def _difference(block: BlockRecord) -> str:
    failed = next((check for check in block.equivalence if not check.passed), None)
    if failed is None:
        return ""
    if failed.relative_error is None:
        return f"{failed.quantity} is not finite"
    return f"rel. error {failed.relative_error:.1e}, limit {failed.limit:.0e}"


def _closed(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."

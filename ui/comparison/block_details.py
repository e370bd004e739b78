"""The details of one block, as rich text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fwcompare.cli.wording import measured, outliers
from fwcompare.domain import words
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.execution.view import RunView
from fwcompare.paths import tilde
from fwcompare.stats.blocks import BlockFigures, repeated
from fwcompare.stats.gates import gates_of
from ui.comparison.badges import Badge, Symbol, Tone, doing, failure_badge
from ui.comparison.figures import NOTHING
from ui.comparison.markup import Markup

_UNITS: Final = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_MIB: Final = 2**20


def block_page(block: BlockRecord, view: RunView, markup: Markup) -> str:
    """All that is known of one block."""
    record = view.record
    return markup.page(
        [
            markup.title(f"{block.contender}, round {block.round + 1}"),
            markup.muted(f"{block.workload} · block {block.block + 1} of {record.plan.block_count}"),
            markup.badge(_outcome(block, view)),
            *_story(block, markup),
            *_repetition(block, record, markup),
            *_level(block, view, markup),
            markup.heading("Phases") if block.phases else "",
            phase_table(block, markup),
            *_facts(block, markup),
            *_conditions(block, view, markup),
            *equivalence(block, markup),
            *missing_figures([block], markup),
            markup.heading("Traceback") if block.traceback else "",
            markup.code(tilde(block.traceback)),
            markup.heading("Last lines of the worker's log") if block.log else "",
            markup.code(tilde(block.log)),
        ]
    )


def duration(value_ns: float) -> str:
    """A length of time in its natural unit."""
    scale, unit = next((pair for pair in _UNITS if value_ns >= pair[0]), _UNITS[-1])
    return f"{value_ns / scale:.3g} {unit}" if value_ns < 1e12 else f"{value_ns / scale:,.0f} {unit}"


def phase_table(block: BlockRecord, markup: Markup) -> str:
    """How long each phase took, and the memory at its end and at its peak."""
    rows = [
        (
            phase.value.replace("_", " "),
            "–" if one.duration_ns is None else duration(one.duration_ns),
            _memory(one.rss_bytes),
            _memory(one.peak_rss_bytes),
        )
        for phase, one in block.phases.items()
    ]
    return markup.table(("Phase", "Time", "Memory MiB", "Peak MiB"), rows)


def equivalence(block: BlockRecord, markup: Markup) -> list[str]:
    """The outputs of a block against the reference."""
    rows = [
        (
            check.quantity.replace("_", " "),
            "not finite" if check.relative_error is None else f"{check.relative_error:.1e}",
            f"{check.limit:.0e}",
            "equal" if check.passed else "differs",
        )
        for check in block.equivalence
    ]
    if not rows:
        return []
    table = markup.table(("Quantity", "Relative error", "Limit", ""), rows)
    return [markup.heading("Outputs against the reference"), table]


def _conditions(block: BlockRecord, view: RunView, markup: Markup) -> list[str]:
    """What disturbed the block, with a remedy, and why other disturbances could not be looked for."""
    if view.look(block).spread is None:  # no iteration was timed, or more are to come
        return []
    report = gates_of(block, view.record, view.look)
    rows = [(gate.level.value, f"{gate.sentence} {gate.code.remedy}") for gate in report.gates]
    unchecked = {code.value: reason for code, reason in report.unchecked.items()}
    return [
        markup.heading("Conditions"),
        markup.pairs(rows or [("quiet", "Nothing that was looked at disturbed the block.")]),
        *_by_reason(unchecked, markup, "not looked at: "),
    ]


def level_words(figures: BlockFigures) -> str:
    """How the level of a block went; "–" with too few iterations to tell."""
    return figures.course.label.words if figures.course else NOTHING


def outlier_words(mild: int, severe: int) -> tuple[str, str]:
    """How many iterations lie far from the others, by class, for a list of pairs."""
    return "Outliers", f"{mild:,} mild, {severe:,} severe; all of them count"


def outlier_warning(severe: int, n: int) -> str:
    """What to do about too many severe outliers, "" of fewer."""
    return "".join(outliers({"": severe / n}))


def missing_figures(blocks: Sequence[BlockRecord], markup: Markup) -> list[str]:
    """Counters of the framework, and the reason for each figure that could not be had."""
    counters: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for block in blocks:
        counters |= {name: f"{value:,}" for name, value in block.counters.items()}
        reasons |= block.unavailable
    parts: list[str] = []
    if counters:
        parts += [markup.heading("Counters of the framework"), markup.pairs(_readable(counters))]
    missing = {name: reason for name, reason in reasons.items() if name not in counters}
    if missing:
        parts += [markup.heading("Not available"), *_by_reason(missing, markup)]
    return parts


def _by_reason(missing: dict[str, str], markup: Markup, lead: str = "") -> list[str]:
    """One paragraph for each reason, with all figures that it explains."""
    grouped: dict[str, list[str]] = {}
    for name, reason in missing.items():
        grouped.setdefault(words.reason(reason), []).append(name.replace("_", " ").lower())
    return [markup.muted(f"{lead}{', '.join(names)}: {reason}") for reason, names in grouped.items()]


def _outcome(block: BlockRecord, view: RunView) -> Badge:
    if block.outcome is None:
        symbol = Symbol.DASH if view.finished else Symbol.DOT
        return Badge(Tone.PLAIN, symbol, doing(block, is_over=view.finished))
    if block.outcome is not Outcome.OK:
        return replace(failure_badge(block), remark="")
    median_ns = view.look(block).median_ns
    remark = "" if median_ns is None else measured(block, duration(median_ns))
    return Badge(Tone.OK, Symbol.CHECK, "measured", remark)


def _story(block: BlockRecord, markup: Markup) -> list[str]:
    """What happened and what to do about it."""
    if block.outcome is None or block.outcome is Outcome.OK:
        steady = "It never became steady before it was measured." if block.steady is False else ""
        return [markup.paragraph(steady)]
    texts = (block.outcome.sentence, tilde(block.reason), block.error, block.outcome.remedy)
    return [markup.paragraph(text) for text in dict.fromkeys(texts)]


def _repetition(block: BlockRecord, record: RunRecord, markup: Markup) -> list[str]:
    """What the block has to do with the one that it repeats, or that repeats it."""
    if block.repeats is not None:
        return [markup.paragraph(f"Runs block {block.repeats + 1} once more.")]
    again = next((one.block for one in record.blocks if one.repeats == block.block), None)
    if again is None:
        return []
    counts = "and does not count" if block.block in repeated(record.blocks) else "and counts all the same"
    return [markup.paragraph(f"Repeated as block {again + 1}, {counts}.")]


def _level(block: BlockRecord, view: RunView, markup: Markup) -> list[str]:
    """How the level of the latencies went, and what lay far from it; nothing while they come in."""
    if block.outcome is None:
        return []
    figures, n = view.look(block), len(block.latency)
    spread, course = figures.spread, figures.course
    if spread is None:
        return []
    level, shift = level_words(figures), course.shift if course else None
    pairs = [
        ("Steadiness", level if shift is None else f"{level}, changed first at {shift + 1:,} of {n:,}"),
        outlier_words(spread.mild, spread.severe),
    ]
    return [
        markup.heading("Level"),
        markup.pairs(pairs),
        markup.paragraph(
            course.label.sentence if course else "There are too few iterations to tell how steady it was."
        ),
        markup.paragraph(outlier_warning(spread.severe, n)),
    ]


def _facts(block: BlockRecord, markup: Markup) -> list[str]:
    pairs = [("Compile cache", str(block.compile_cache.value))]
    if block.cool_down_ns is not None:
        pairs.append(("Cool-down before it", duration(block.cool_down_ns)))
    if block.warm_up_iterations is not None:
        pairs.append(("Warm-up", f"{block.warm_up_iterations:,} iterations"))
    if block.mode_proof is not None:
        pairs.append(("Mode" if block.mode_proved else "Mode not proved", block.mode_proof))
    if block.exit_code not in (None, 0):
        pairs.append(("Exit code", str(block.exit_code)))
    if block.device:
        pairs.append(("Device", block.device))
    return [markup.heading("Facts"), markup.pairs(pairs)]


def _memory(size: int | None) -> str:
    return "–" if size is None else f"{size / _MIB:,.0f}"


def _readable(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), value) for name, value in values.items()]

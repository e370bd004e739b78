"""The details of a contender in a workload, as rich text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from fwcompare.cli.wording import joules, to_settle
from fwcompare.domain import words
from fwcompare.domain.events import Scalar
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Metric, Verdict
from fwcompare.domain.workload import is_throughput
from fwcompare.execution.view import RunView
from fwcompare.paths import tilde
from fwcompare.stats.blocks import NOT_MEASURED, repeated
from fwcompare.stats.quantiles import PERCENTS, TOO_FEW, iterations_needed
from fwcompare.stats.tails import MetricRatio
from ui.comparison.badges import doing
from ui.comparison.block_details import (
    duration,
    equivalence,
    level_words,
    missing_figures,
    outlier_warning,
    outlier_words,
    phase_table,
)
from ui.comparison.columns import HEADINGS, Column
from ui.comparison.explanation_details import explanations, link_to_explanation
from ui.comparison.figures import NOTHING, Figure
from ui.comparison.markup import Markup
from ui.comparison.measured_model import workload_text
from ui.comparison.rows import Row, explanations_of

_COST = (Column.IMPORT, Column.COMPILE, Column.FIRST_CALL, Column.GPU_USE)
_MEMORY = (
    Column.MEMORY,
    Column.UNIQUE_MEMORY,
    Column.ALLOCATED_PEAK,
    Column.RESERVED_PEAK,
    Column.GPU_MEMORY,
)


Ratios: TypeAlias = Sequence[MetricRatio] | str
"""Those of p90, p99 and throughput, or why there are none yet."""


def row_page(row: Row, rows: Sequence[Row], view: RunView, ratios: Ratios, markup: Markup) -> str:
    """All that is known of one contender in one workload.

    Args:
        row: What the table shows.
        rows: All rows, among which it was judged.
        view: The run.
        ratios: To the baseline.
        markup: The form.
    """
    record = view.record
    blocks = [one for one in record.blocks if (one.contender, one.workload) == row.id]
    told = next((block for block in reversed(blocks) if block.versions), None)
    replaced = repeated(blocks)
    return markup.page(
        [
            markup.title(row.contender.label),
            markup.muted(workload_text(row.workload)),
            markup.badge(
                replace(row.badge, remark="") if row.badge.remark in row.badge.sentence else row.badge
            ),
            markup.paragraph(row.badge.sentence),
            link_to_explanation(markup, Metric.LATENCY) if row.comparison else "",
            *_against(row, markup),
            *_latency(row, markup),
            *_percentiles(row, markup),
            *_ratios(row, ratios, markup),
            markup.heading("Cost and use"),
            markup.pairs([(HEADINGS[one].title, _value(row.figures[one], one)) for one in _COST]),
            markup.heading("Memory"),
            markup.pairs([(HEADINGS[one].title, _value(row.figures[one], one)) for one in _MEMORY]),
            markup.heading("Energy of an item"),
            markup.pairs([(name.upper(), _energy(row, name)) for name in ("gpu", "cpu")]),
            *_energy_verdict(row, markup),
            *_proof(blocks, markup),
            markup.heading("Blocks") if blocks else "",
            markup.table(
                ("Round", "Median", "n", "Steadiness"),
                [_block_line(block, view, counts=block.block not in replaced) for block in blocks],
            ),
            *explanations(explanations_of(row, rows), markup),
            *_phases(blocks, markup),
            *_environment(row, told, record, markup),
            *missing_figures(blocks, markup),
        ]
    )


def _against(row: Row, markup: Markup) -> list[str]:
    comparison = row.comparison
    if comparison is None or comparison.ratio is None:
        return []
    figure = row.figures[Column.RATIO]
    pairs = [("Baseline", comparison.baseline), ("Ratio", figure.text)]
    if figure.low is not None and figure.high is not None:
        pairs.append(("95 % interval", f"{figure.low:.4g} to {figure.high:.4g}"))
    pairs += [
        ("Rounds of both", str(comparison.rounds)),
        ("Margin", f"±{words.percent(row.margin)}, fixed before the run"),
    ]
    if comparison.more_rounds is not None:
        is_open = comparison.verdict is Verdict.INCONCLUSIVE
        pairs.append(("Still open" if is_open else "To tell if it matters", to_settle(comparison)))
    return [markup.heading("Against the baseline"), markup.pairs(pairs)]


def _latency(row: Row, markup: Markup) -> list[str]:
    summary, median = row.summary, row.figures[Column.MEDIAN]
    pairs = [("Median", _value(median, Column.MEDIAN))]
    if median.low is not None and median.high is not None:
        pairs.append(("Block medians", f"{duration(median.low)} to {duration(median.high)}"))
    samples = "groups of iterations" if is_throughput(summary.workload) else "iterations"
    pairs += [
        ("Throughput", _value(row.figures[Column.THROUGHPUT], Column.THROUGHPUT)),
        ("Measured", f"{summary.n:,} {samples} in {summary.blocks} blocks"),
    ]
    label, warning = summary.steadiness, ""
    if summary.n:
        pairs += [
            ("Steadiness", label.words if label else summary.unavailable["steadiness"]),
            outlier_words(summary.mild_outliers, summary.severe_outliers),
        ]
        warning = outlier_warning(summary.severe_outliers, summary.n)
    return [
        markup.heading("Latency"),
        markup.pairs(pairs),
        markup.paragraph(label.sentence if label else ""),
        markup.paragraph(warning),
    ]


def _percentiles(row: Row, markup: Markup) -> list[str]:
    """All percentiles with their intervals, or how many iterations each would need."""
    rows, reasons = [], []
    for wanted, (name, known) in zip(PERCENTS, row.summary.percentiles.items(), strict=False):
        reason = row.summary.unavailable.get(f"percentiles.{name}", "")
        if known is not None:
            ends = (known.low_ns, known.high_ns)
            between = " to ".join(duration(end) for end in ends if end is not None)
            rows.append((name, duration(known.value_ns), between or NOTHING))
            if not between:
                reasons.append("Without an interval: the iterations depend on each other too much.")
        elif reason.startswith(TOO_FEW):
            rows.append((name, TOO_FEW, f"needs {iterations_needed(wanted):,}"))
        else:
            reasons.append(reason)
    if not rows and not reasons:
        return []
    return [
        markup.heading("Percentiles"),
        markup.table(("", "Latency", "95 % interval"), rows),
        *(markup.muted(words.reason(reason)) for reason in dict.fromkeys(reasons)),
    ]


def _ratios(row: Row, ratios: Ratios, markup: Markup) -> list[str]:
    """The ratios that have an interval and no verdict."""
    if row.comparison is None or row.comparison.ratio is None:
        return []
    heading = markup.heading("More ratios to the baseline, without a verdict")
    if isinstance(ratios, str):
        return [heading, markup.muted(ratios)]
    rows = [
        (one.metric, f"{one.ratio:.4g}", f"{one.low:.4g} to {one.high:.4g}")
        for one in ratios
        if one.ratio is not None
    ]
    missing: dict[str, list[str]] = {}
    for one in ratios:
        if one.ratio is None:
            missing.setdefault(words.reason(one.unavailable["ratio"]), []).append(one.metric)
    return [
        heading,
        markup.table(("", "Ratio", "95 % interval"), rows),
        *(markup.muted(f"{', '.join(names)}: {reason}") for reason, names in missing.items()),
    ]


def _energy_verdict(row: Row, markup: Markup) -> list[str]:
    """What the energies say, with a link to why."""
    if row.energy is None or row.energy.ratio is None:
        return []
    return [
        markup.badge(row.energy_badge),
        markup.paragraph(row.energy_badge.sentence),
        link_to_explanation(markup, Metric.ENERGY),
    ]


def _proof(blocks: Sequence[BlockRecord], markup: Markup) -> list[str]:
    proved = next((block for block in reversed(blocks) if block.mode_proof is not None), None)
    parts: list[str] = []
    if proved is not None:
        lead = "" if proved.mode_proved else "No: "
        parts += [markup.heading("Did the mode really run?"), markup.paragraph(f"{lead}{proved.mode_proof}.")]
    checked = next((block for block in reversed(blocks) if block.equivalence), None)
    return parts + (equivalence(checked, markup) if checked else [])


def _phases(blocks: Sequence[BlockRecord], markup: Markup) -> list[str]:
    first = next((block for block in blocks if block.phases), None)
    if first is None:
        return []
    return [markup.heading(f"Phases of round {first.round + 1}"), phase_table(first, markup)]


def _environment(row: Row, told: BlockRecord | None, record: RunRecord, markup: Markup) -> list[str]:
    pairs = [("Interpreter", tilde(row.contender.interpreter))]
    parts = [markup.heading("Environment")]
    if told is None:
        return [
            *parts,
            markup.pairs(pairs),
            markup.muted("No worker of this contender came so far as to tell more."),
        ]
    pairs += sorted(told.versions.items())
    pairs.append(("Device", told.device or "–"))
    pairs += [
        (name, _setting(record.machine[name]))
        for name in ("cpu_model", "os_name")
        if record.machine.get(name)
    ]
    settings = [(name, _setting(value)) for name, value in sorted(told.settings.items())]
    return [*parts, markup.pairs(pairs), markup.heading("Settings read back"), markup.pairs(settings)]


def _block_line(block: BlockRecord, view: RunView, *, counts: bool) -> tuple[str, ...]:
    """What a block came to, and how steady it was, or how it ended otherwise."""
    figures = view.look(block)
    course = doing(block, is_over=view.finished) if block.outcome is None else block.outcome.words
    if block.outcome is Outcome.OK:
        course = level_words(figures) if figures.course else course
    shown = NOTHING if figures.median_ns is None else duration(figures.median_ns)
    n = f"{len(block.latency):,}" if block.outcome else NOTHING
    return str(block.round + 1), shown, n, course if counts else f"{course}, repeated"


def _value(figure: Figure, column: Column) -> str:
    if figure.value is None:
        return f"– {words.reason(figure.reason)}"
    note = f" ({figure.note})" if figure.note else ""
    unit = HEADINGS[column].unit
    return f"{figure.text}{unit if unit.startswith('/') else f' {unit}'}{note}"


def _energy(row: Row, name: str) -> str:
    """Joules of an item with what the counter's steps leave open, or why they are not known."""
    known = row.summary.energy.get(name)
    if known is None:
        reason = row.summary.unavailable.get(f"energy.{name}", NOT_MEASURED)
        return f"– {words.reason(reason)}"
    net = known.net_joules_per_item
    shown = "" if net is None else f", {joules(net, known.error_joules)} above idle"
    return f"{joules(known.joules_per_item, known.error_joules)}{shown}"


def _setting(value: Scalar) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)

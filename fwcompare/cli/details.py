"""All that a run measured and its tables leave out: percentiles, memory, energy, and each block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich import box, filesize
from rich.table import Table

from fwcompare.cli import wording
from fwcompare.cli.output import print_line
from fwcompare.domain import words
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Metric
from fwcompare.report import memory_of
from fwcompare.stats.blocks import blocks_of, repeated
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.fairness import fairness_of
from fwcompare.stats.gates import GateCode, gates_of, worst_first
from fwcompare.stats.quantiles import PERCENTS, TOO_FEW, iterations_needed
from fwcompare.stats.steadiness import Steadiness
from fwcompare.stats.summary import summarise
from fwcompare.stats.tails import THROUGHPUT, metric_ratios

if TYPE_CHECKING:
    from rich.console import Console

    from fwcompare.domain.record import BlockRecord, RunRecord
    from fwcompare.domain.verdict import Comparison
    from fwcompare.domain.workload import Workload
    from fwcompare.stats.blocks import BlockFigures, Look
    from fwcompare.stats.energy import Energy
    from fwcompare.stats.summary import Summary
    from fwcompare.stats.tails import MetricRatio

_MEMORY: Final = {
    "peak_rss_bytes": "peak memory",
    "import_rss_bytes": "import",
    "host_unique_bytes": "unique memory",
    "framework_allocated_peak_bytes": "allocated peak",
    "framework_reserved_peak_bytes": "reserved peak",
    "gpu_memory_bytes": "GPU memory",
}
"""Columns by name of the figure, called as in the window."""

_EVERY_BLOCK: Final = "every block"
_LATE: Final = " *"
"""Marks the steadiness of a block that was not steady when its measurement began."""


def print_details(console: Console, record: RunRecord, look: Look) -> None:
    """Print what was held equal, and the details of each workload."""
    for line in wording.fairness(fairness_of(record)):
        print_line(console, line)
    summaries, ratios = summarise(record, look), metric_ratios(record, look)
    energies = [one for one in compare_all(record, look) if one.metric is Metric.ENERGY]
    for workload in record.plan.workloads:
        here = [one for one in summaries if one.workload == workload.id]
        _print_percentiles(console, here, [one for one in ratios if one.workload == workload.id])
        _print_memory(console, record, workload)
        _print_energy(console, workload, here, [one for one in energies if one.workload == workload.id])
        _print_blocks(console, record, workload, look)


def _print_percentiles(
    console: Console, summaries: Sequence[Summary], every_ratio: Sequence[MetricRatio]
) -> None:
    """What was measured of each contender, and the ratios that have no verdict."""
    table = _table(
        f"Percentiles, {summaries[0].workload}", ("contender", "figure", "value (95 %)", "ratio (95 %)")
    )
    reasons: dict[str, list[str]] = {}
    for one in summaries:
        ratios = {ratio.metric: ratio for ratio in every_ratio if ratio.contender == one.contender}
        rows = []
        for name, known in one.percentiles.items():
            reason = one.unavailable.get(f"percentiles.{name}", "")
            if known or reason.startswith(TOO_FEW):
                rows.append((name, wording.percentile(known), _ratio(ratios.get(name))))
            else:
                reasons.setdefault(reason, []).append(f"percentiles of {one.contender}")
        rows.append(("items/s", wording.rate(one.throughput_per_s), _ratio(ratios.get(THROUGHPUT))))
        for place, row in enumerate(rows):
            table.add_row("" if place else one.contender, *row)
        for metric, ratio in ratios.items():
            if ratio.ratio is None:
                reasons.setdefault(ratio.unavailable["ratio"], []).append(f"ratio of {metric}")
    _print_table(console, table)
    if TOO_FEW in table.columns[2].cells:
        needs = ", ".join(f"p{one:g} needs {iterations_needed(one):,}" for one in PERCENTS)
        print_line(console, f"{TOO_FEW}: of iterations {needs}.")
    if any(found and found.low_ns is None for one in summaries for found in one.percentiles.values()):
        print_line(console, "Without an interval: the iterations depend on each other too much for one.")
    _print_reasons(console, reasons)
    print_line(console, "Ratios are over the baseline's, and have no verdict.")


def _ratio(found: MetricRatio | None) -> str:
    if found is None or found.ratio is None:
        return "-" if found else ""
    return f"{found.ratio:.3f} ({found.low:.3f}-{found.high:.3f})"


def _print_memory(console: Console, record: RunRecord, workload: Workload) -> None:
    """The highest of each figure over the blocks of a contender: they are never added or mixed."""
    table = _table(f"Memory, {workload.id}", ("contender",), tuple(_MEMORY.values()))
    reasons: dict[str, list[str]] = {}
    for contender in record.plan.contenders:
        found = [memory_of(block, workload) for block in blocks_of(record, contender.id, workload.id)]
        cells = []
        for name, column in _MEMORY.items():
            sizes = [size for one in found if (size := one[name][0]) is not None]
            cells.append(filesize.decimal(max(sizes)) if sizes else "-")
            if found and not sizes:
                reasons.setdefault(found[-1][name][1], []).append(column)
        table.add_row(contender.id, *cells)
    _print_table(console, table)
    _print_reasons(console, reasons)
    print_line(console, "Resident memory: the peak, after the import, and what no other process shares.")


def _print_energy(
    console: Console, workload: Workload, summaries: Sequence[Summary], comparisons: Sequence[Comparison]
) -> None:
    """Joules of an item with what the counter's steps leave open, and their ratio to the baseline's."""
    reasons: dict[str, list[str]] = {}
    for one in summaries:
        for device, known in one.energy.items():
            if known is None:
                reason = one.unavailable[f"energy.{device}"]
                reasons.setdefault(reason, []).append(f"energy by the {device.upper()}'s counter")
    if any(known for one in summaries for known in one.energy.values()):
        ratios = {one.contender: one for one in comparisons}
        columns = ("contender", "GPU", "above idle", "CPU", "ratio", "verdict")
        table = _table(f"Energy of an item, {workload.id}", columns)
        for one in summaries:
            gpu, cpu = one.energy["gpu"], one.energy["cpu"]
            net = gpu.net_joules_per_item if gpu else None
            ratio = ratios.get(one.contender)
            table.add_row(
                one.contender,
                _joules(gpu),
                wording.joules(net, gpu.error_joules) if gpu and net is not None else "-",
                _joules(cpu),
                wording.ratio(ratio) if ratio else "-",
                ratio.words if ratio else "baseline",
            )
        _print_table(console, table)
    _print_reasons(console, reasons)


def _joules(known: Energy | None) -> str:
    return wording.joules(known.joules_per_item, known.error_joules) if known else "-"


def _print_blocks(console: Console, record: RunRecord, workload: Workload, look: Look) -> None:
    """Each block: what it measured, its steadiness, its outliers, and what disturbed it."""
    blocks = [block for block in record.blocks if block.workload == workload.id]
    replaced = repeated(record.blocks)
    columns = ("round", "contender", "median", "n", "steadiness", "mild", "severe", "conditions")
    table = _table(f"Blocks, {workload.id}", columns)
    labels: dict[Steadiness, None] = {}
    for block in blocks:
        figures = look(block)
        if figures.course:
            labels[figures.course.label] = None
        table.add_row(
            _turn(block),
            block.contender,
            wording.latency(figures.median_ns) if block.outcome is Outcome.OK else _outcome(block),
            f"{len(block.latency):,}",
            _steadiness(block, figures),
            f"{figures.spread.mild:,}" if figures.spread else "-",
            f"{figures.spread.severe:,}" if figures.spread else "-",
            f"{_conditions(block, record, look)}{', repeated' if block.block in replaced else ''}",
        )
    _print_table(console, table)
    print_line(
        console,
        "Outliers lie beyond 1.5 (mild) or 3 (severe) interquartile ranges; all count in all figures.",
    )
    if any(block.steady is False for block in blocks):
        print_line(console, f"{_LATE.strip()} The warm-up was ended by its limit.")
    for label in labels:
        if label is not Steadiness.FLAT:
            print_line(console, f"{label.words}: {label.sentence}")
    shares = {
        _name(block): spread.severe / len(block.latency) for block in blocks if (spread := look(block).spread)
    }
    for warning in wording.outliers(shares):
        print_line(console, warning)
    _print_conditions(console, record, [block for block in blocks if len(block.latency)], look)


def _turn(block: BlockRecord) -> str:
    """The round, and whether the block is a repetition in it: 1, 1 again."""
    return f"{block.round + 1}{'' if block.repeats is None else ' again'}"


def _outcome(block: BlockRecord) -> str:
    return "-" if block.outcome is None else block.outcome.words


def _name(block: BlockRecord) -> str:
    return f"{block.contender}, round {_turn(block)}"


def _conditions(block: BlockRecord, record: RunRecord, look: Look) -> str:
    """The worst level of what disturbed the block."""
    if not len(block.latency):
        return "-"
    found = worst_first(gate for gate in gates_of(block, record, look).gates if gate.is_disturbance)
    return found[0].level if found else "quiet"


def _steadiness(block: BlockRecord, figures: BlockFigures) -> str:
    if figures.course is None:
        told = TOO_FEW if len(block.latency) else "-"
    else:
        shift = figures.course.shift
        told = f"{figures.course.label.words}{'' if shift is None else f' at {shift + 1:,}'}"
    return f"{told}{_LATE}" if block.steady is False else told


def _print_conditions(console: Console, record: RunRecord, blocks: Sequence[BlockRecord], look: Look) -> None:
    """What disturbed which block and what to do about it, and what could not be looked at."""
    found: dict[GateCode, dict[str, list[str]]] = {}
    unchecked: dict[str, list[str]] = {}
    for block in blocks:
        report = gates_of(block, record, look)
        for gate in report.gates:
            sentences = found.setdefault(gate.code, {})
            sentences.setdefault(f"{gate.level}: {gate.sentence}", []).append(_name(block))
        for code, reason in report.unchecked.items():
            unchecked.setdefault(reason, []).append(code)
    for code, sentences in found.items():
        print_line(console, f"{code}. {code.remedy}")
        for sentence, where in sentences.items():
            told = _EVERY_BLOCK if len(where) == len(blocks) > 1 else "; ".join(where)
            print_line(console, f"  {told}: {sentence}")
    _print_reasons(console, unchecked, "Not looked at")


def _table(title: str, columns: Iterable[str], figures: Iterable[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    for name in columns:
        table.add_column(name)
    for name in figures:
        table.add_column(name, justify="right")
    return table


def _print_table(console: Console, table: Table) -> None:
    """Print a table, apart from what stands above it."""
    print_line(console, "")
    console.print(table)


def _print_reasons(console: Console, reasons: Mapping[str, Sequence[str]], lead: str = "Not known") -> None:
    """One line for each reason, with all that it explains."""
    for reason, names in reasons.items():
        print_line(
            console, f"{lead}: {', '.join(dict.fromkeys(names))} ({words.reason(reason).rstrip('.')})."
        )

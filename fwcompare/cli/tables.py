"""A finished run for people: one table for each workload, and below it what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table

from fwcompare.cli import wording
from fwcompare.cli.output import print_line
from fwcompare.paths import tilde
from fwcompare.stats.blocks import Look, blocks_of, figures_of_all, repeated
from fwcompare.stats.comparison import compare
from fwcompare.stats.fairness import fairness_of
from fwcompare.stats.gates import Level, disturbances, gates_of
from fwcompare.stats.starts import PHASES, TOTAL, starts_of
from fwcompare.stats.steadiness import Steadiness
from fwcompare.stats.summary import summarise

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod

    from fwcompare.domain.record import RunRecord
    from fwcompare.domain.verdict import Comparison
    from fwcompare.stats.summary import Summary

_COLUMNS: Final[dict[str, JustifyMethod]] = {
    "contender": "left",
    "median": "right",
    "p90": "right",
    "ratio": "left",
    "verdict": "left",
}


def print_run(console: Console, record: RunRecord) -> None:
    """Print all tables of a run, below what was held equal in it."""
    for line in wording.fairness(fairness_of(record)):
        print_line(console, line)
    look = figures_of_all(record)
    comparisons, summaries = compare(record, look), summarise(record, look)
    for workload in record.plan.workloads:
        console.print(_table(record, workload.id, comparisons, summaries, look))
        for line in (*_failures(record, workload.id), *_repetitions(record, workload.id, look)):
            print_line(console, line)
        if (rounds := record.precise.get(workload.id)) is not None:
            text = wording.stopped_early(rounds, record.plan.effort.rounds)
            print_line(console, f"{text.capitalize()}.")
    for line in _versions(record):
        print_line(console, line)
    for one in record.history:
        text = f"{wording.count(one.rounds, 'round')} from {one.started_utc} (run {one.run_id[:8]})"
        print_line(console, f"Holds {text}, to which rounds were added.")
    print_line(console, "Ratio: latency over the baseline's with its 95 % interval, below 1 is faster.")


def print_cold(console: Console, record: RunRecord) -> None:
    """Print what the first answer of a fresh process costs, apart for empty and warm compile caches."""
    starts = starts_of(record)
    for workload in record.plan.workloads:
        table = Table(title=f"Cold start, {workload.id}", title_justify="left", box=box.SIMPLE)
        for name in ("contender", "compile cache", "blocks"):
            table.add_column(name)
        for name in (*PHASES, TOTAL):
            table.add_column(name.replace("_", " "), justify="right")
        for start in starts:
            if start.workload == workload.id:
                label = record.plan.contender(start.contender).label
                row = [wording.duration(start.durations[name]) for name in (*PHASES, TOTAL)]
                table.add_row(label, start.compile_cache, str(start.blocks), *row)
        console.print(table)
    for line in wording.COLD_NOTES:
        print_line(console, line)


def _table(
    record: RunRecord,
    workload: str,
    every_comparison: Sequence[Comparison],
    every_summary: Sequence[Summary],
    look: Look,
) -> Table:
    table = Table(title=workload, title_justify="left", box=box.SIMPLE)
    for name, justify in _COLUMNS.items():
        table.add_column(name, justify=justify)
    summaries = {one.contender: one for one in every_summary if one.workload == workload}
    comparisons = {one.contender: one for one in every_comparison if one.workload == workload}
    theirs = blocks_of(record, record.plan.baseline, workload)
    for contender in record.plan.contenders:
        summary, comparison = summaries[contender.id], comparisons.get(contender.id)
        blocks = blocks_of(record, contender.id, workload)
        too_few = summary.n > 0 and summary.p90_ns is None
        table.add_row(
            contender.label,
            wording.latency(summary.median_ns),
            "n too small" if too_few else wording.latency(summary.p90_ns),
            wording.ratio(comparison) if comparison else "-",
            wording.verdict(
                comparison, record.plan.margin, blocks, disturbances([*blocks, *theirs], record, look)
            )
            if comparison
            else wording.baseline(blocks, disturbances(blocks, record, look)),
        )
    return table


def _failures(record: RunRecord, workload: str) -> Iterator[str]:
    """One line for each way in which blocks of a contender failed."""
    for contender in record.plan.contenders:
        blocks = blocks_of(record, contender.id, workload)
        counts = Counter(block.outcome for block in blocks if block.outcome and block.outcome.is_failure)
        for outcome, count in counts.items():
            assert outcome is not None
            reason = next((one.reason for one in blocks if one.outcome is outcome and one.reason), "")
            told = " ".join(text for text in (outcome.sentence, tilde(reason), outcome.remedy) if text)
            yield f"{contender.id}: {count} of {wording.count(len(blocks), 'block')} ended as {outcome}. {told}"


def _repetitions(record: RunRecord, workload: str, look: Look) -> Iterator[str]:
    """One line for each block that was run once more, with the reason."""
    known = {block.block: block for block in record.blocks}
    replaced = repeated(record.blocks)
    for again in record.blocks:
        first = known.get(again.repeats) if again.repeats is not None else None
        if first is None or first.workload != workload:
            continue
        course = look(first).course
        warm = course is not None and course.label is Steadiness.WARM_UP
        found = ["It was still getting warm."] if warm else []
        found += [gate.sentence for gate in gates_of(first, record, look).gates if gate.level is Level.RED]
        counts = "" if first.block in replaced else " The repetition did not end, so the first one counts."
        yield f"{first.contender}: round {first.round + 1} was run once more. {' '.join(found)}{counts}"


def _versions(record: RunRecord) -> Iterator[str]:
    """What each contender ran, if a framework ran in several Pythons: then its name does not tell."""
    pythons = {(one.framework, one.interpreter) for one in record.plan.contenders}
    if len(pythons) == len({framework for framework, _ in pythons}):
        return
    for contender in record.plan.contenders:
        told = [one.versions for one in record.blocks if one.contender == contender.id and one.versions]
        if told:
            yield f"{contender.id}: {', '.join(f'{name} {version}' for name, version in told[0].items())}"

"""How verdicts came about, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from fwcompare.cli.output import print_line
from fwcompare.stats.explanation import explain

if TYPE_CHECKING:
    from rich.console import Console

    from fwcompare.domain.record import RunRecord
    from fwcompare.stats.blocks import Look
    from fwcompare.stats.explanation import Explanation, Part


def print_explanations(console: Console, record: RunRecord, look: Look, contender: str) -> None:
    """Print the explanation of each comparison of a contender."""
    if contender == record.plan.baseline:
        print_line(console, f"{contender} is the baseline: every other contender is compared with it.")
    for workload in record.plan.workloads:
        for one in explain(record, contender, workload.id, look):
            _print(console, one)


def _print(console: Console, found: Explanation) -> None:
    one = found.comparison
    print_line(
        console, f"\n{one.contender} against {one.baseline} in {one.workload}, {one.metric}: {one.words}"
    )
    for part in found.parts:
        print_line(console, f"\n  {part.title}")
        for sentence in part.sentences:
            print_line(console, f"  {sentence}")
        _print_pairs(console, part)
        _print_table(console, part)
    print_line(console, f'\n  The method: docs/method.md, "{found.chapter}".')


def _print_pairs(console: Console, part: Part) -> None:
    width = max((len(name) for name, _ in part.pairs), default=0)
    for name, value in part.pairs:
        print_line(console, f"  {name:<{width}}  {value}")


def _print_table(console: Console, part: Part) -> None:
    if not part.rows:
        return
    table = Table(box=box.SIMPLE)
    for place, name in enumerate(part.header):
        table.add_column(name, justify="right" if place else "left")
    for row in part.rows:
        table.add_row(*row)
    console.print(table)

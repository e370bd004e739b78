"""The commands that measure nothing: show, contenders, recover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from fwcompare.cli import exit_codes, tables, wording
from fwcompare.cli.planning import find_candidates
from fwcompare.domain.workload import Task
from fwcompare.paths import shareable, tilde
from fwcompare.report import JSON, SCHEMA, report

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.interpreters.availability import Availability
    from fwcompare.paths import DataPaths


def show(file: Path, invocation: Invocation, *, cold: bool = False) -> int:
    """Print a snapshot as `run` printed it, or what its first answers cost."""
    record = invocation.parts().read_snapshot(file)
    output = invocation.output
    output.say(f"Measured {record.started_utc} with fwcompare {record.app_version}")
    (tables.print_cold if cold else tables.print_run)(output.console, record)
    output.answer(report(record, tilde(str(file.absolute()))))
    return exit_codes.DONE


def contenders(paths: DataPaths, device: str, invocation: Invocation) -> int:
    """Print every contender, whether it can run here, and if not why."""
    parts, output = invocation.parts(), invocation.output
    settings, problems = parts.load_settings(paths.settings_file)
    for problem in problems:
        output.remark(problem)
    found = find_candidates(parts.all_contenders(settings), device, settings, parts)
    table = Table(title=f"Contenders on {found.device}", title_justify="left", box=box.SIMPLE)
    for name in ("contender", "can run", "versions", "what it lacks"):
        table.add_column(name)
    for one in found.surveyed:
        versions = ", ".join(f"{name} {version}" for name, version in one.versions.items())
        lacks = f"{one.reason} {one.remedy}".strip()
        table.add_row(one.contender.label, _can_run(one), versions, lacks)
    output.console.print(table)
    rows: JSON = [_contender(one) for one in found.surveyed]
    output.answer({"schema": SCHEMA, "device": found.device, "contenders": shareable(rows), "error": None})
    return exit_codes.DONE


def _can_run(one: Availability) -> str:
    if not one.available:
        return "no"
    tasks = one.contender.tasks
    return "yes" if tasks == tuple(Task) else f"{', '.join(tasks)} only"


def _contender(one: Availability) -> JSON:
    return {
        "contender": one.contender.id,
        "framework": one.contender.framework,
        "mode": one.contender.mode,
        "label": one.contender.label,
        "is_default": one.contender.is_default,
        "tasks": [str(task) for task in one.contender.tasks],
        "interpreter": one.contender.interpreter,
        "available": one.available,
        "reason": one.reason,
        "remedy": one.remedy,
        "versions": one.versions,
    }


def recover(paths: DataPaths, invocation: Invocation) -> int:
    """Turn journals of dead owners into snapshots and say what was found."""
    found = invocation.parts().recover(paths)
    say = invocation.output.say
    for one in found.recovered:
        blocks, lines = wording.count(one.blocks, "block"), wording.count(one.lost_lines, "line")
        say(f"Recovered {blocks} as {tilde(str(one.snapshot))}, {lines} lost")
    for other in found.left_alone:
        say(f"Left alone: {tilde(str(other.journal))}: {tilde(other.reason)}")
    if not found.recovered and not found.left_alone:
        say("There is nothing to recover.")
    recovered: JSON = [
        {"snapshot": str(one.snapshot), "blocks": one.blocks, "lost_lines": one.lost_lines}
        for one in found.recovered
    ]
    alone: JSON = [{"journal": str(one.journal), "reason": one.reason} for one in found.left_alone]
    invocation.output.answer(
        {
            "schema": SCHEMA,
            "recovered": shareable(recovered),
            "left_alone": shareable(alone),
            "error": None,
        }
    )
    return exit_codes.DONE

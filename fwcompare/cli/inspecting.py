"""The commands that measure nothing: show, contenders, recover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from fwcompare.cli import details, exit_codes, explanations, tables, wording
from fwcompare.cli.planning import find_candidates
from fwcompare.cli.snapshots import file_of, read
from fwcompare.domain import words
from fwcompare.domain.calibration import is_another
from fwcompare.domain.workload import Task
from fwcompare.errors import UsageError
from fwcompare.paths import sample_snapshot, shareable, tilde
from fwcompare.report import JSON, SCHEMA, report
from fwcompare.stats.blocks import figures_of_all

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.interpreters.availability import Availability


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed of a snapshot.

    Attributes:
        cold: What its first answers cost, in place of the tables of `run`.
        details: What those tables leave out, in their place.
        explained: The contender whose verdicts are explained in their place, None for none.
    """

    cold: bool = False
    details: bool = False
    explained: str | None = None


def show(snapshot: str, page: Page, invocation: Invocation) -> int:
    """Print a snapshot as `run` printed it, or the page of it that is asked for.

    Raises:
        UsageError: The contender to be explained is not in it.
        LibraryError: The library has no such snapshot.
    """
    parts, output = invocation.parts(), invocation.output
    file = file_of(snapshot, invocation)
    record = read(file, invocation)
    ids = [one.id for one in record.plan.contenders]
    if page.explained is not None and page.explained not in ids:
        raise UsageError(f"{page.explained!r} is not in this comparison.", f"There is: {', '.join(ids)}.")
    look = figures_of_all(record)
    is_moved = is_another(record.machine, parts.describe_machine())
    where = ""
    if is_moved:
        where = f" on another machine: {wording.machine(record.machine)}"
    cut_off = "" if record.finished_utc and not record.cancelled else ", cut off before its end"
    output.say(f"Measured {record.started_utc} with fwcompare {record.app_version}{where}{cut_off}")
    if page.explained is not None:
        explanations.print_explanations(output.console, record, look, page.explained)
    elif page.cold:
        tables.print_cold(output.console, record)
    elif page.details:
        details.print_details(output.console, record, look)
    else:
        is_ours = not is_moved and file != sample_snapshot()
        tables.print_run(output.console, record, look, is_ours=is_ours)
    output.answer(lambda: report(record, look, tilde(str(file.absolute()))))
    return exit_codes.DONE


def contenders(device: str, invocation: Invocation) -> int:
    """Print every contender, whether it can run here, and if not why."""
    parts, output = invocation.parts(), invocation.output
    settings = invocation.settings()
    found = find_candidates(parts.all_contenders(settings), device, settings, parts)
    table = Table(title=f"Contenders on {found.device}", title_justify="left", box=box.SIMPLE)
    for name in ("contender", "can run", "versions", "what it lacks"):
        table.add_column(name)
    for one in found.surveyed:
        versions = ", ".join(f"{name} {version}" for name, version in one.versions.items())
        lacks = f"{one.reason} {one.remedy}".strip()
        table.add_row(one.contender.label, _can_run(one), versions, lacks)
    output.console.print(table)
    output.answer(
        lambda: {
            "schema": SCHEMA,
            "device": found.device,
            "contenders": shareable([_contender(one) for one in found.surveyed]),
            "error": None,
        }
    )
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


def recover(invocation: Invocation) -> int:
    """Turn journals of dead owners into snapshots and say what was found."""
    found = invocation.parts().recover(invocation.paths)
    say = invocation.output.say
    for one in found.recovered:
        blocks, lines = words.count(one.blocks, "block"), words.count(one.lost_lines, "line")
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
        lambda: {
            "schema": SCHEMA,
            "recovered": shareable(recovered),
            "left_alone": shareable(alone),
            "error": None,
        }
    )
    return exit_codes.DONE

"""The command `run`: plan, measure, show, print."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fwcompare.cli import exit_codes, tables, wording
from fwcompare.cli.consent import allow_contenders
from fwcompare.cli.planning import Candidates, RunFlags, asked_for, find_candidates, find_margin, make_plan
from fwcompare.cli.progress import Progress, progress_on
from fwcompare.cli.snapshots import file_of, read
from fwcompare.domain import words
from fwcompare.domain.calibration import is_another
from fwcompare.domain.plan import PRESETS
from fwcompare.errors import FwcompareError, UsageError
from fwcompare.execution.continuation import continued, rounds_wanted
from fwcompare.paths import sample_snapshot, tilde
from fwcompare.report import report
from fwcompare.storage.atomic import require_room_for

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.cli.output import Output
    from fwcompare.cli.parts import Parts
    from fwcompare.domain.plan import Plan
    from fwcompare.domain.record import RunRecord
    from fwcompare.execution.view import RunView

_TICK_S: Final = 0.2
"""How often the progress is drawn: rarely, because a block may be measuring."""


def run(flags: RunFlags, out: Path | None, invocation: Invocation, *, allow: bool = False) -> int:
    """Measure what the flags describe and print it.

    Args:
        flags: What the user asked for.
        out: The snapshot, None for one in the data folder.
        invocation: What every command is called with.
        allow: The user allows the interpreters in question to be started.

    Raises:
        FwcompareError: The comparison could not be begun. What goes wrong later is printed with what
            was measured until then.
    """
    parts, output = invocation.parts(), invocation.output
    if out is not None:
        require_room_for(out)
    settings = allow_contenders(flags.contenders, invocation, allow=allow)
    candidates = find_candidates(asked_for(flags.contenders, settings, parts), flags.device, settings, parts)
    margin = find_margin(flags, candidates.device, invocation.paths, parts)
    plan = make_plan(flags, candidates, settings, parts, margin.value)
    _announce(output, plan, candidates, parts)
    output.say(f"Margin {words.percent(plan.margin)}: {margin.why}.")
    return _finish(measure(plan, out, invocation), invocation)


def go_on(snapshot: str, rounds: int | None, out: Path | None, invocation: Invocation) -> int:
    """Add rounds to a comparison that has ended, and print both together; its snapshot stays as it is.

    Args:
        snapshot: What the user calls it.
        rounds: How many to add, None for about as many as would settle what is open.
        out: The new snapshot, None for one in the data folder.
        invocation: What every command is called with.

    Raises:
        FwcompareError: What would be measured now could not be compared with what the snapshot holds,
            or it could not be begun.
    """
    parts, output = invocation.parts(), invocation.output
    if out is not None:
        require_room_for(out)
    file = file_of(snapshot, invocation)
    if file == sample_snapshot():
        raise UsageError(
            "The sample can't be continued: another installation measured it.",
            "Measure it all anew with fwcompare run.",
        )
    record = read(file, invocation)
    machine = parts.describe_machine()
    if is_another(record.machine, machine):
        raise UsageError(
            f"It was measured on another machine ({wording.machine(record.machine)}), "
            "and rounds of two machines can't be compared.",
            "Add rounds on that machine, or measure it all anew with fwcompare run.",
        )
    number = rounds_wanted(record) if rounds is None else rounds
    plan, earlier = continued(record, number)
    surveyed = parts.survey(plan.contenders, plan.workloads[0].device, invocation.settings())
    obstacle = parts.continuation_obstacle(record, surveyed, machine)
    if obstacle:
        raise UsageError(obstacle, "Measure it all anew with fwcompare run.")
    added = words.count(number, "round")
    output.say(
        f"Adding {added} to those of {record.started_utc}; margin {words.percent(plan.margin)} as before."
    )
    return _finish(measure(plan, out, invocation, earlier=earlier), invocation)


def _finish(view: RunView, invocation: Invocation) -> int:
    """Print what was measured, and answer."""
    output = invocation.output
    snapshot = tilde(str(view.snapshot.absolute())) if view.snapshot else None
    if view.record.blocks:
        tables.print_run(output.console, view.record, view.look)
        if view.record.plan.effort.empties_caches:
            tables.print_cold(output.console, view.record)
    if view.snapshot and snapshot:
        is_listed = view.snapshot.absolute().parent == invocation.paths.snapshots
        output.say(f"Saved as {snapshot}{'' if is_listed else ', which is not in the library'}")
    if view.error:
        output.error(view.error)
    output.answer(lambda: report(view.record, view.look, snapshot, view.error))
    return exit_codes.of_error(view.error) if view.error else exit_codes.of_run(view.record)


def _announce(output: Output, plan: Plan, candidates: Candidates, parts: Parts) -> None:
    """Say what will be done, how long it takes, and who is missing."""
    for one in candidates.surveyed:
        if not one.available:
            output.say(f"{one.contender.id} can't run here: {one.reason} {one.remedy}".rstrip())
    if candidates.why:
        output.say(f"Device {candidates.device}: {candidates.why}")
    usual, effort = PRESETS[plan.preset], plan.effort
    usual = usual.with_cold_starts() if effort.empties_caches else usual
    rounds, preset = words.count(effort.rounds, "round"), str(plan.preset)
    if (effort.rounds, effort.min_measure_s) != (usual.rounds, usual.min_measure_s):
        rounds, preset = f"{rounds} of at least {effort.min_measure_s:g} s", f"otherwise {preset}"
    parts_of_plan = (
        words.count(len(plan.contenders), "contender"),
        words.count(len(plan.workloads), "workload"),
        rounds,
        words.count(plan.threads, "thread"),
        preset,
    )
    estimate = wording.span(parts.estimate_s(plan))
    output.say(f"{', '.join(parts_of_plan)}: about {estimate}.")
    cores = parts.describe_machine().get("available_physical_cores")
    if isinstance(cores, int) and plan.threads > cores:
        threads = f"{words.count(plan.threads, 'thread')} on {words.count(cores, 'core')}"
        output.remark(f"{threads}: they wait for each other, so all figures are slower and scatter more.")


def measure(
    plan: Plan,
    out: Path | None,
    invocation: Invocation,
    *,
    earlier: RunRecord | None = None,
    shown: Progress | None = None,
) -> RunView:
    """Run the plan to its end, or until a signal stops it; from here on no signal interrupts.

    Args:
        plan: What to measure.
        out: The snapshot, None for one in the data folder.
        invocation: What every command is called with.
        earlier: The comparison that the plan goes on with.
        shown: What is seen meanwhile, None for the bar or the lines of a run.
    """
    parts = invocation.parts()
    invocation.stop.hold()
    told = False
    with closing(parts.open_engine(invocation.paths)) as engine:
        engine.start()
        engine.run(plan, out, earlier)
        with shown or progress_on(invocation.output.console, parts.remaining_s) as progress:
            finished = False
            while not finished:
                finished = engine.wait(_TICK_S)
                if invocation.stop.requested and not told:
                    engine.cancel()
                    progress.stopping()
                    told = True
                if (view := engine.view()) is not None:
                    progress.show(view)
        view = engine.view()
        if view is None or not view.finished:
            raise FwcompareError(
                "The engine ended in the middle of the comparison, which is a defect.",
                "What was measured until then comes back with `fwcompare recover`; please report the traceback.",
            )
        return view

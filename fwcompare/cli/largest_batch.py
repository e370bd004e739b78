"""The command `largest-batch`: how many examples fit into the memory of the device?"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from rich import box, filesize
from rich.table import Table

from fwcompare.cli import exit_codes
from fwcompare.cli.consent import allow_contenders
from fwcompare.cli.planning import RunFlags, asked_for, find_candidates, make_plan
from fwcompare.cli.progress import Bar
from fwcompare.cli.running import measure
from fwcompare.domain.outcome import Outcome
from fwcompare.errors import MachineBusyError, UsageError
from fwcompare.execution.largest_batch import (
    PRECISION,
    Search,
    Trial,
    obstacle,
    search,
    trial_of,
    trial_plan,
)
from fwcompare.paths import shareable
from fwcompare.report import JSON, SCHEMA

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.cli.parts import Parts
    from fwcompare.domain.contender import Contender
    from fwcompare.domain.plan import Plan
    from fwcompare.domain.workload import Workload

_UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KI": 1 << 10, "MI": 1 << 20, "GI": 1 << 30}


@dataclass(frozen=True, slots=True)
class SearchFlags:
    """What the user asked for beside what to run.

    Attributes:
        memory_limit: As it was written, None for all that is free.
        limit: No larger batch is tried.
    """

    memory_limit: str | None
    limit: int


def largest_batch(
    flags: RunFlags, wanted: SearchFlags, invocation: Invocation, *, allow: bool = False
) -> int:
    """Search for the largest batch of each contender, and print it with what stopped the next one.

    Args:
        flags: What to run, as for `run`; one workload.
        wanted: Limits of the search.
        invocation: What every command is called with; trials leave nothing in its folders.
        allow: The user allows the interpreters in question to be started.

    Raises:
        FwcompareError: The search could not be begun.
    """
    parts, output = invocation.parts(), invocation.output
    settings = allow_contenders(flags.contenders, invocation, allow=allow)
    candidates = find_candidates(asked_for(flags.contenders, settings, parts), flags.device, settings, parts)
    plan = make_plan(flags, candidates, settings, parts)
    if len(plan.workloads) > 1:
        raise UsageError("A search takes one precision.", "Call it once for each.")
    if wanted.limit < 1:
        raise UsageError(f"A limit of {wanted.limit} leaves no batch.", "Write --limit with a number from 1.")
    memory_limit = _memory_limit(wanted.memory_limit, plan.workloads[0], parts)
    if memory_limit is not None:
        output.say(f"A worker may take {filesize.decimal(memory_limit)} of the machine's memory.")
    found: dict[Contender, Search] = {}
    for contender in plan.contenders:
        if invocation.stop.requested:
            break
        trials = _Trials(contender, plan, memory_limit, invocation)
        found[contender] = search(trials.run, plan.workloads[0].batch, wanted.limit)
    _print(plan.workloads[0], found, invocation)
    output.answer(lambda: _object(plan, memory_limit, wanted.limit, found))
    if invocation.stop.requested:
        return exit_codes.CANCELLED
    return exit_codes.DONE if all(one.largest for one in found.values()) else exit_codes.FAILED


def parse_bytes(text: str) -> int:
    """Bytes in a size as people write it: 2GB, 1.5 GiB, 800MB.

    Raises:
        UsageError: It is no size.
    """
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*([KMG]I?)?B?\s*", text.upper())
    size = round(float(match[1]) * _UNITS[match[2] or ""]) if match else 0
    if size < 1:
        raise UsageError(f"{text!r} is no size of memory.", "Write for instance 2GB or 800MB.")
    return size


@dataclass(frozen=True, slots=True)
class _Trials:
    """Runs batches of one contender."""

    contender: Contender
    plan: Plan
    memory_limit: int | None
    invocation: Invocation

    def run(self, batch: int) -> Trial:
        """A run of the engine in folders of its own, which are gone afterwards: the inputs are large.

        Raises:
            MachineBusyError: Another fwcompare measures.
        """
        if self.invocation.stop.requested:
            return Trial(batch, Outcome.CANCELLED, Outcome.CANCELLED.sentence)
        workload = replace(self.plan.workloads[0], batch=batch)
        why = obstacle(workload, self.invocation.parts().memory_budget_bytes())
        trial = Trial(batch, None, why) if why else self._measure(workload)
        self.invocation.output.say(f"{self.contender.id} {workload.id}: {_how(trial)}")
        return trial

    def _measure(self, workload: Workload) -> Trial:
        plan = trial_plan(self.contender, workload, self.plan.threads, self.memory_limit)
        paths = self.invocation.paths
        paths.cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=paths.cache, prefix="trial-") as folder:
            there = replace(paths, data=Path(folder) / "data", cache=Path(folder) / "cache")
            # nobody knows how many trials are left, so that of one is not told
            shown = Bar(self.invocation.output.console, lambda _: 0.0)
            view = measure(plan, None, replace(self.invocation, paths=there), shown=shown)
        if isinstance(view.error, MachineBusyError):
            raise view.error
        if view.error is not None:
            return Trial(workload.batch, None, view.error.message)
        return trial_of(view.record)


def _memory_limit(text: str | None, workload: Workload, parts: Parts) -> int | None:
    """What a worker may take of the machine's memory: on the CPU all that can be had without swapping."""
    if workload.gpu_uuid is not None or sys.platform != "linux":
        if text is None:
            return None
        raise UsageError(
            "Only the memory of workers on the CPU can be limited, and on Linux alone.",
            "Leave --memory-limit out.",
        )
    budget = parts.memory_budget_bytes()
    return budget if text is None else min(parse_bytes(text), budget)


def _print(workload: Workload, found: dict[Contender, Search], invocation: Invocation) -> None:
    title = f"Largest batch, {workload.id.replace(f'/b{workload.batch}/', '/')}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    for name in ("contender", "largest batch", "memory", "what stopped the next one"):
        table.add_column(name, justify="right" if name in ("largest batch", "memory") else "left")
    for contender, one in found.items():
        largest, stopper = one.largest, one.stopper
        memory = largest.memory_bytes if largest else None
        table.add_row(
            contender.label,
            _batch(one),
            filesize.decimal(memory) if memory is not None else "-",
            f"{stopper.batch}: {_why(stopper)}" if stopper else "",
        )
    invocation.output.console.print(table)
    invocation.output.say(f"To {100 * PRECISION:g} %; each batch in a fresh process.")


def _batch(found: Search) -> str:
    """The largest batch in words: 812, at least 1024, not available."""
    if found.largest is None:
        return "not available"
    return f"{'at least ' if found.stopper is None or found.cancelled else ''}{found.largest.batch}"


def _how(trial: Trial) -> str:
    """How a trial ended, in words: fits, 64.0 kB."""
    if trial.fits:
        size = "" if trial.memory_bytes is None else f", {filesize.decimal(trial.memory_bytes)}"
        return f"fits{size}"
    return f"{trial.outcome.words if trial.outcome else 'not tried'}. {trial.reason}"


def _why(trial: Trial) -> str:
    return f"{trial.outcome.words}. {trial.reason}" if trial.outcome else trial.reason


def _object(
    plan: Plan, memory_limit: int | None, limit: int, found: dict[Contender, Search]
) -> dict[str, JSON]:
    workload = plan.workloads[0]
    rows: JSON = [_row(contender, one) for contender, one in found.items()]
    return {
        "schema": SCHEMA,
        "search": {
            "architecture": workload.architecture,
            "task": workload.task,
            "size": workload.size,
            "precision": workload.precision,
            "device": workload.device,
            "threads": plan.threads,
            "memory_limit_bytes": memory_limit,
            "limit": limit,
            "relative_precision": PRECISION,
        },
        "contenders": shareable(rows),
        "error": None,
    }


def _row(contender: Contender, found: Search) -> JSON:
    largest, stopper = found.largest, found.stopper
    unavailable = {}
    if largest is None:
        last = found.trials[-1]
        even = "" if found.cancelled else f"not even a batch of {last.batch}: "
        unavailable["largest_batch"] = f"{even}{_why(last)}"
    if largest is None or largest.memory_bytes is None:
        unavailable["memory_bytes"] = "no batch fitted" if largest is None else "no reading was taken"
    return {
        "contender": contender.id,
        "largest_batch": largest.batch if largest else None,
        "is_at_least": largest is not None and (stopper is None or found.cancelled),
        "memory_bytes": largest.memory_bytes if largest else None,
        "stopped_by": _trial(stopper) if stopper else None,
        "trials": [_trial(one) for one in found.trials],
        "unavailable": unavailable,
    }


def _trial(one: Trial) -> JSON:
    return {
        "batch": one.batch,
        "outcome": one.outcome,
        "reason": one.reason,
        "memory_bytes": one.memory_bytes,
    }

"""Rounds that are added to a comparison that has ended: the same contenders, settings, seed and order.

How many is fixed before the first of them runs: adding one round after another until the contenders
differ would find differences that are none.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fwcompare.domain.calibration import identity
from fwcompare.domain.events import EarlierRun, Scalar
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series
from fwcompare.domain.verdict import Comparison
from fwcompare.errors import UsageError
from fwcompare.stats.blocks import Look, figures_of_all
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.ratio import MAX_ROUNDS

if TYPE_CHECKING:
    from fwcompare.interpreters.availability import Availability

EARLIER_NAME: Final = "earlier.fwsnap"
"""In the folder of a run that adds rounds: the comparison before them, as the journal holds the new ones only."""

_SAY_HOW_MANY: Final = "Say with --rounds N how many are to be added all the same."


def rounds_wanted(record: RunRecord) -> int:
    """How many more rounds would settle every comparison that is open, in latency and in energy, about.

    A comparison that only too many would settle does not keep the others from it.

    Raises:
        UsageError: None is, or nobody would run so many.
    """
    comparisons = going_on(record, figures_of_all(record))
    wanted = within_reach(comparisons)
    if wanted:
        return wanted
    most = max((one.more_rounds or 0 for one in comparisons), default=0)
    told = f"The rounds differ too much: about {most} more would be needed."
    raise UsageError(told if most else "No comparison of this snapshot needs more rounds.", _SAY_HOW_MANY)


def rounds_missing(record: RunRecord, look: Look) -> int | None:
    """The same, None where rounds are no remedy.

    Args:
        record: The run.
        look: Gives the figures of a block.
    """
    return within_reach(going_on(record, look)) or None


def within_reach(comparisons: Iterable[Comparison]) -> int:
    """The most rounds that one of them needs and that somebody would run, 0 if none needs any such."""
    needed = (one.more_rounds or 0 for one in comparisons)
    return max((rounds for rounds in needed if rounds <= MAX_ROUNDS), default=0)


def going_on(record: RunRecord, look: Look) -> list[Comparison]:
    """The comparisons that rounds would be added to.

    Args:
        record: The run.
        look: Gives the figures of a block.
    """
    return [one for one in compare_all(record, look) if one.workload in _gone_on_with(record)]


def _gone_on_with(record: RunRecord) -> tuple[str, ...]:
    """Ids of the workloads that get rounds: those that did not stop early, or all if all did."""
    ids = tuple(workload.id for workload in record.plan.workloads)
    return tuple(id_ for id_ in ids if id_ not in record.precise) or ids


def continued(record: RunRecord, rounds: int) -> tuple[Plan, RunRecord]:
    """The plan with so many rounds more, and the comparison that it goes on with.

    A workload that stopped early because it was precise is left alone, unless all did. All others
    come to the same number of rounds, also one that was cut off.

    Raises:
        UsageError: There are no blocks or no rounds to add.
    """
    done = rounds_done(record)
    if not record.blocks or rounds < 1:
        raise UsageError(
            "There is nothing to go on with.", "Begin with fwcompare run, or add one round at least."
        )
    chosen = _gone_on_with(record)
    total = max(done[workload] for workload in chosen) + rounds
    contenders = tuple(
        replace(one, interpreter=str(Path(one.interpreter).expanduser())) for one in record.plan.contenders
    )
    plan = replace(record.plan, contenders=contenders, effort=replace(record.plan.effort, rounds=total))
    left = {workload: number for workload, number in record.precise.items() if workload not in chosen}
    return plan, replace(record, precise=left)


def obstacle(record: RunRecord, surveyed: Sequence[Availability], machine: Mapping[str, Scalar]) -> str:
    """Why rounds that were measured now could not be compared with those of the record; "" if they can."""
    changed = changed_machine(record, machine)
    if changed:
        return changed
    for one in surveyed:
        if not one.available:
            return f"{one.contender.id} can't run here any more: {one.reason}"
        told = next((b.versions for b in record.blocks if b.contender == one.contender.id and b.versions), {})
        for name, version in told.items():
            if one.versions.get(name, version) != version:
                return f"{one.contender.id} ran with {name} {version} and would run with {one.versions[name]} now."
    return ""


def changed_machine(record: RunRecord, machine: Mapping[str, Scalar]) -> str:
    """What of the machine is another than in the record, as a sentence; "" if nothing that matters is."""
    before_, now = identity(record.machine), identity(machine)
    changed = [f"{name} was {before_[name]} and is {now[name]}" for name in now if before_[name] != now[name]]
    return f"This is not the machine as it was: {', '.join(changed)}." if changed else ""


def rounds_done(record: RunRecord) -> dict[str, int]:
    """Rounds that were begun, by workload id."""
    done = dict.fromkeys((workload.id for workload in record.plan.workloads), 0)
    for block in record.blocks:
        done[block.workload] = max(done[block.workload], block.round + 1)
    return done


def history_of(record: RunRecord) -> tuple[EarlierRun, ...]:
    """What a run says of the one that it goes on with, and of those before that."""
    rounds = max(rounds_done(record).values())
    this = EarlierRun(record.run_id, record.started_utc, record.app_version, rounds, len(record.blocks))
    return (*record.history, this)


def before(record: RunRecord, now_ns: int) -> RunRecord:
    """The record on an axis of time on which it ended just now: the machine may have been started anew since.

    Raises:
        UsageError: The machine has not been up for as long as the record is.
    """
    end_ns = max((one.finished_ns or one.started_ns for one in record.blocks), default=record.started_ns)
    shift_ns = now_ns - end_ns
    if record.started_ns + shift_ns < 0:
        raise UsageError(
            "The machine was started so recently that the earlier rounds have no place on its clock.",
            "Wait as long as they took.",
        )
    blocks = tuple(_shifted_block(block, shift_ns) for block in record.blocks)
    return replace(record, started_ns=record.started_ns + shift_ns, blocks=blocks)


def _shifted_block(block: BlockRecord, by_ns: int) -> BlockRecord:
    return replace(
        block,
        started_ns=block.started_ns + by_ns,
        finished_ns=None if block.finished_ns is None else block.finished_ns + by_ns,
        phases={name: _shifted_phase(phase, by_ns) for name, phase in block.phases.items()},
        equivalence=tuple(replace(check, at_ns=check.at_ns + by_ns) for check in block.equivalence),
        latency=_shifted_series(block.latency, by_ns),
        resources={name: _shifted_series(series, by_ns) for name, series in block.resources.items()},
    )


def _shifted_phase(phase: PhaseRecord, by_ns: int) -> PhaseRecord:
    return replace(phase, start_ns=phase.start_ns + by_ns)


def _shifted_series(series: Series, by_ns: int) -> Series:
    times = tuple(array("q", (time_ns + by_ns for time_ns in chunk)) for chunk in series.time_ns)
    return Series(times, series.value)

"""Workers of an earlier life: remembered while they run, swept at the next start.

`workers.json` in a run's folder lists the workers that were started. It is written by the run's
owner alone. Whether the owner lives is seen at the journal beside it, which it keeps locked.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from fwcompare.execution import processes
from fwcompare.execution.lock import can_flock, try_flock

WORKERS_FILE: Final = "workers.json"
JOURNAL_FILE: Final = "journal.ndjson"

CREATE_TIME_TOLERANCE_S: Final = 2.0
"""Two processes may read different start times of a third, as the boot time behind them is rounded."""

GONE_TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """A worker as it was when it was started.

    Attributes:
        create_time: Seconds since the epoch, as psutil gives it; tells a reused pid.
        pgid: Its process group, equal to `pid` for a worker that leads its own.
    """

    pid: int
    create_time: float
    pgid: int


def remember(folder: Path, pid: int) -> None:
    """Notes that a worker of this run was started; one that is gone already is not noted."""
    try:
        leftover = Leftover(pid, psutil.Process(pid).create_time(), _group_of(pid))
    except (psutil.NoSuchProcess, ProcessLookupError):
        return
    _write(folder, (*(other for other in _read(folder) if other.pid != pid), leftover))


def forget(folder: Path, pid: int) -> None:
    """Notes that a worker of this run is gone, with all its children."""
    known = _read(folder)
    if any(other.pid == pid for other in known):
        _write(folder, tuple(other for other in known if other.pid != pid))


def sweep(runs: Path) -> tuple[int, ...]:
    """Kills what is left of runs whose owner is dead.

    A worker is killed with its group and its tree if pid, start time and group are those that were
    noted. What has left both is found by its mark (`processes.MARK`).

    Args:
        runs: The folder that holds a folder for each run.

    Returns:
        The pids that were killed.
    """
    killed = [pid for folder in sorted(runs.glob("*/")) for pid in _sweep_run(folder)]
    return tuple(sorted(killed))


def _sweep_run(folder: Path) -> tuple[int, ...]:
    if not can_flock():  # then nobody can tell whether the owner lives
        return ()
    try:
        journal = os.open(folder / JOURNAL_FILE, os.O_RDONLY)
    except FileNotFoundError:  # an owner opens its journal before it starts a worker
        return _kill(folder)
    except OSError:
        return ()
    try:
        return _kill(folder) if try_flock(journal) else ()
    finally:
        os.close(journal)


def _kill(folder: Path) -> tuple[int, ...]:
    known = _read(folder)
    found = [process for leftover in known for process in _tree_of(leftover)]
    found += processes.marked(folder)  # also a worker whose owner died before it could note it
    victims = {process.pid: process for process in found if processes.is_alive(process)}
    processes.kill_all(victims.values())
    survivors = processes.wait_gone(tuple(victims.values()), GONE_TIMEOUT_S)
    if known and not survivors:
        _write(folder, ())
    return tuple(victims)


def _tree_of(leftover: Leftover) -> tuple[psutil.Process, ...]:
    """The worker, its group and its descendants; empty if this pid is another process by now."""
    try:
        worker = psutil.Process(leftover.pid)
        is_same = abs(worker.create_time() - leftover.create_time) <= CREATE_TIME_TOLERANCE_S
        if not is_same or _group_of(leftover.pid) != leftover.pgid:
            return ()
    except (psutil.Error, ProcessLookupError):
        return ()
    group = _members(leftover.pgid) if leftover.pgid == leftover.pid else ()
    return (worker, *processes.descendants(leftover.pid), *group)


def _members(group: int) -> tuple[psutil.Process, ...]:
    """All processes of a group."""
    return tuple(process for process in psutil.process_iter() if _is_member(process.pid, group))


def _is_member(pid: int, group: int) -> bool:
    try:
        return _group_of(pid) == group
    except (ProcessLookupError, PermissionError):
        return False


def _group_of(pid: int) -> int:
    return pid if sys.platform == "win32" else os.getpgid(pid)


def _read(folder: Path) -> tuple[Leftover, ...]:
    """What the run's file lists; nothing if there is none, or if it can't be understood."""
    try:
        entries = json.loads((folder / WORKERS_FILE).read_bytes())
        return tuple(
            Leftover(int(entry["pid"]), float(entry["create_time"]), int(entry["pgid"])) for entry in entries
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _write(folder: Path, leftovers: tuple[Leftover, ...]) -> None:
    """Replaces the run's file in one step, so that a killed owner leaves the old list or the new."""
    fresh = folder / f"{WORKERS_FILE}.new"
    fresh.write_text(json.dumps([asdict(leftover) for leftover in leftovers]))
    fresh.replace(folder / WORKERS_FILE)

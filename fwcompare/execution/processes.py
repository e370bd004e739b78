"""Find and end everything that descends from a worker, also what has left its group and session.

Every worker's environment carries the run's id; children inherit it, whoever adopts them. Build
servers end runaway processes by the same means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import psutil

MARKER: Final = "FWCOMPARE_RUN"
"""Environment variable of every worker: the id of its run."""


def marked(is_ours: Callable[[str], bool]) -> Iterator[psutil.Process]:
    """Processes of this user that carry a run id for which `is_ours` holds."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            run_id = process.environ().get(MARKER)
            if run_id is not None and process.pid != psutil.Process().pid and is_ours(run_id):
                yield process


def kill_marked(run_id: str) -> int:
    """End all processes of this run; returns how many there were.

    A process that is being started while the others are ended is found by another look.
    """
    count = 0
    while found := [process for process in marked(run_id.__eq__) if process.status() != psutil.STATUS_ZOMBIE]:
        for process in found:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        _, alive = psutil.wait_procs(found, timeout=1.0)
        count += len(found) - len(alive)
        if len(alive) == len(found):
            break
    return count


def sweep(is_orphaned: Callable[[str], bool]) -> int:
    """End what an earlier life of the application left running; returns how many processes.

    Args:
        is_orphaned: Whether a run's owner is gone.
    """
    orphans = {process.environ().get(MARKER, "") for process in marked(is_orphaned)}
    return sum(kill_marked(run_id) for run_id in orphans)

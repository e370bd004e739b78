"""Workers of an earlier life: found by their mark and ended at the next start.

Whether a run's owner lives is seen at its journal, which the owner keeps locked.
"""

from __future__ import annotations

import os
from pathlib import Path

from fwcompare.execution.lock import can_flock, try_flock
from fwcompare.execution.processes import end_marked
from fwcompare.storage.journal import JOURNAL_NAME


def sweep(runs: Path) -> int:
    """End what is left of runs whose owner is dead.

    Args:
        runs: The folder that holds a folder for each run.

    Returns:
        How many processes were ended.
    """
    return sum(end_marked(folder) for folder in sorted(runs.glob("*/")) if not _is_owned(folder))


def _is_owned(run_folder: Path) -> bool:
    """True if the run's owner lives, or if this platform can't tell."""
    if not can_flock():
        return True
    try:
        journal = os.open(run_folder / JOURNAL_NAME, os.O_RDONLY)
    except FileNotFoundError:  # an owner opens its journal before it starts a worker
        return False
    except OSError:
        return True
    try:
        return not try_flock(journal)
    finally:
        os.close(journal)

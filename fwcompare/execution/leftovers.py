"""Workers of an earlier life: found by their mark and ended at the next start."""

from __future__ import annotations

from pathlib import Path

from fwcompare.errors import SnapshotError
from fwcompare.execution.processes import end_marked
from fwcompare.storage.journal import JOURNAL_NAME, claim_journal


def sweep(runs: Path) -> int:
    """End what is left of runs whose owner is dead, which is seen at their journals.

    Args:
        runs: The folder that holds a folder for each run.

    Returns:
        How many processes were ended.
    """
    return sum(_sweep_run(folder) for folder in sorted(runs.glob("*/")))


def _sweep_run(folder: Path) -> int:
    journal = folder / JOURNAL_NAME
    if not journal.exists():  # an owner opens its journal before it starts a worker
        return end_marked(folder)
    try:
        with claim_journal(journal) as is_ours:
            return end_marked(folder) if is_ours else 0
    except SnapshotError:  # what can't be opened can't be told from a living owner's
        return 0

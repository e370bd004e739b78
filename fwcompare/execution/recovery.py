"""Journals of dead owners into snapshots.

Safe to repeat and to interrupt anywhere: a journal is removed last, after its snapshot was read back,
and a second try finds that snapshot. A journal whose owner lives is never touched.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fwcompare.domain.events import BlockFinished, BlockStarted, CancelRequested, RunFinished
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import RunRecord
from fwcompare.errors import FwcompareError, ProtocolError, SnapshotError, SnapshotErrorCode
from fwcompare.execution.continuation import EARLIER_NAME
from fwcompare.execution.session import Session
from fwcompare.paths import DataPaths
from fwcompare.storage.journal import JOURNAL_NAME, claim_journal, read_journal
from fwcompare.storage.snapshot import default_snapshot_name, pack, read_snapshot, store_snapshot

PREFIX: Final = "recovered-"
"""What the names of recovered snapshots begin with."""

_ENDED: Final = "fwcompare itself was ended while this block ran"
_END_LOST: Final = "the line of the journal that said how this block ended was lost"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A journal that became a snapshot.

    Attributes:
        blocks: Blocks in it that had come to their end.
        lost_lines: Lines of the journal that could not be used: the last one, cut off, or garbage.
    """

    snapshot: Path
    blocks: int
    lost_lines: int


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A journal that stays where it is, and why."""

    journal: Path
    reason: str


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What was found."""

    recovered: tuple[Recovered, ...]
    left_alone: tuple[LeftAlone, ...]


def recover(paths: DataPaths) -> RecoveryReport:
    """Turn each journal of a dead owner into a snapshot and remove the folder of its run."""
    results = [
        _recover_one(journal, paths.snapshots) for journal in sorted(paths.runs.glob(f"*/{JOURNAL_NAME}"))
    ]
    return RecoveryReport(
        recovered=tuple(one for one in results if isinstance(one, Recovered)),
        left_alone=tuple(one for one in results if isinstance(one, LeftAlone)),
    )


def _recover_one(journal: Path, snapshots: Path) -> Recovered | LeftAlone:
    try:
        with claim_journal(journal) as is_ours:
            if not is_ours:
                return LeftAlone(journal, "The fwcompare that writes it is still running.")
            record, finished, lost_lines = _replay(journal)
            snapshot = _save(record, snapshots)
            _remove_run(journal)
    except FwcompareError as error:
        return LeftAlone(journal, str(error))
    except OSError as error:
        return LeftAlone(
            journal, f"The system refuses to read or remove the folder of its run: {error.strerror}."
        )
    return Recovered(snapshot, finished, lost_lines)


def _replay(journal: Path) -> tuple[RunRecord, int, int]:
    """The run in a journal, its number of finished blocks, and the number of lines that were lost."""
    session = Session(_earlier(journal.parent / EARLIER_NAME))
    reader = read_journal(journal)
    out_of_order = 0
    last_ns = 0
    for event in reader:
        if isinstance(event, BlockStarted | RunFinished):
            _end_running_block(session, last_ns, _END_LOST)
        try:
            session.apply(event)
            last_ns = event.at_ns
        except ProtocolError:  # its place in the order was lost with a line before it
            out_of_order += 1
    finished = sum(block.outcome is not None for block in session.record().blocks)
    if session.record().finished_utc is None:
        _end_running_block(session, last_ns, _ENDED)
        session.apply(CancelRequested(last_ns))
    return session.record(), finished, reader.lost_lines + out_of_order


def _earlier(path: Path) -> RunRecord | None:
    """The comparison that the run added rounds to; None without one, and if its file was damaged."""
    try:
        return read_snapshot(path) if path.exists() else None
    except SnapshotError:
        return None


def _end_running_block(session: Session, at_ns: int, reason: str) -> None:
    block = session.running
    if block is not None:
        session.apply(BlockFinished(block.block, at_ns, Outcome.CANCELLED, reason, exit_code=None, log=""))


def _save(record: RunRecord, folder: Path) -> Path:
    """The snapshot of the run: one that is there already, or a new one that was read back."""
    name = default_snapshot_name(record)
    for path in (folder / name, folder / (PREFIX + name)):
        if path.exists() and _holds(path, record):
            return path
    path = store_snapshot(record, folder, PREFIX)
    if not _holds(path, record):
        raise SnapshotError(
            SnapshotErrorCode.CORRUPT,
            f"The snapshot {path} does not hold what was written.",
            "Check the disk, delete that file and recover again.",
        )
    return path


def _holds(path: Path, record: RunRecord) -> bool:
    try:
        return pack(read_snapshot(path)) == pack(record)
    except SnapshotError:
        return False


def _remove_run(journal: Path) -> None:
    """Remove the folder of a run; the journal goes last, so that an interrupted removal is done again."""
    for entry in journal.parent.iterdir():
        if entry == journal:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    journal.unlink()
    journal.parent.rmdir()

"""What the controller does with files. Everything here reads or writes the disk: never on the GUI thread."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from fwcompare.errors import FwcompareError
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths, sample_snapshot
from fwcompare.stats.blocks import figures_of
from fwcompare.storage.atomic import write_new_file
from fwcompare.storage.journal import JOURNAL_NAME, claim_journal
from fwcompare.storage.snapshot import read_snapshot, write_snapshot

_REMEDY: Final = "Choose another place, or free some space."


def open_snapshot(path: Path) -> RunView:
    """The view of a comparison that was saved.

    Raises:
        SnapshotError: The file can't be used.
    """
    record = read_snapshot(path)
    return RunView(record, figures_of(record.blocks), finished=True, snapshot=path)


def open_sample() -> RunView:
    """The view of the comparison that fwcompare brings along.

    Raises:
        SnapshotError: It is missing or damaged.
    """
    return open_snapshot(sample_snapshot())


def save_copy(view: RunView, target: Path) -> Path:
    """Save a finished comparison in a new file; a file that is there is never overwritten.

    Raises:
        SnapshotError: The file exists or can't be written.
        OSError: The comparison's own file can't be read.
    """
    if view.snapshot is None:
        write_snapshot(view.record, target)
        return target
    with view.snapshot.open("rb") as source:
        write_new_file(target, lambda stream: shutil.copyfileobj(source, stream))
    return target


def cut_off_runs(paths: DataPaths) -> int:
    """How many journals lie about whose owner is dead."""
    count = 0
    for journal in paths.runs.glob(f"*/{JOURNAL_NAME}"):
        with claim_journal(journal) as is_ours:
            count += is_ours
    return count


def write_bytes(data: bytes, target: Path) -> Path:
    """Write a file that the user chose, over one that is there: the dialog has asked.

    Raises:
        OSError: The system refuses.
    """
    target.write_bytes(data)
    return target


def write_image(image: QImage, target: Path) -> Path:
    """Write a picture as PNG.

    Raises:
        FwcompareError: It can't be written.
    """
    if not image.save(str(target), "PNG"):  # type: ignore[call-overload]  # the stubs know bytes alone
        raise FwcompareError(f"{target} can't be written.", _REMEDY)
    return target

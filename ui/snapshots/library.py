"""The list of saved comparisons: entries, and the model that a view shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from fwcompare.domain.record import RunRecord
from fwcompare.errors import SnapshotError
from fwcompare.execution.recovery import PREFIX
from fwcompare.storage.snapshot import read_outline
from ui.widgets.status_texts import local_text

Index = QModelIndex | QPersistentModelIndex

_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One file of the library, or why it can't be read.

    Attributes:
        title: What was measured.
        summary: When, and how many contenders.
        started_utc: For the order; "" if the file can't be read.
        warning: Why the entry is not like the others: recovered, cancelled, unreadable; "" if it is.
    """

    path: Path
    title: str
    summary: str
    started_utc: str
    warning: str = ""


def list_snapshots(folder: Path) -> tuple[Path, ...]:
    """The snapshot files of the folder, none if there is no such folder; reads the disk."""
    return tuple(sorted(folder.glob("*.fwsnap"), reverse=True))


def read_entry(path: Path) -> LibraryEntry:
    """What the library says of a file; reads the disk."""
    try:
        record = read_outline(path)
    except SnapshotError as error:
        return LibraryEntry(path, path.name, error.message, "", "unreadable")
    return entry_of(path, record)


def entry_of(path: Path, record: RunRecord) -> LibraryEntry:
    """What the library says of a comparison."""
    count = len(record.plan.contenders)
    contenders = f"{count} contender" if count == 1 else f"{count} contenders"
    warning = "recovered" if path.name.startswith(PREFIX) else "cancelled" if record.cancelled else ""
    parts = (warning.capitalize(), local_text(record.started_utc), contenders)
    return LibraryEntry(
        path, title_of(record), " · ".join(part for part in parts if part), record.started_utc, warning
    )


def title_of(record: RunRecord) -> str:
    """What was measured, in a few words: `cnn/small inference`, `cnn/small inference and 2 more`."""
    first, *others = record.plan.workloads
    more = f" and {len(others)} more" if others else ""
    return f"{first.architecture}/{first.size} {first.task}{more}"


class LibraryRole(IntEnum):
    """What a row knows beyond Qt's own roles."""

    ENTRY = Qt.ItemDataRole.UserRole
    SHOWN = Qt.ItemDataRole.UserRole + 1


class LibraryModel(QAbstractListModel):
    """The entries, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[LibraryEntry, ...] = ()
        self._shown: Path | None = None

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """One row for each file."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts for the view and for assistive techniques."""
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        texts: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: entry.title,
            Qt.ItemDataRole.ToolTipRole: lambda: f"{entry.title}\n{entry.summary}\n{entry.path}",
            Qt.ItemDataRole.AccessibleTextRole: lambda: f"{entry.title}, {entry.summary}",
            LibraryRole.ENTRY: lambda: entry,
            LibraryRole.SHOWN: lambda: entry.path == self._shown,
        }
        return texts[role]() if role in texts else None

    def entry(self, row: int) -> LibraryEntry:
        """The entry in this row."""
        return self._entries[row]

    def row_of(self, path: Path) -> int | None:
        """Where this file stands, None if it is not in the library."""
        return next((row for row, entry in enumerate(self._entries) if entry.path == path), None)

    def keep_only(self, paths: Iterable[Path]) -> None:
        """Remove the entries of files that are gone."""
        there = set(paths)
        for row in reversed(range(len(self._entries))):
            if self._entries[row].path not in there:
                self.beginRemoveRows(_ROOT, row, row)
                self._entries = self._entries[:row] + self._entries[row + 1 :]
                self.endRemoveRows()

    def put(self, entry: LibraryEntry) -> None:
        """Add an entry in its place, or replace that of the same file."""
        row = self.row_of(entry.path)
        if row is not None and self._entries[row] == entry:
            return
        if row is not None:
            self.keep_only(other.path for other in self._entries if other.path != entry.path)
        row = sum(_order(other) > _order(entry) for other in self._entries)
        self.beginInsertRows(_ROOT, row, row)
        self._entries = (*self._entries[:row], entry, *self._entries[row:])
        self.endInsertRows()

    def show(self, path: Path | None) -> None:
        """Mark the file that is shown in the window."""
        rows = [row for row in map(self._row_or_none, (self._shown, path)) if row is not None]
        self._shown = path
        for row in rows:
            self.dataChanged.emit(self.index(row), self.index(row), [LibraryRole.SHOWN])

    def _row_or_none(self, path: Path | None) -> int | None:
        return None if path is None else self.row_of(path)


def _order(entry: LibraryEntry) -> tuple[str, str]:
    return entry.started_utc, entry.path.name

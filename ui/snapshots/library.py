"""The library's entries as a model that sorts and filters itself, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, StrEnum
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QLocale, QModelIndex, QPersistentModelIndex, Qt

from fwcompare.library.entries import LibraryEntry, SortKey, matching, ordered
from fwcompare.paths import shareable
from ui.widgets.status_texts import local_text

Index = QModelIndex | QPersistentModelIndex

_ROOT: Final = QModelIndex()


class Field(StrEnum):
    """What the user can say of a snapshot: the names of the fields of `Annotation`."""

    NAME = "name"
    NOTE = "note"
    TAGS = "tags"


def summary_of(entry: LibraryEntry) -> str:
    """The second line: what is odd about it, when it was measured, and what tells it from others best."""
    facts = entry.facts
    if facts is None:
        return entry.problem
    contenders = _count(len(facts.contenders), "contender")
    told = " ".join(f"#{tag}" for tag in entry.said.tags) or (facts.title if entry.said.name else contenders)
    parts = (facts.oddity, local_text(facts.started_utc), "baseline" * entry.is_baseline, told)
    text = " · ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def description_of(entry: LibraryEntry) -> str:
    """All that is known of the entry, a line for each thing."""
    facts = entry.facts
    what: tuple[str, ...] = ()
    if facts is not None:
        parts = (_count(len(facts.contenders), "contender"), _count(facts.blocks, "block"))
        what = (facts.title, ", ".join(parts))
    tags = " ".join(f"#{tag}" for tag in entry.said.tags)
    size = QLocale.c().formattedDataSize(entry.size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    file = f"{shareable(str(entry.path))} ({size})"
    lines = (entry.said.name, *what, summary_of(entry), tags, entry.said.note, file)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


class LibraryRole(IntEnum):
    """What a row knows beyond Qt's own roles."""

    ENTRY = Qt.ItemDataRole.UserRole
    SHOWN = Qt.ItemDataRole.UserRole + 1


class LibraryModel(QAbstractListModel):
    """The entries that match the filter, in their order; the baseline first."""

    def __init__(self) -> None:
        super().__init__()
        self._all: dict[Path, LibraryEntry] = {}
        self._rows: list[LibraryEntry] = []
        self._wanted = ""
        self._key = SortKey.DATE
        self._shown: Path | None = None

    # what Qt asks

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """One row for each file that matches."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Something can be said of what can be read."""
        flags = super().flags(index)
        if index.isValid() and self._rows[index.row()].facts:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts for the view and for assistive techniques."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        entry = self._rows[index.row()]
        texts: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: entry.title,
            Qt.ItemDataRole.ToolTipRole: lambda: description_of(entry),
            Qt.ItemDataRole.AccessibleTextRole: lambda: f"{entry.title}, {summary_of(entry)}",
            Qt.ItemDataRole.AccessibleDescriptionRole: lambda: entry.said.note,
            LibraryRole.ENTRY: lambda: entry,
            LibraryRole.SHOWN: lambda: entry.path == self._shown,
        }
        return texts[role]() if role in texts else None

    # what others ask

    @property
    def total(self) -> int:
        """How many entries there are, whether they match the filter or not."""
        return len(self._all)

    @property
    def sort_key(self) -> SortKey:
        """What the entries are sorted by."""
        return self._key

    def entry(self, row: int) -> LibraryEntry:
        """The entry in this row."""
        return self._rows[row]

    def row_of(self, path: Path) -> int | None:
        """Where this file stands, None if it is not among the rows."""
        return next((row for row, entry in enumerate(self._rows) if entry.path == path), None)

    # what others say

    def replace_all(self, entries: Iterable[LibraryEntry], keep: Iterable[Path] = ()) -> None:
        """Take these entries, and of those that are there the files that are still to be read."""
        kept = {path: self._all[path] for path in keep if path in self._all}
        self._all = kept | {entry.path: entry for entry in entries}
        self._update()

    def put(self, entries: Iterable[LibraryEntry]) -> None:
        """Add entries, or replace those of the same files."""
        self._all |= {entry.path: entry for entry in entries}
        self._update()

    def filter_by(self, wanted: str) -> None:
        """Show only what matches; `fwcompare.library.entries.matching` says how."""
        self._wanted = wanted
        self._update()

    def sort_by(self, key: SortKey) -> None:
        """Sort by this."""
        self._key = key
        self._update()

    def show(self, path: Path | None) -> None:
        """Mark the file that is shown in the window."""
        before, self._shown = self._shown, path
        for row in (self.row_of(file) for file in (before, path) if file is not None):
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row), [LibraryRole.SHOWN])

    # how rows go, move, come and change

    def _update(self) -> None:
        rows = ordered(matching(self._all.values(), self._wanted), self._key)
        place = {entry.path: row for row, entry in enumerate(rows)}
        self._remove([row for row, entry in enumerate(self._rows) if entry.path not in place])
        self._reorder(sorted(self._rows, key=lambda entry: place[entry.path]))
        there = {entry.path for entry in self._rows}
        for first, last in _runs([row for row, entry in enumerate(rows) if entry.path not in there]):
            self.beginInsertRows(_ROOT, first, last)
            self._rows[first:first] = rows[first : last + 1]
            self.endInsertRows()
        changed = [row for row, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = rows
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _remove(self, rows: Sequence[int]) -> None:
        for first, last in reversed(_runs(rows)):
            self.beginRemoveRows(_ROOT, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()

    def _reorder(self, rows: list[LibraryEntry]) -> None:
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        place = {entry.path: row for row, entry in enumerate(rows)}
        before = self.persistentIndexList()
        after = [self.index(place[self._rows[index.row()].path]) for index in before]
        self._rows = rows
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of neighbouring rows."""
    stretches = groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])
    found = [[*map(itemgetter(1), stretch)] for _, stretch in stretches]
    return [(stretch[0], stretch[-1]) for stretch in found]

"""The Pythons as a table."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fwcompare.interpreters.availability import old_python
from fwcompare.interpreters.overview import Entry
from fwcompare.paths import tilde
from fwcompare.worker.probe import OLDEST_PYTHON

_Index = QModelIndex | QPersistentModelIndex


_FRAMEWORKS: Final = ("torch", "tensorflow", "keras", "jax", "onnxruntime", "ai_edge_litert")


class Column(IntEnum):
    """The columns, in their order."""

    PYTHON = 0
    VERSION = 1
    FOUND = 2
    HOLDS = 3
    START = 4
    USE = 5


HEADINGS: Final = {
    Column.PYTHON: "Python",
    Column.VERSION: "Version",
    Column.FOUND: "Found",
    Column.HOLDS: "Holds",
    Column.START: "May be started",
    Column.USE: "Used for",
}


class InterpretersModel(QAbstractTableModel):
    """One row for each Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def show(self, entries: tuple[Entry, ...]) -> None:
        """List these."""
        if entries != self._entries:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()

    def entry(self, row: int) -> Entry:
        """The Python in this row."""
        return self._entries[row]

    def row_of(self, path: str) -> int:
        """The row of the Python at this path, -1 if it is not listed."""
        return next((row for row, one in enumerate(self._entries) if one.path == path), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many there are."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many columns a row has."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[Column(section)]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell; its tooltip is the same, because a narrow column cuts it."""
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        return _text(self._entries[index.row()], Column(index.column()))


def versions_of(entry: Entry) -> str:
    """The frameworks that it holds, with their versions."""
    held = entry.info.versions if entry.info else {}
    return ", ".join(f"{name} {version}" for name, version in held.items() if name in _FRAMEWORKS)


def uses_of(entry: Entry) -> str:
    """What it is used for."""
    return ", ".join([*entry.assigned, *(f"{framework} (beside)" for framework in entry.beside)])


def _text(entry: Entry, column: Column) -> str:
    match column:
        case Column.PYTHON:
            return tilde(entry.path)
        case Column.VERSION:
            return (entry.info.python or "unknown") if entry.info else "gone"
        case Column.FOUND:
            return entry.origin
        case Column.HOLDS:
            return versions_of(entry)
        case Column.START:
            return _may_start(entry)
        case Column.USE:
            return uses_of(entry)


def _may_start(entry: Entry) -> str:
    if entry.info and old_python(entry.info):
        return f"no: needs {'.'.join(map(str, OLDEST_PYTHON))}"
    return "yes" if entry.is_allowed else "not yet"

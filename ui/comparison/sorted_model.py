"""A table model that sorts and filters itself with NumPy and keeps what is selected.

Rows have a number that never changes while the table shows the same thing; `_order` holds the numbers
of the rows that are shown, in order. Whatever changes the order goes through `_show`, which tells the
views in the way that Qt asks for: rows that go, rows that move, rows that come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui.comparison.ordering import Keys, Rows, SortKey, matching, runs, sorted_rows

Index = QModelIndex | QPersistentModelIndex

_NOTHING: Final = QModelIndex()


class ItemRole:
    """The roles that the comparison's models have beside Qt's own."""

    SORT: Final = Qt.ItemDataRole.UserRole
    """Raw value of a cell, None if there is none."""
    CELL: Final = Qt.ItemDataRole.UserRole + 1
    """The value object behind a cell, for the delegates."""
    HUE: Final = Qt.ItemDataRole.UserRole + 2
    """Of a header: the hue of the framework that the column speaks of, or None."""
    UNIT: Final = Qt.ItemDataRole.UserRole + 3
    """Of a header: the unit, or ""."""
    WITH_BAR: Final = Qt.ItemDataRole.UserRole + 4
    """Of a header: True if something stands at the right of the column's numbers."""
    GROUP: Final = Qt.ItemDataRole.UserRole + 5
    """The `Group` that begins with this row, else None."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stay together however they are sorted.

    Attributes:
        note: What stands beside the title, muted.
    """

    title: str
    note: str


class SortedModel(QAbstractTableModel):
    """What both tables of the comparison share.

    Signals:
        order_changed: The sort keys or the filter are others now.
    """

    order_changed = Signal()

    def __init__(self, parent: QAbstractItemModel | None = None) -> None:
        super().__init__(parent)
        self._order: Rows = np.arange(0)
        self._keys: tuple[SortKey, ...] = ()
        self._wanted = ""

    @property
    def sort_keys(self) -> tuple[SortKey, ...]:
        """What the rows are sorted by, the most important column first."""
        return self._keys

    @property
    def filter_text(self) -> str:
        """What is looked for."""
        return self._wanted

    @property
    def total(self) -> int:
        """Number of rows, shown or not."""
        raise NotImplementedError

    def export_rows(self) -> list[list[str | float | None]]:
        """A header and the rows that are shown, with raw values, for a file."""
        raise NotImplementedError

    def sort_by(self, keys: Sequence[SortKey]) -> None:
        """Sort by these columns; by none is the natural order."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self._refresh()
            self.order_changed.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by one column; -1 is the natural order."""
        keys = () if column < 0 else (SortKey(column, order is Qt.SortOrder.DescendingOrder),)
        self.sort_by(keys)

    def toggle(self, column: int, *, further: bool) -> None:
        """What a click on a header does: ascending, then descending, then not at all.

        Args:
            column: The column.
            further: Keep the other columns and add this one as a further key.
        """
        present = next((key for key in self._keys if key.column == column), None)
        others = tuple(key for key in self._keys if key.column != column)
        following = _after(present, column)
        if not further:
            self.sort_by(following)
        elif present is None:
            self.sort_by((*others, *following))
        else:
            place = self._keys.index(present)
            self.sort_by((*others[:place], *following, *others[place:]))

    def set_filter(self, text: str) -> None:
        """Show the rows alone that hold every word of the text."""
        if text != self._wanted:
            self._wanted = text
            self._refresh()
            self.order_changed.emit()

    def row_number(self, row: int) -> int:
        """The number of the row that is shown at this place."""
        return int(self._order[row])

    def place_of(self, number: int) -> int | None:
        """Where the row with this number is shown, None if it is filtered out."""
        places = np.flatnonzero(self._order == number)
        return int(places[0]) if places.size else None

    def rowCount(self, parent: Index = _NOTHING) -> int:  # noqa: N802 - Qt's name
        """Number of rows that are shown."""
        return 0 if parent.isValid() else len(self._order)

    @property
    def heads(self) -> tuple[int, ...]:
        """The shown rows with which a group begins; none if the rows are not grouped."""
        return ()

    def copied_columns(self, shown: Sequence[int]) -> list[int]:
        """The columns that a copy of the shown ones needs to be understood."""
        return list(shown)

    def _group_keys(self) -> list[tuple[Keys, bool]]:
        """Keys that come before all others, and whether they descend."""
        return []

    def _column_keys(self, column: int) -> Keys:
        """What a column is sorted by, shape (total,)."""
        raise NotImplementedError

    def _search_texts(self) -> npt.NDArray[np.str_]:
        """All that can be found in each row, casefolded, shape (total,)."""
        raise NotImplementedError

    def _wanted_order(self) -> Rows:
        keys = self._group_keys()
        keys += [(self._column_keys(key.column), key.descending) for key in self._keys]
        order = sorted_rows(keys, self.total)
        return order[matching(self._search_texts(), self._wanted)[order]] if self._wanted.strip() else order

    def _refresh(self) -> None:
        """Sort and filter again."""
        self._show(self._wanted_order())

    def _reset_order(self) -> None:
        """The order of rows that nobody has seen yet; call it between begin and end of a reset."""
        self._order = self._wanted_order()

    def _show(self, wanted: Rows) -> None:
        gone = np.flatnonzero(~np.isin(self._order, wanted))
        for first, last in reversed(runs(gone.tolist())):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._order = np.delete(self._order, np.s_[first : last + 1])
            self.endRemoveRows()
        staying = np.isin(wanted, self._order)
        self._rearrange(wanted[staying])
        for first, last in runs(np.flatnonzero(~staying).tolist()):
            self.beginInsertRows(QModelIndex(), first, last)
            self._order = np.insert(self._order, first, wanted[first : last + 1])
            self.endInsertRows()

    def _rearrange(self, wanted: Rows) -> None:
        """Put the rows that are shown into another order; whatever was selected stays selected."""
        if np.array_equal(wanted, self._order):
            return
        self.layoutAboutToBeChanged.emit()
        place = np.empty(self.total, dtype=np.int64)
        place[wanted] = np.arange(len(wanted))
        old = self.persistentIndexList()
        new = [self.index(int(place[self._order[index.row()]]), index.column()) for index in old]
        self._order = wanted
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _announce(self, numbers: Sequence[int], columns: Sequence[int]) -> None:
        """Say that cells changed: one signal for all of them."""
        places = np.flatnonzero(np.isin(self._order, np.asarray(numbers, dtype=np.int64)))
        if places.size and columns:
            top_left = self.index(int(places[0]), min(columns))
            self.dataChanged.emit(top_left, self.index(int(places[-1]), max(columns)))

    def header_title(self, column: int) -> str:
        """The title of a column, as the column chooser lists it."""
        title: Any = self.headerData(column, Qt.Orientation.Horizontal)
        return str(title)


def _after(present: SortKey | None, column: int) -> tuple[SortKey, ...]:
    if present is None:
        return (SortKey(column),)
    return () if present.descending else (SortKey(column, descending=True),)

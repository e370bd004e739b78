"""A table model that sorts and filters itself with NumPy and keeps what is selected.

Rows have a number that never changes while the table shows the same thing; `_order` holds the numbers
of the rows that are shown, in order. Whatever changes the order goes through `_show`, which tells the
views in the way that Qt asks for: rows that go, rows that move, rows that come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui.comparison.columns import Heading
from ui.comparison.ordering import Keys, Rows, SortKey, matching, runs, sorted_rows

Index = QModelIndex | QPersistentModelIndex

_NOTHING: Final = QModelIndex()


class ItemRole:
    """The roles that the comparison's models have beside Qt's own."""

    SORT: Final = Qt.ItemDataRole.UserRole
    """Raw value of a cell, None if there is none."""
    CELL: Final = Qt.ItemDataRole.UserRole + 1
    """The value object behind a cell, for the delegates."""
    GROUP: Final = Qt.ItemDataRole.UserRole + 2
    """The `Group` that begins with this row, else None."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stay together however they are sorted.

    Attributes:
        note: What stands beside the title, muted.
    """

    title: str
    note: str


_Row = TypeVar("_Row")


class SortedModel(QAbstractTableModel, Generic[_Row]):
    """What the tables of the comparison share.

    Args:
        headings: What stands over each column, in their order, by what the readers know it as.
        readers: What a cell says, from its row and column, by role.

    Signals:
        order_changed: The sort keys or the filter are others now.
    """

    order_changed = Signal()

    def __init__(
        self, headings: Mapping[Any, Heading], readers: Mapping[int, Callable[[_Row, Any], Any]]
    ) -> None:
        super().__init__()
        self._columns = tuple(headings)
        self._headings = tuple(headings.values())
        self._readers = readers
        self._rows: tuple[_Row, ...] = ()
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
        return len(self._rows)

    def shown_rows(self) -> list[_Row]:
        """The rows that are shown, in order."""
        return [self._rows[number] for number in self._order]

    def heading(self, column: int) -> Heading:
        """What stands over a column."""
        return self._headings[column]

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

    def columnCount(self, parent: Index = _NOTHING) -> int:  # noqa: N802 - Qt's name
        """Number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        if not index.isValid() or index.row() >= len(self._order):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self._headings[index.column()])
        if role == ItemRole.GROUP:
            return self._group_at(index.row())
        if role not in self._readers:
            return None
        row = self._rows[self.row_number(index.row())]
        return self._readers[role](row, self._columns[index.column()])

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What stands over a column."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self._headings):
            return None
        return _HEADER_READERS[role](self._headings[section]) if role in _HEADER_READERS else None

    @property
    def heads(self) -> tuple[int, ...]:
        """The shown rows with which a group begins; none if the rows are not grouped."""
        return ()

    def copied_columns(self, shown: Sequence[int]) -> list[int]:
        """The columns that a copy of the shown ones needs to be understood."""
        return list(shown)

    def _group_at(self, place: int) -> Group | None:
        """The group that begins with the row that is shown here."""
        del place
        return None

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

    def _replace(self, rows: tuple[_Row, ...]) -> None:
        """Take other rows, and forget what was known of those before; the order stays for now."""
        self._rows = rows

    def _reset(self, rows: tuple[_Row, ...]) -> None:
        """Show rows that have nothing to do with those before."""
        self.beginResetModel()
        self._replace(rows)
        self._order = self._wanted_order()
        self.endResetModel()
        self.order_changed.emit()

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

    def _export_header(self) -> list[str | float | None]:
        """The titles with their units, as a file has them."""
        return [heading.with_unit for heading in self._headings]


def _alignment(heading: Heading) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if heading.is_text else Qt.AlignmentFlag.AlignRight
    return Qt.AlignmentFlag.AlignVCenter | side


_HEADER_READERS: Final[dict[int, Callable[[Heading], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda heading: heading.title,
    Qt.ItemDataRole.ToolTipRole: lambda heading: heading.about,
    Qt.ItemDataRole.AccessibleTextRole: lambda heading: f"{heading.title} {heading.unit}".strip(),
    Qt.ItemDataRole.TextAlignmentRole: _alignment,
}


def _after(present: SortKey | None, column: int) -> tuple[SortKey, ...]:
    if present is None:
        return (SortKey(column),)
    return () if present.descending else (SortKey(column, descending=True),)

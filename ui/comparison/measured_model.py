"""The measured table: a row for each contender and workload of a run, which may still go on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt

from fwcompare.domain import words
from fwcompare.domain.workload import Precision, Scenario, Workload
from fwcompare.paths import tilde
from ui.comparison.badges import Badge
from ui.comparison.bars import reach_of
from ui.comparison.columns import BADGE_COLUMNS, HEADINGS, TEXT_COLUMNS, Column
from ui.comparison.figures import Figure
from ui.comparison.ordering import Keys, Rows, number_keys, text_keys
from ui.comparison.rows import Row
from ui.comparison.sorted_model import Group, ItemRole, SortedModel


class MeasuredModel(SortedModel[Row]):
    """The rows of one run, running or finished."""

    def __init__(self) -> None:
        super().__init__(HEADINGS, _CELL_READERS)
        self._scales: dict[str, float] = {}
        self._reach = math.log(2)
        self._places: Rows = np.arange(0)
        self._arrays: dict[Column, Keys] = {}
        self._texts: npt.NDArray[np.str_] | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in their natural order, shown or not."""
        return self._rows

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these rows; only what differs from the last ones is announced."""
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self._reset(rows)
            return
        changed = [number for number, row in enumerate(rows) if row != self._rows[number]]
        if not changed:
            return
        columns = _changed_columns([(self._rows[number], rows[number]) for number in changed])
        before = self._scales, self._reach
        self._replace(rows)
        self._refresh()
        if before != (self._scales, self._reach):  # then the bars of all rows are drawn otherwise
            changed, columns = list(range(len(rows))), [*columns, Column.MEDIAN, Column.RATIO]
        self._announce(changed, columns)

    @property
    def heads(self) -> tuple[int, ...]:
        """The shown rows with which a workload begins, if there are several workloads."""
        places = self._places[self._order]
        return tuple(np.flatnonzero(np.diff(places, prepend=-1)).tolist()) if self.is_grouped else ()

    @property
    def is_grouped(self) -> bool:
        """The rows stand together by workload."""
        return len(self._scales) > 1

    def copied_columns(self, shown: Sequence[int]) -> list[int]:
        """Without the headings of the groups, each row has to name its workload."""
        columns = list(shown)
        if self.is_grouped and Column.WORKLOAD not in columns:
            columns.insert(1, Column.WORKLOAD)
        return columns

    def scale_of(self, workload: str) -> float:
        """The latency in ns at which a median bar of this workload is full."""
        return self._scales.get(workload, 0.0)

    @property
    def ratio_reach(self) -> float:
        """How far the axis of ratios reaches to both sides of one: the natural logarithm of 2 to 32 times."""
        return self._reach

    def export_rows(self) -> list[list[str | float | None]]:
        """A header and the rows that are shown, with raw numbers in the units of the header."""
        header = [*self._export_header(), "Ratio, low", "Ratio, high", "Rounds"]
        return [header, *(_export_row(row) for row in self.shown_rows())]

    def _replace(self, rows: tuple[Row, ...]) -> None:
        super()._replace(rows)
        self._arrays = {}
        self._texts = None
        self._scales = {}
        for row in rows:
            median = row.figures[Column.MEDIAN]
            longest = median.high or median.value or 0.0
            self._scales[row.workload.id] = max(longest, self._scales.get(row.workload.id, 0.0))
        known = {workload: place for place, workload in enumerate(self._scales)}
        self._places = np.array([known[row.workload.id] for row in rows], dtype=np.int64)
        ratios = (row.figures[Column.RATIO].value for row in rows)
        self._reach = min(max(1.1 * reach_of(ratio for ratio in ratios if ratio), math.log(2)), math.log(32))

    def _group_at(self, place: int) -> Group | None:
        """The workload that begins with the row that is shown here."""
        row, before = self._rows[self._order[place]], self._rows[self._order[place - 1]]
        if not self.is_grouped or (place > 0 and before.workload == row.workload):
            return None
        count = int((self._places[self._order] == self._places[self._order[place]]).sum())
        return Group(workload_text(row.workload), "1 contender" if count == 1 else f"{count} contenders")

    def _group_keys(self) -> list[tuple[Keys, bool]]:
        """The workloads in the order of the plan, unless they are what is sorted by."""
        own = next((key for key in self._keys if key.column == Column.WORKLOAD), None)
        if own is not None:
            return [(self._column_keys(own.column), own.descending)]
        return [(self._places.astype(np.float64), False)]

    def _column_keys(self, column: int) -> Keys:
        name = Column(column)
        if name not in self._arrays:
            self._arrays[name] = self._make_keys(name)
        return self._arrays[name]

    def _make_keys(self, column: Column) -> Keys:
        if column in (Column.CONTENDER, Column.WORKLOAD):
            return text_keys([_text(row, column) for row in self._rows])
        if column in BADGE_COLUMNS:
            return number_keys(badge_in(row, column).rank for row in self._rows)
        return number_keys(row.figures[column].value for row in self._rows)

    def _search_texts(self) -> npt.NDArray[np.str_]:
        if self._texts is None:
            texts = [_search_text(row).casefold() for row in self._rows]
            self._texts = np.array(texts, dtype=np.str_)
        return self._texts


def workload_text(workload: Workload) -> str:
    """A workload as people say it."""
    device = "" if workload.device == "cpu" else " · GPU"
    precision = "" if workload.precision is Precision.FLOAT32 else f" · {workload.precision}"
    scenario = "" if workload.scenario is Scenario.SINGLE_STREAM else f" · {workload.scenario}"
    what = f"{workload.architecture}/{workload.size} · {workload.task}"
    return f"{what} · batch {workload.batch}{precision}{device}{scenario}"


def badge_in(row: Row, column: Column) -> Badge:
    """The chip in a column of chips."""
    return row.badge if column is Column.VERDICT else row.energy_badge


def _export_row(row: Row) -> list[str | float | None]:
    cells: list[str | float | None] = []
    for column in Column:
        if column is Column.WORKLOAD:
            cells.append(row.workload.id)
        elif column in TEXT_COLUMNS:
            cells.append(_text(row, column))
        else:
            value = row.figures[column].value
            cells.append(None if value is None else value / HEADINGS[column].scale)
    ratio = row.figures[Column.RATIO]
    rounds = row.comparison.rounds if row.comparison else None
    return [*cells, ratio.low, ratio.high, rounds]


def _search_text(row: Row) -> str:
    return f"{row.contender.label} {row.workload.id} {workload_text(row.workload)} {row.badge.text}"


def _text(row: Row, column: Column) -> str:
    match column:
        case Column.CONTENDER:
            return row.contender.id
        case Column.WORKLOAD:
            return workload_text(row.workload)
        case Column.VERDICT | Column.ENERGY_VERDICT:
            return badge_in(row, column).text
        case _:
            return row.figures[column].text


def _tool_tip(row: Row, column: Column) -> str:
    match column:
        case Column.CONTENDER:
            return f"{row.contender.label}\n{tilde(row.contender.interpreter)}"
        case Column.WORKLOAD:
            return row.workload.id
        case Column.VERDICT | Column.ENERGY_VERDICT:
            badge = badge_in(row, column)
            return f"{badge.text}\n{badge.sentence}".strip()
        case _:
            return _figure_tip(row.figures[column], column)


def _figure_tip(figure: Figure, column: Column) -> str:
    heading = HEADINGS[column]
    if figure.value is None:
        return f"Not available: {words.reason(figure.reason)}"
    value = f"{figure.value / heading.scale:,.6g} {heading.unit}".strip()
    if figure.low is None or figure.high is None:
        return f"{value}\n{figure.note}".strip()
    ends = f"{figure.low / heading.scale:,.6g} to {figure.high / heading.scale:,.6g} {heading.unit}".strip()
    return f"{value}\n{'Block medians from' if column is Column.MEDIAN else '95 % interval'} {ends}"


def _accessible(row: Row, column: Column) -> str:
    heading = HEADINGS[column]
    if column in TEXT_COLUMNS:
        return f"{heading.title}: {_text(row, column)}"
    figure = row.figures[column]
    if figure.value is None:
        return f"{heading.title}: {_figure_tip(figure, column)}"
    return f"{heading.title}: {figure.text} {heading.unit} {figure.note}".strip()


def _changed_columns(pairs: Sequence[tuple[Row, Row]]) -> list[int]:
    return [column for column in Column if any(_differ(old, new, column) for old, new in pairs)]


def _differ(old: Row, new: Row, column: Column) -> bool:
    if column in BADGE_COLUMNS:
        return badge_in(old, column) != badge_in(new, column)
    return column not in TEXT_COLUMNS and old.figures[column] != new.figures[column]


def _raw(row: Row, column: Column) -> float | str | None:
    if column in BADGE_COLUMNS:
        return badge_in(row, column).rank
    return _text(row, column) if column in TEXT_COLUMNS else row.figures[column].value


_CELL_READERS: Final[dict[int, Callable[[Row, Column], Any]]] = {
    Qt.ItemDataRole.DisplayRole: _text,
    Qt.ItemDataRole.ToolTipRole: _tool_tip,
    Qt.ItemDataRole.AccessibleTextRole: _accessible,
    ItemRole.SORT: _raw,
    ItemRole.CELL: lambda row, _: row,
}

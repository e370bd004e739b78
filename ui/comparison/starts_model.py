"""The table of starts: a row for each contender, workload and kind of compile cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt

from fwcompare.domain.contender import Contender
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Workload
from fwcompare.stats.starts import TOTAL, Start, starts_of, too_few_starts
from ui.comparison.columns import Heading
from ui.comparison.digits import rounded
from ui.comparison.figures import FINEST, NOTHING
from ui.comparison.measured_model import workload_text
from ui.comparison.ordering import Keys, number_keys, text_keys
from ui.comparison.sorted_model import ItemRole, SortedModel


class StartColumn(IntEnum):
    """A column of the table, in the order in which they stand."""

    CONTENDER = 0
    WORKLOAD = 1
    CACHE = 2
    BLOCKS = 3
    TOTAL = 4
    IMPORT = 5
    BUILD = 6
    COMPILE = 7
    FIRST_CALL = 8


_NAMES: Final = {
    StartColumn.TOTAL: TOTAL,
    StartColumn.IMPORT: Phase.IMPORT.value,
    StartColumn.BUILD: Phase.BUILD.value,
    StartColumn.COMPILE: Phase.COMPILE.value,
    StartColumn.FIRST_CALL: Phase.FIRST_CALL.value,
}
"""What `Start.durations` calls the figure of a column."""

HEADINGS: Final = {
    StartColumn.CONTENDER: Heading("Contender", "", 1, "Framework and mode.", 224, is_text=True),
    StartColumn.WORKLOAD: Heading(
        "Workload", "", 1, "Architecture, size, task, batch and device.", 216, is_text=True
    ),
    StartColumn.CACHE: Heading(
        "Compile cache",
        "",
        1,
        "What the process found: cold is empty. Files that the system keeps in memory can't be made cold.",
        120,
        is_text=True,
    ),
    StartColumn.BLOCKS: Heading("Starts", "", 1, "Fresh processes of this kind.", 72),
    StartColumn.TOTAL: Heading(
        "To first answer", "s", 1e9, "From the start of the process to the end of the first call.", 136
    ),
    StartColumn.IMPORT: Heading("Import", "s", 1e9, "Importing the framework.", 112),
    StartColumn.BUILD: Heading("Build", "s", 1e9, "Building the network with its weights.", 112),
    StartColumn.COMPILE: Heading(
        "Compile", "s", 1e9, "Tracing and compiling, with the one call that triggers it.", 112
    ),
    StartColumn.FIRST_CALL: Heading(
        "First call", "s", 1e9, "The first call that finds everything compiled.", 112
    ),
}

_TEXTS: Final = tuple(column for column in StartColumn if HEADINGS[column].is_text)


@dataclass(frozen=True, slots=True)
class StartRow:
    """The starts of one contender in one workload with one kind of cache."""

    contender: Contender
    workload: Workload
    start: Start

    @property
    def id(self) -> tuple[str, str, str]:
        """Contender, workload and kind of cache."""
        return self.contender.id, self.workload.id, self.start.compile_cache

    def value(self, column: StartColumn) -> float | None:
        """What the row is sorted by, in seconds or a count; None where there is none, and of texts."""
        if column is StartColumn.BLOCKS:
            return float(self.start.blocks)
        found = self.start.durations[_NAMES[column]] if column in _NAMES else None
        return found.median_ns / HEADINGS[column].scale if found else None

    def ends(self, column: StartColumn) -> tuple[float | None, float | None]:
        """The 95 % interval in seconds, if there is one."""
        found = self.start.durations[_NAMES[column]] if column in _NAMES else None
        if found is None or found.low_ns is None or found.high_ns is None:
            return None, None
        return found.low_ns / HEADINGS[column].scale, found.high_ns / HEADINGS[column].scale

    def text(self, column: StartColumn) -> str:
        """What the cell says."""
        match column:
            case StartColumn.CONTENDER:
                return self.contender.id
            case StartColumn.WORKLOAD:
                return workload_text(self.workload)
            case StartColumn.CACHE:
                return self.start.compile_cache.value
            case StartColumn.BLOCKS:
                return str(self.start.blocks)
        value, (low, high) = self.value(column), self.ends(column)
        if value is None:
            return NOTHING
        return rounded(value, None if low is None or high is None else max((high - low) / 2, value * FINEST))


class StartsModel(SortedModel[StartRow]):
    """The starts of one run, running or finished; computed anew when a block has ended."""

    def __init__(self) -> None:
        super().__init__(HEADINGS, _CELL_READERS)
        self._key: tuple[str, int] | None = None

    def set_record(self, record: RunRecord | None) -> None:
        """Show the starts of a run, None for none; cheap while no block ends."""
        ended = sum(block.outcome is not None for block in record.blocks) if record else 0
        key = (record.run_id, ended) if record else None
        if key == self._key:
            return
        self._key = key
        rows = _rows(record) if record else ()
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self._reset(rows)
            return
        self._replace(rows)  # what is selected stays selected
        self._refresh()
        self._announce(range(len(rows)), list(StartColumn))

    def export_rows(self) -> list[list[str | float | None]]:
        """A header and the rows that are shown, with raw numbers and the ends of their intervals."""
        ends = [f"{HEADINGS[column].title}, {end}" for column in _NAMES for end in ("low", "high")]
        return [[*self._export_header(), *ends], *(_export_row(row) for row in self.shown_rows())]

    def _column_keys(self, column: int) -> Keys:
        name = StartColumn(column)
        if name in _TEXTS:
            return text_keys([row.text(name) for row in self._rows])
        return number_keys(row.value(name) for row in self._rows)

    def _search_texts(self) -> npt.NDArray[np.str_]:
        texts = [" ".join(row.text(column) for column in _TEXTS) for row in self._rows]
        return np.array([text.casefold() for text in texts], dtype=np.str_)


def _rows(record: RunRecord) -> tuple[StartRow, ...]:
    workloads = {workload.id: workload for workload in record.plan.workloads}
    return tuple(
        StartRow(record.plan.contender(start.contender), workloads[start.workload], start)
        for start in starts_of(record)
    )


def _export_row(row: StartRow) -> list[str | float | None]:
    cells: list[str | float | None] = []
    for column in StartColumn:
        text = row.workload.id if column is StartColumn.WORKLOAD else row.text(column)
        cells.append(text if column in _TEXTS else row.value(column))
    return cells + [end for column in _NAMES for end in row.ends(column)]


def _tool_tip(row: StartRow, column: StartColumn) -> str:
    if column not in _NAMES:
        return row.text(column)
    value, (low, high) = row.value(column), row.ends(column)
    if value is None:
        return f"Not available: {row.start.unavailable[_NAMES[column]]}"
    spread = too_few_starts(row.start.blocks) if low is None else f"95 % interval {low:,.4g} to {high:,.4g} s"
    return f"{value:,.4g} s\n{spread}"


def _accessible(row: StartRow, column: StartColumn) -> str:
    if column in _NAMES and row.value(column) is None:
        return f"{HEADINGS[column].title}: {_tool_tip(row, column)}"
    return f"{HEADINGS[column].title}: {row.text(column)} {HEADINGS[column].unit}".strip()


_CELL_READERS: Final[dict[int, Callable[[StartRow, StartColumn], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda row, column: row.text(column),
    Qt.ItemDataRole.ToolTipRole: _tool_tip,
    Qt.ItemDataRole.AccessibleTextRole: _accessible,
    ItemRole.SORT: lambda row, column: row.text(column) if column in _TEXTS else row.value(column),
    ItemRole.CELL: lambda row, _: row,
}

"""Min/max decimation: a curve of any length as two points for a pixel column, no spike lost.

Theory of operation. Time is cut into columns of equal width, and of each column the lowest and the
highest point are kept, at their own times. The extremes of extremes are the extremes, so the growing series
is reduced as it comes to small *cells* (a power of two of nanoseconds wide), these to cells four times as wide,
and so on; whatever part is looked at is reduced from the widest cells that fit to columns, each a whole number of
them. New samples touch the last cells only, so neither a tick nor a zoom ever walks over all samples.
A NaN breaks the curve: the first and the last NaN of a column are kept beside its extremes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
"""Nanoseconds, never decreasing, shape (n,)."""

Values = npt.NDArray[np.float64]
"""Any finite value, or NaN for a gap, shape (n,)."""

CELLS_PER_COLUMN: Final = 4
"""A column has at least this many cells: rounded up to whole ones it is at most a quarter too wide."""

DIRECT_LIMIT: Final = 20_000
"""So many points are reduced at once, without cells: it takes less than a millisecond."""

CELLS_NS: Final = tuple(1 << exponent for exponent in range(18, 36, 2))
"""Widths of cells, from a quarter of a millisecond to those that fit a run of days."""


def decimate(time_ns: Times, value: Values, width_ns: int) -> tuple[Times, Values]:
    """The extremes of each column, in the order of time.

    Args:
        time_ns: Times of the points.
        value: Their values.
        width_ns: Width of a column; columns begin at multiples of it.

    Returns:
        A part of the points: at most two finite ones and two NaN of each column, all points of a
        column that has no more than two.
    """
    if value.size == 0:
        return time_ns, value
    columns = time_ns // width_ns
    starts = np.flatnonzero(np.concatenate(([True], columns[1:] != columns[:-1])))
    ends = np.append(starts[1:], value.size)
    keep = np.zeros(value.size, np.bool_)
    lowest = np.fmin.reduceat(value, starts)
    highest = np.fmax.reduceat(value, starts)
    has_value = np.isfinite(lowest)
    lengths = ends - starts
    low_places = np.flatnonzero(value == np.repeat(lowest, lengths))
    high_places = np.flatnonzero(value == np.repeat(highest, lengths))
    keep[low_places[np.searchsorted(low_places, starts[has_value])]] = True
    keep[high_places[np.searchsorted(high_places, ends[has_value]) - 1]] = True
    _keep_gaps(value, starts, ends, keep)
    return time_ns[keep], value[keep]


def _keep_gaps(
    value: Values, starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], keep: npt.NDArray[np.bool_]
) -> None:
    """Keep the first and the last NaN of each column."""
    gaps = np.flatnonzero(np.isnan(value))
    if gaps.size == 0:
        return
    first = np.searchsorted(gaps, starts)
    last = np.searchsorted(gaps, ends) - 1
    some = last >= first
    keep[gaps[first[some]]] = True
    keep[gaps[last[some]]] = True


class _Growing:
    """Points in arrays that double when they are full."""

    def __init__(self) -> None:
        self.count = 0
        self._time_ns = np.empty(1024, np.int64)
        self._value = np.empty(1024, np.float64)

    @property
    def time_ns(self) -> Times:
        return self._time_ns[: self.count]

    @property
    def value(self) -> Values:
        return self._value[: self.count]

    def extend(self, time_ns: Times, value: Values) -> None:
        end = self.count + value.size
        if end > self._value.size:
            times, values = self.time_ns, self.value
            size = max(end, 2 * self._value.size)
            self._time_ns, self._value = np.empty(size, np.int64), np.empty(size, np.float64)
            self._time_ns[: self.count], self._value[: self.count] = times, values
        self._time_ns[self.count : end] = time_ns
        self._value[self.count : end] = value
        self.count = end


class _Level:
    """The points reduced to cells of one width, as far as these are complete.

    Attributes:
        until_ns: All points before this moment are in the cells.
    """

    def __init__(self, width_ns: int) -> None:
        self.width_ns = width_ns
        self.until_ns = 0
        self.cells = _Growing()
        self._done = 0

    def catch_up(self, source: _Growing) -> bool:
        """Take in what came to the points, or to narrower cells, but for the cell of the last one; False if nothing did."""
        until_ns = int(source.time_ns[-1]) // self.width_ns * self.width_ns
        new = slice(self._done, int(np.searchsorted(source.time_ns, until_ns)))
        if new.start == new.stop:
            return False
        self.cells.extend(*decimate(source.time_ns[new], source.value[new], self.width_ns))
        self._done, self.until_ns = new.stop, until_ns
        return True

    def between(self, points: _Growing, start_ns: int, end_ns: int) -> tuple[Times, Values]:
        """What lies in the range, reduced as far as cells are complete, with a neighbour on either side."""
        rest = int(np.searchsorted(points.time_ns, self.until_ns))
        parts = (
            _around(self.cells.time_ns, self.cells.value, start_ns, end_ns),
            _around(points.time_ns[rest:], points.value[rest:], start_ns, end_ns),
        )
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _around(time_ns: Times, value: Values, start_ns: int, end_ns: int) -> tuple[Times, Values]:
    """The points in the range and the nearest on either side of it, so that lines reach the edge."""
    first = max(0, int(np.searchsorted(time_ns, start_ns)) - 1)
    last = int(np.searchsorted(time_ns, end_ns, side="right")) + 1
    return time_ns[first:last], value[first:last]


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of one width that cover a range.

    Attributes:
        cell_ns: Width of a cell, a power of two.
        column_ns: Width of a column, a whole number of cells and at least a pixel.
        start_ns: Beginning of the first column.
        end_ns: End of the last column.
    """

    cell_ns: int
    column_ns: int
    start_ns: int
    end_ns: int


def grid_of(start_ns: int, end_ns: int, pixels: int) -> Grid:
    """The columns for a range that is drawn so many pixels wide; they begin at multiples of their width."""
    pixel_ns = max(1, -(-(end_ns - start_ns) // max(1, pixels)))
    cell_ns = 1 << max(0, (pixel_ns // CELLS_PER_COLUMN).bit_length() - 1)
    column_ns = -(-pixel_ns // cell_ns) * cell_ns
    first, last = start_ns // column_ns, -(-end_ns // column_ns)
    return Grid(cell_ns, column_ns, first * column_ns, last * column_ns)


class Curve:
    """A growing series of points, and what of it is to be drawn."""

    def __init__(self) -> None:
        self._points = _Growing()
        self._levels = [_Level(width_ns) for width_ns in CELLS_NS]

    def __len__(self) -> int:
        return self._points.count

    def extend(self, time_ns: Times, value: Values) -> None:
        """Append points that are not earlier than the last one."""
        self._points.extend(time_ns, value)
        if len(self) > DIRECT_LIMIT:
            source = self._points
            for level in self._levels:
                if not level.catch_up(source):
                    break
                source = level.cells

    def drawn(self, grid: Grid) -> tuple[Times, Values]:
        """At most two finite points of each column, and the nearest point on either side of the grid."""
        points = self._points
        direct = _around(points.time_ns, points.value, grid.start_ns, grid.end_ns)
        fitting = [level for level in self._levels if level.width_ns <= grid.cell_ns]
        if direct[0].size > DIRECT_LIMIT and fitting:
            direct = fitting[-1].between(points, grid.start_ns, grid.end_ns)
        return decimate(*direct, grid.column_ns)

    def at(self, time_ns: int, since_ns: int = 0) -> float | None:
        """The newest value that is not later, None if it is before `since_ns`, and in a gap."""
        place = int(np.searchsorted(self._points.time_ns, time_ns, side="right")) - 1
        if place < 0 or self._points.time_ns[place] < since_ns or np.isnan(self._points.value[place]):
            return None
        return float(self._points.value[place])

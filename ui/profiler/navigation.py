"""Which stretch of time is shown: following the present, zoomed, moved, and the way back. No Qt."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from ui.profiler.strip import TimeRange

FOLLOW_NS: Final = 60_000_000_000
"""While a run goes on, so much of it is shown."""

SHORTEST_NS: Final = 1_000_000
"""Zooming ends here."""

FIRST_NS: Final = 10_000_000_000
"""A run that has just begun is drawn as if it had lasted so long."""


class Move(Enum):
    """What the user did; the way back goes from kind to kind, not from notch to notch of the wheel."""

    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    PAN = auto()


class Navigation:
    """The range of time that is shown."""

    def __init__(self) -> None:
        self._end_ns = 0
        self._is_running = False
        self._chosen: TimeRange | None = None
        self._back: list[TimeRange | None] = []
        self._last_move: Move | None = None

    @property
    def is_following(self) -> bool:
        """True unless the user chose a range."""
        return self._chosen is None

    @property
    def can_go_back(self) -> bool:
        """True if there was another range before."""
        return bool(self._back)

    def range(self) -> TimeRange:
        """What is to be shown."""
        if self._chosen is not None:
            return self._chosen
        start_ns = max(0, self._end_ns - FOLLOW_NS) if self._is_running else 0
        shortest_ns = FIRST_NS if self._is_running else SHORTEST_NS
        return TimeRange(start_ns, max(self._end_ns, start_ns + shortest_ns))

    def reset(self) -> None:
        """Another run: follow it, forget the way back."""
        self._chosen, self._last_move = None, None
        self._back.clear()

    def advance(self, end_ns: int, *, is_running: bool) -> None:
        """The run has come so far."""
        self._end_ns, self._is_running = end_ns, is_running

    def follow(self) -> None:
        """Show the present again, or all of a finished run."""
        if self._chosen is not None:
            self._back.append(self._chosen)
        self._chosen, self._last_move = None, None

    def stay(self) -> None:
        """Keep what is shown."""
        self._remember(Move.PAN)
        self._chosen = self.range()

    def zoom(self, factor: float, around_ns: int) -> None:
        """Make the range shorter or longer, keeping one moment where it is."""
        before = self.range()
        self._remember(Move.ZOOM_IN if factor < 1 else Move.ZOOM_OUT)
        longest_ns = max(self._end_ns, FIRST_NS)
        length_ns = round(min(max(before.length_ns * factor, SHORTEST_NS), longest_ns))
        share = (around_ns - before.start_ns) / before.length_ns
        self._choose(round(around_ns - share * length_ns), length_ns)

    def pan(self, by_ns: int) -> None:
        """Move the range."""
        before = self.range()
        self._remember(Move.PAN)
        self._choose(before.start_ns + by_ns, before.length_ns)

    def go_back(self) -> None:
        """Show what was shown before the last zoom or move."""
        if self._back:
            self._chosen = self._back.pop()
            self._last_move = None

    def _choose(self, start_ns: int, length_ns: int) -> None:
        """Within the run."""
        latest_ns = max(self._end_ns, FIRST_NS if self._is_running else length_ns) - length_ns
        start_ns = min(max(0, start_ns), max(0, latest_ns))
        self._chosen = TimeRange(start_ns, start_ns + length_ns)

    def _remember(self, move: Move) -> None:
        if move is not self._last_move:
            self._back.append(self._chosen)
            self._last_move = move

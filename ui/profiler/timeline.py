"""Tracks of latency, memory, processor and GPU on one time axis, live or of a finished run."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import partial
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord
from fwcompare.execution.view import RunView
from ui.profiler.decimate import grid_of
from ui.profiler.feed import TRACKS, Feed
from ui.profiler.navigation import Navigation
from ui.profiler.plots import AXIS_WIDTH, colour, small_font
from ui.profiler.scales import number_text
from ui.profiler.strip import GUTTER, Life, PhaseStrip, TimeAxis, TimeRange, life
from ui.profiler.track import Track, value_text
from ui.theme import Theme, look_of
from ui.widgets.focus_ring import FocusRing

LEFT: Final = GUTTER + AXIS_WIDTH
"""Where the time axis begins in every row."""

MEASURING_HZ: Final = 10
"""The crosshair moves no more often while something is measured: drawing would disturb it."""

_IDLE_HZ: Final = 60
_ZOOM_STEP: Final = 0.7
_PAN_STEP: Final = 0.15
_CROSSHAIR_STEP: Final = 0.01
_MARKED_WIDTH: Final = 48
"""Pixels of a block from which on the place where it changed its level is marked: many lines hide the dots."""
_BACK: Final = "Back to the range before (Backspace)"


class Timeline(QWidget):
    """The tracks, their phases and time axis.

    Keys: left and right move, + and - zoom, F follows, P pauses, Backspace zooms back, Shift with left
    and right moves the crosshair, Enter chooses the block at it, Escape takes it away.

    Signals:
        block_clicked: Number of the block.
    """

    block_clicked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._feed = Feed()
        self._navigation = Navigation()
        self._view: RunView | None = None
        self._is_stale = self._is_paused = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._catch_up)
        self._lives: list[Life] = []
        self._crosshair_ns: int | None = None
        self.tracks = tuple(Track(theme, kind) for kind in TRACKS)
        self._strip, self._axis = PhaseStrip(theme, LEFT), TimeAxis(theme, LEFT)
        self.follow_button = self._button("Follow", "Follow the present (F)", is_checkable=True)
        self.pause_button = self._button("Pause", "Stop drawing; measuring goes on (P)", is_checkable=True)
        self.back_button = self._button("Back", _BACK, is_checkable=False)
        self._lay_out()
        FocusRing(theme, self)
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self._show_navigation()

    def show_view(self, view: RunView) -> None:
        """Show what is new of a run; draws nothing while hidden or paused."""
        self._view = view
        self._is_stale = True
        self._catch_up()

    def follow(self) -> None:
        """Show the present, or all of a finished run."""
        self._navigation.follow()
        self._draw()

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - a slot
        """Stop drawing, or draw what has come in the meantime."""
        self._is_paused = paused
        self._catch_up()

    def zoom_back(self) -> None:
        """Show what was shown before the last zoom or move."""
        self._navigation.go_back()
        self._draw()

    def zoom(self, factor: float, around_s: float) -> None:
        """Zoom time around a moment."""
        self._navigation.zoom(factor, round(around_s * 1e9))
        self._draw()

    def pan(self, by_s: float) -> None:
        """Move through time."""
        self._navigation.pan(round(by_s * 1e9))
        self._draw()

    def show_crosshair(self, at_s: float | None) -> None:
        """Draw a line at a moment in all tracks, and its values in their gutters; None takes it away."""
        self._crosshair_ns = None if at_s is None else round(at_s * 1e9)
        self._draw_lines()
        self._show_values()

    def shown_range(self) -> TimeRange:
        """The stretch of time that is shown."""
        return self._navigation.range()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what came while nothing was to be seen."""
        super().showEvent(event)
        if self._is_stale:
            self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Other pixels, other columns."""
        super().resizeEvent(event)
        self._draw()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The surface between the rows."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._theme.tokens.base))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """All of the mouse's ways by key."""
        shown = self.shown_range()
        length_s, middle_s = shown.length_ns / 1e9, (shown.start_ns + shown.end_ns) / 2e9
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if is_shifted:
                sign = -1 if event.key() == Qt.Key.Key_Left else 1
                at_s = middle_s if self._crosshair_ns is None else self._crosshair_ns / 1e9
                self.show_crosshair(at_s + sign * _CROSSHAIR_STEP * length_s)
            case Qt.Key.Key_Left:
                self.pan(-_PAN_STEP * length_s)
            case Qt.Key.Key_Right:
                self.pan(_PAN_STEP * length_s)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_ZOOM_STEP, middle_s)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _ZOOM_STEP, middle_s)
            case Qt.Key.Key_F:
                self.follow()
            case Qt.Key.Key_P:
                self.pause_button.toggle()
            case Qt.Key.Key_Backspace:
                self.zoom_back()
            case Qt.Key.Key_Escape if self._crosshair_ns is not None:
                self.show_crosshair(None)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._on_click(middle_s if self._crosshair_ns is None else self._crosshair_ns / 1e9)
            case _:
                super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The crosshair goes when the pointer leaves the tracks."""
        if event.type() == QEvent.Type.Leave:
            self.show_crosshair(None)
        return super().eventFilter(watched, event)

    @property
    def _is_over(self) -> bool:
        """Nothing of the run that is shown runs any more."""
        return self._view is not None and self._view.finished

    def _catch_up(self) -> None:
        """Draw what is new, if anybody is to see it."""
        if self._is_stale and self.isVisible() and not self._is_paused:
            self._refresh()

    def _refresh(self) -> None:
        """Take in the newest view, then draw; much of it piece by piece, with other events between."""
        self._is_stale = False
        view = self._view
        if view is None:
            return
        if self._feed.update(view):
            self._navigation.reset()
            self._lives.clear()
            for track in self.tracks:
                track.clear()
        if self._feed.is_behind:
            self._is_stale = True
            self._later.start()
        self._navigation.advance(self._feed.end_ns, is_running=not self._is_over)
        for pointer in self._pointers:
            pointer.rateLimit = _IDLE_HZ if self._is_over else MEASURING_HZ
        self._update_lives(view)
        self._draw()

    def _update_lives(self, view: RunView) -> None:
        """Blocks that have ended stay as they are; only the last one can change."""
        record = view.record
        contenders = {contender.id: contender for contender in record.plan.contenders}
        del self._lives[max(0, len(self._lives) - 1) :]
        self._lives += [
            replace(
                life(block, contenders[block.contender], record.started_ns, self._feed.end_ns),
                shift_ns=_shift_ns(block, view),
            )
            for block in record.blocks[len(self._lives) :]
        ]

    def _draw(self) -> None:
        """Bring everything to the range that is shown; cheap where nothing changed."""
        if self._view is None or not self.isVisible():
            return
        shown = self._navigation.range()
        grid = grid_of(shown.start_ns, shown.end_ns, max(1, self.width() - LEFT))
        contenders = {contender.id: contender for contender in self._view.record.plan.contenders}
        self._axis.show_range(shown)
        x = tuple(seconds for seconds, _ in self._axis.ticks())
        visible = self._visible_lives(shown)
        measured = [
            (one.start_ns / 1e9, one.end_ns / 1e9, look_of(whole.contender).hue)
            for whole in visible
            for one in whole.stretches
            if one.phase is Phase.MEASURE
        ]
        said = None
        for track in self.tracks:
            reason = self._feed.reason(track.kind)
            track.setHidden(bool(reason) and said == (track.kind.name, reason))  # once is enough
            said = track.kind.name, reason
            track.show_absent(reason)
            if not reason:
                track.draw(self._feed.curves(track.kind), contenders, grid, shown)
                track.set_stretches(measured)
                track.set_time_lines(x)
        self.tracks[0].show_medians(self._feed.medians)
        self._strip.show_lives(visible, shown)
        self._draw_lines()
        self._show_values()
        self._show_navigation()

    def _visible_lives(self, shown: TimeRange) -> list[Life]:
        first = max(0, bisect_right(self._lives, shown.start_ns, key=lambda one: one.start_ns) - 1)
        last = bisect_right(self._lives, shown.end_ns, key=lambda one: one.start_ns)
        return self._lives[first:last]

    def _draw_lines(self) -> None:
        """The present while the run goes on, the crosshair, and in the latencies where blocks changed level."""
        tokens = self._theme.tokens
        lines: list[tuple[float, QColor]] = []
        if self._view is not None and not self._is_over:
            lines.append((self._feed.end_ns / 1e9, colour(tokens.text2)))
        if self._crosshair_ns is not None:
            lines.append((self._crosshair_ns / 1e9, colour(tokens.accent)))
        shifts = [(at_ns / 1e9, colour(tokens.old.text)) for at_ns in self._visible_shifts()]
        for track in self.tracks:
            track.set_lines([*lines, *shifts] if track.kind.channel is None else lines)

    def _visible_shifts(self) -> list[int]:
        """Where blocks changed their level first, of those that are wide enough to see it."""
        shown = self._navigation.range()
        least_ns = _MARKED_WIDTH * (shown.end_ns - shown.start_ns) / max(1, self.width() - LEFT)
        return [
            one.shift_ns
            for one in self._visible_lives(shown)
            if one.shift_ns is not None and one.end_ns - one.start_ns >= least_ns
        ]

    def _show_values(self) -> None:
        """In each gutter the value under the crosshair, else the newest."""
        at_ns = self._feed.end_ns if self._crosshair_ns is None else self._crosshair_ns
        who = next((one for one in reversed(self._lives) if one.start_ns <= at_ns), None)
        prefix = "now" if self._crosshair_ns is None else f"{number_text(at_ns / 1e9)} s:"
        for track in self.tracks:
            curve = self._feed.curves(track.kind).get(who.contender.id) if who else None
            value = (
                curve.at(at_ns, who.start_ns)
                if curve is not None and who is not None and at_ns <= who.end_ns
                else None
            )
            is_silent = self._crosshair_ns is None and (self._is_over or value is None)
            track.show_value("" if is_silent else f"{prefix} {value_text(value)}")

    def _show_navigation(self) -> None:
        """What the buttons can do now."""
        text, hint = (
            ("All", "Show all of the run (F)") if self._is_over else ("Follow", "Follow the present (F)")
        )
        if text != self.follow_button.text():
            self.follow_button.setText(text)
            _explain(self.follow_button, hint)
        self.follow_button.setChecked(self._navigation.is_following)
        can_go_back = self._navigation.can_go_back
        if self.back_button.isEnabled() != can_go_back:
            self.back_button.setEnabled(can_go_back)
            _explain(self.back_button, _BACK if can_go_back else f"{_BACK}: nothing was zoomed or moved yet")

    def _on_follow(self) -> None:
        if self._navigation.is_following:
            self._navigation.stay()
        else:
            self._navigation.follow()
        self._draw()
        self._show_navigation()

    def _on_mouse(self, track: Track, moved: tuple[QPointF]) -> None:
        """The crosshair follows the pointer; a late move must not bring it back after the pointer left."""
        if track.plot.underMouse():
            self.show_crosshair(track.view_box.mapSceneToView(moved[0]).x())

    def _on_click(self, at_s: float) -> None:
        found = next((one for one in self._lives if one.start_ns <= at_s * 1e9 <= one.end_ns), None)
        if found is not None:
            self.block_clicked.emit(found.block)

    def _button(self, text: str, hint: str, *, is_checkable: bool) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(is_checkable)
        button.setAutoRaise(True)
        _explain(button, hint)
        button.setFont(small_font(self))
        button.setFixedSize(44, 24)
        return button

    def _connect(self) -> None:
        self.follow_button.clicked.connect(self._on_follow)
        self.pause_button.toggled.connect(self.set_paused)
        self.back_button.clicked.connect(self.zoom_back)
        self._strip.block_clicked.connect(self.block_clicked)
        self._theme.changed.connect(self._recolour)
        self._pointers = [
            pg.SignalProxy(
                track.plot.scene().sigMouseMoved, rateLimit=_IDLE_HZ, slot=partial(self._on_mouse, track)
            )
            for track in self.tracks
        ]
        for track in self.tracks:
            track.view_box.zoom_asked.connect(self.zoom)
            track.view_box.pan_asked.connect(self.pan)
            track.view_box.clicked.connect(self._on_click)
            track.plot.installEventFilter(self)

    def _recolour(self) -> None:
        self._draw()
        self.update()

    def _lay_out(self) -> None:
        buttons = QWidget(self._strip)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(8, 6, 0, 0)
        row.setSpacing(0)
        for button in (self.follow_button, self.pause_button, self.back_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip)
        for track in self.tracks:
            column.addWidget(track, 2 if track.kind.channel is None else 1)
        column.addWidget(self._axis)


def _shift_ns(block: BlockRecord, view: RunView) -> int | None:
    """When a block changed its level first, in nanoseconds since the start of the run."""
    course = view.look(block).course
    if course is None or course.shift is None:
        return None
    left = course.shift
    for times_ns in block.latency.time_ns:
        if left < len(times_ns):
            return times_ns[left] - view.record.started_ns
        left -= len(times_ns)
    return None


def _explain(button: QToolButton, hint: str) -> None:
    """Say what a button does where mouse, keyboard and screen reader find it; the keys stand in brackets."""
    button.setToolTip(hint)
    button.setStatusTip(hint)
    button.setAccessibleName(hint.partition(" (")[0])

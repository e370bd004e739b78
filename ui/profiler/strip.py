"""The two rows that frame the tracks: who runs and in which phase above them, the time below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fwcompare.domain.contender import Contender
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, RunRecord
from ui.profiler.plots import colour, mark_text, small_font
from ui.profiler.scales import time_ticks
from ui.theme import Theme, look_of

GUTTER: Final = 104
"""Width of the names at the left of every row of the timeline."""

NAMES: Final = {
    Phase.SPAWN: "start",
    Phase.IMPORT: "import",
    Phase.DEVICE_INIT: "device",
    Phase.BUILD: "build",
    Phase.COMPILE: "compile",
    Phase.FIRST_CALL: "first call",
    Phase.CHECK: "check",
    Phase.WARM_UP: "warm-up",
    Phase.MEASURE: "measure",
    Phase.TEARDOWN: "end",
}

EMPTY_NS: Final = 10_000_000_000
"""What the time axis labels before there is anything: the first 10 s."""

_EMPTY: Final = "Run a comparison, or open a snapshot: its phases and curves are drawn here."

_NAME_HEIGHT: Final = 20
_BAND_HEIGHT: Final = 16


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The stretch of time that is shown, in nanoseconds since the start of the run."""

    start_ns: int
    end_ns: int

    @property
    def length_ns(self) -> int:
        """At least one nanosecond."""
        return max(1, self.end_ns - self.start_ns)

    def x(self, at_ns: float, left: float, width: float) -> float:
        """Where a moment lies in an area that begins at `left` and is `width` wide."""
        return left + (at_ns - self.start_ns) / self.length_ns * width


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase of a block, in nanoseconds since the start of the run; an open one lasts until now."""

    phase: Phase
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Life:
    """A block as the strip draws it.

    Attributes:
        shift_ns: When its latency changed its level first, None if it never did.
    """

    block: int
    contender: Contender
    start_ns: int
    end_ns: int
    stretches: tuple[Stretch, ...]
    shift_ns: int | None = None


def lives(record: RunRecord, now_ns: int) -> tuple[Life, ...]:
    """All blocks with their phases; `now_ns` ends what is still open."""
    contenders = {contender.id: contender for contender in record.plan.contenders}
    return tuple(
        life(block, contenders[block.contender], record.started_ns, now_ns) for block in record.blocks
    )


def life(block: BlockRecord, contender: Contender, started_ns: int, now_ns: int) -> Life:
    """One block with its phases."""
    end_ns = now_ns if block.finished_ns is None else block.finished_ns - started_ns
    stretches = []
    for phase, known in block.phases.items():
        start_ns = known.start_ns - started_ns
        phase_end_ns = end_ns if known.duration_ns is None else start_ns + known.duration_ns
        stretches.append(Stretch(phase, start_ns, phase_end_ns))
    return Life(block.block, contender, block.started_ns - started_ns, end_ns, tuple(stretches))


class PhaseStrip(QWidget):
    """Mark and name of each block's contender over the bands of its phases.

    Signals:
        block_clicked: Number of the block.
    """

    block_clicked = Signal(int)

    def __init__(self, theme: Theme, left: int) -> None:
        super().__init__()
        self._theme, self._left = theme, left
        self._range = TimeRange(0, 1)
        self._lives: Sequence[Life] = ()
        self.setAccessibleName("Phases")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A row of names and a row of bands."""
        return QSize(200, _NAME_HEIGHT + _BAND_HEIGHT + 4)

    def show_lives(self, shown: Sequence[Life], time_range: TimeRange) -> None:
        """Show these blocks in this range of time."""
        if (shown, time_range) != (self._lives, self._range):
            self._lives, self._range = shown, time_range
            self.update()

    def block_at(self, x: float) -> Life | None:
        """The block at this place."""
        at_ns = self._range.start_ns + (x - self._left) / max(1, self._width()) * self._range.length_ns
        return next((one for one in self._lives if one.start_ns <= at_ns <= one.end_ns), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a block."""
        found = self.block_at(event.position().x())
        if found and event.position().x() >= self._left:
            self.block_clicked.emit(found.block)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Names that found no room are in the tooltip."""
        found = self.block_at(event.position().x())
        phases = (
            ", ".join(
                f"{NAMES[one.phase]} {(one.end_ns - one.start_ns) / 1e9:.2g} s" for one in found.stretches
            )
            if found
            else ""
        )
        self.setToolTip(f"{found.contender.id}: {phases}" if found else "")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Only what is visible, and labels only where they fit whole."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._theme.tokens.base))
        painter.setClipRect(QRect(self._left, 0, self._width(), self.height()))
        if not self._lives:
            painter.setFont(small_font(self, 12))
            painter.setPen(colour(self._theme.tokens.text2))
            area = QRect(self._left, 0, self._width(), self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, _EMPTY)
        font = small_font(self)
        metrics = QFontMetrics(font)
        words = {phase: metrics.horizontalAdvance(name) for phase, name in NAMES.items()}
        for one in self._lives:
            if one.end_ns > self._range.start_ns and one.start_ns < self._range.end_ns:
                self._paint_name(painter, one)
                painter.setFont(font)
                for stretch in one.stretches:
                    self._paint_band(painter, one, stretch, words[stretch.phase])
        painter.end()

    def _width(self) -> int:
        return self.width() - self._left

    def _span(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        left, width = self._left, self._width()
        x = max(left, self._range.x(start_ns, left, width))
        return x, min(left + width, self._range.x(end_ns, left, width)) - x

    def _paint_name(self, painter: QPainter, one: Life) -> None:
        tokens, look = self._theme.tokens, look_of(one.contender)
        x, width = self._span(one.start_ns, one.end_ns)
        font = small_font(self, 12)
        mark_width = QFontMetrics(font).horizontalAdvance(mark_text(look))
        if width < mark_width:
            return
        painter.setFont(font)
        painter.setPen(colour(look.hue))
        baseline = _NAME_HEIGHT - 6
        painter.drawText(QPointF(x, baseline), mark_text(look))
        text = self._fitting(font, one.contender, width - mark_width - 4)
        painter.setPen(colour(tokens.text))
        painter.drawText(QPointF(x + mark_width + 4, baseline), text)

    def _fitting(self, font: QFont, contender: Contender, width: float) -> str:
        """The longest of the names that fits whole."""
        metrics = QFontMetrics(font)
        names = (contender.id, str(contender.mode))
        return next((name for name in names if metrics.horizontalAdvance(name) <= width - 8), "")

    def _paint_band(self, painter: QPainter, one: Life, stretch: Stretch, word_width: int) -> None:
        tokens = self._theme.tokens
        x, width = self._span(stretch.start_ns, stretch.end_ns)
        if width <= 0:
            return
        band = QRectF(x, _NAME_HEIGHT, max(1.0, width - 1), _BAND_HEIGHT)
        if stretch.phase is Phase.MEASURE:
            hue = look_of(one.contender).hue
            painter.fillRect(band, colour(hue, 0.22))
            painter.fillRect(QRectF(band.x(), band.bottom() - 2, band.width(), 2), colour(hue))
        else:
            painter.fillRect(band, colour(tokens.band))
        if word_width <= width - 6:
            painter.setPen(colour(tokens.text if stretch.phase is Phase.MEASURE else tokens.text2))
            painter.drawText(band.adjusted(3, 0, 0, -1), Qt.AlignmentFlag.AlignVCenter, NAMES[stretch.phase])


class TimeAxis(QWidget):
    """Round times in seconds since the start of the run."""

    def __init__(self, theme: Theme, left: int) -> None:
        super().__init__()
        self._theme, self._left = theme, left
        self._range = TimeRange(0, EMPTY_NS)
        self.setAccessibleName("Time in seconds since the start")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        """One row of labels."""
        return QSize(200, 20)

    def show_range(self, time_range: TimeRange) -> None:
        """Label this range."""
        if time_range != self._range:
            self._range = time_range
            self.update()

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Time in seconds and text of each label."""
        count = max(1, (self.width() - self._left) // 90)
        return time_ticks(self._range.start_ns / 1e9, self._range.end_ns / 1e9, count)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Labels that would be cut are left out."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), colour(tokens.base))
        painter.setFont(small_font(self))
        painter.setPen(colour(tokens.text2))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(16, 0, self._left - 16, self.height()), middle, "Time  s since start")
        for x, text in self._labels():
            half = QFontMetrics(painter.font()).horizontalAdvance(text) / 2
            if x - half >= self._left and x + half <= self.width():
                painter.drawText(QPointF(x - half, self.height() / 2 + 4), text)
        painter.end()

    def _labels(self) -> Iterator[tuple[float, str]]:
        for seconds, text in self.ticks():
            yield self._range.x(seconds * 1e9, self._left, self.width() - self._left), text

"""One row of the timeline: its name, unit and value in the gutter, its curves beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fwcompare.domain.contender import Contender
from ui.profiler.decimate import Curve, Grid, Times, Values
from ui.profiler.feed import BlockMedian, Style, TrackKind
from ui.profiler.plots import AXIS_WIDTH, BarePlot, TimeViewBox, colour, hairline, small_font
from ui.profiler.scales import Scale, linear_scale, log_scale, number_text
from ui.profiler.strip import GUTTER, TimeRange
from ui.theme import Theme, look_of

SMALL_HEIGHT: Final = 28
"""Height of a track whose counter is missing, and the least of any other."""

_DOT: Final = 2.4
_LABEL_PITCH: Final = 22
_LOG_LABEL_PITCH: Final = 18


class Track(QWidget):
    """One kind of reading of all contenders over time.

    Every curve is redrawn only if its points or the columns changed: one `setData` a tick at most.
    """

    def __init__(self, theme: Theme, kind: TrackKind) -> None:
        super().__init__()
        self.kind = kind
        self._theme = theme
        self._items: dict[str, Any] = {}
        self._drawn: dict[str, tuple[Grid, int]] = {}
        self._extents: dict[str, tuple[float, float]] = {}
        self._scale: Scale | None = None
        self.view_box = TimeViewBox()
        self.plot = BarePlot(self.view_box)
        self.plot.setAccessibleName(f"{kind.name} in {kind.unit} over time")
        self.setAccessibleName(f"{kind.name} in {kind.unit}")
        self._name, self._value = QLabel(), QLabel()
        self._absent = QLabel()
        self._absent.setTextFormat(Qt.TextFormat.RichText)
        self._absent.hide()
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._apply)
        self._apply()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The latencies get twice the height of the others."""
        return QSize(300, 110 if self.kind.channel is None else 56)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The surface and the hairline under the row."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._theme.tokens.base))
        painter.setPen(hairline(colour(self._theme.tokens.line)))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def show_absent(self, reason: str) -> None:
        """Shrink to a line that says why nothing can be drawn; "" draws again."""
        is_absent = bool(reason)
        if is_absent:
            muted = self._theme.tokens.text2
            text = f'– &nbsp; not available: {reason} &nbsp; <span style="color:{muted}">{self.kind.absent}</span>'
            if text != self._absent.text():
                self._absent.setText(text)
                self._absent.setToolTip(f"Not available: {reason} {self.kind.absent}")
                self.setAccessibleDescription(f"Not available: {reason}")
        if self._absent.isHidden() == is_absent:
            self._absent.setVisible(is_absent)
            self.plot.setVisible(not is_absent)
            self._value.setVisible(not is_absent)
            self.setMaximumHeight(SMALL_HEIGHT if is_absent else 16_777_215)

    def show_value(self, text: str) -> None:
        """The value now, or under the crosshair."""
        if text != self._value.text():
            self._value.setText(text)
            self.setAccessibleDescription(text)

    def clear(self) -> None:
        """Forget all curves: another run is shown."""
        for item in self._items.values():
            self.plot.removeItem(item)
        self._items.clear()
        self._drawn.clear()
        self._extents.clear()
        self._scale = None
        self.plot.left_axis.setTicks([])

    def draw(
        self,
        curves: Mapping[str, Curve],
        contenders: Mapping[str, Contender],
        grid: Grid,
        time_range: TimeRange,
    ) -> None:
        """Bring every curve up to date."""
        for contender, curve in curves.items():
            key = (grid, len(curve))
            if self._drawn.get(contender) != key:
                self._drawn[contender] = key
                self._draw_curve(contender, contenders[contender], *curve.drawn(grid))
        self.view_box.setXRange(time_range.start_ns / 1e9, time_range.end_ns / 1e9, padding=0)
        self._rescale()

    def show_medians(self, medians: tuple[BlockMedian, ...]) -> None:
        """Lines at the medians of blocks, in the latency track."""
        lines = [
            (one.start_ns / 1e9, one.end_ns / 1e9, float(np.log10(one.median_ns * self.kind.scale)))
            for one in medians
        ]
        self.plot.foreground.set_medians(lines, colour(self._theme.tokens.text))

    def set_time_lines(self, x: tuple[float, ...]) -> None:
        """Hairlines at the labelled times, beside those at the labelled values."""
        heights = [at for at, _ in self._scale.ticks] if self._scale else []
        self.plot.backdrop.set_grid(x, heights, colour(self._theme.tokens.grid))

    def set_stretches(self, measured: list[tuple[float, float, str]]) -> None:
        """Tint the stretches in which blocks measured: from, to, hue."""
        opacity = 0.12 if self._theme.tokens.is_dark else 0.07
        self.plot.backdrop.set_stretches([(start, end, colour(hue, opacity)) for start, end, hue in measured])

    def set_lines(self, lines: list[tuple[float, QColor]]) -> None:
        """Vertical lines: the present and the crosshair."""
        self.plot.foreground.set_lines(lines)

    def _draw_curve(self, contender: str, who: Contender, time_ns: Times, value: Values) -> None:
        item = self._items.get(contender)
        if item is None:
            if not value.size:
                return
            item = self._items[contender] = self._new_item(who)
        finite = value[np.isfinite(value)]
        if finite.size:
            self._extents[contender] = (float(finite.min()), float(finite.max()))
        else:
            self._extents.pop(contender, None)
        x, y = time_ns / 1e9, value
        if self.kind.style is Style.DOTS:
            y = np.log10(np.maximum(value, 1e-6))
        elif self.kind.style is Style.STEPS:
            x, y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
        item.setData(x, y)

    def _new_item(self, who: Contender) -> Any:
        hue = look_of(who).hue
        if self.kind.style is Style.DOTS:
            item = pg.ScatterPlotItem(size=_DOT, pen=None, brush=colour(hue, 0.75), antialias=False)
        else:
            item = pg.PlotCurveItem(
                pen=pg.mkPen(hue, width=1),
                fillLevel=0.0,
                brush=colour(hue, 0.16),
                connect="finite",
                antialias=False,
            )
        self.plot.addItem(item, ignoreBounds=True)
        return item

    def _rescale(self) -> None:
        """Round values for what is visible; the range stays where it is as long as they do."""
        pitch = _LOG_LABEL_PITCH if self.kind.style is Style.DOTS else _LABEL_PITCH
        count = max(1, self.plot.height() // pitch)
        lows = [low for low, _ in self._extents.values()]
        highs = [high for _, high in self._extents.values()]
        if not highs:
            return
        if self.kind.style is Style.DOTS:
            scale = log_scale(max(min(lows), 1e-6), max(*highs, 1e-6), count)
        elif self.kind.style is Style.STEPS:
            scale = linear_scale(100.0, min(count, 2))
        else:
            scale = linear_scale(max(highs), min(count, 3))
        if scale != self._scale:
            self._scale = scale
            self.view_box.setYRange(scale.low, scale.high, padding=0)
            self.plot.left_axis.setTicks([list(scale.ticks)])

    def _lay_out(self) -> None:
        gutter = QWidget()
        gutter.setFixedWidth(GUTTER)
        column = QVBoxLayout(gutter)
        column.setContentsMargins(16, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self._value)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 1)
        row.setSpacing(0)
        row.addWidget(gutter)
        row.addWidget(self._absent, 1)
        row.addWidget(self.plot, 1)
        self._absent.setIndent(AXIS_WIDTH)
        self._absent.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(SMALL_HEIGHT)

    def _apply(self) -> None:
        """Take the colours of the scheme."""
        tokens = self._theme.tokens
        self._name.setText(
            f'<b style="font-weight:600">{self.kind.name}</b> '
            f'<span style="color:{tokens.text2}">{self.kind.unit}</span>'
        )
        self._value.setFont(small_font(self, 12))
        self._value.setStyleSheet(f"color: {tokens.text2}")
        self._absent.setFont(small_font(self, 12))
        self.plot.apply(tokens)
        self.update()


def value_text(value: float | None) -> str:
    """A value for the gutter."""
    return "–" if value is None else number_text(value)

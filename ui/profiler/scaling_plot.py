"""Items a second or latency by batch, a curve for each contender, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from fwcompare.cli.wording import latency, rate
from fwcompare.domain.contender import Contender
from fwcompare.stats.scaling import Estimate, ScalingPoint, Sweep
from ui.profiler.plots import BarePlot, colour, edge_of, mark_text, small_font
from ui.profiler.scales import log_scale, short_text
from ui.theme import Theme, look_of


@dataclass(frozen=True, slots=True)
class ScalingFigure:
    """What is drawn against the batch.

    Attributes:
        label: In the list of figures.
        note: What it is, with the unit of the axis.
        key: Name in the `unavailable` of a point.
        of: The figure of a point.
        scale: From its unit to that of the axis.
        text: It in words.
        bends_down: Its curves leave the bottom right free, as what saturates does; else the top left.
    """

    label: str
    note: str
    key: str
    of: Callable[[ScalingPoint], Estimate | None]
    scale: float
    text: Callable[[float | None], str]
    bends_down: bool


THROUGHPUT: Final = ScalingFigure(
    "items/s",
    "items a second",
    "throughput_per_s",
    lambda point: point.throughput_per_s,
    1.0,
    lambda value: f"{rate(value)} items/s",
    bends_down=True,
)
LATENCY: Final = ScalingFigure(
    "latency, ms",
    "latency of an iteration",
    "latency_ns",
    lambda point: point.latency_ns,
    1e-6,
    latency,
    bends_down=False,
)

_MARK: Final = 8
_ROOM: Final = 0.07
_EDGE: Final = 16
_LABEL_PIXELS: Final = 34
_LEGEND_LINE: Final = 15
_EMPTY: Final = (
    "How items a second and latency grow with the batch is drawn here. This run has one batch only: write "
    "several into the form, for instance 1,8,32,128, and run it again."
)


class ScalingPlot(BarePlot):
    """The contenders' curves with their intervals; without a second batch it says how to get one."""

    def __init__(self, theme: Theme) -> None:
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        super().__init__(self._box, shows_bottom=True)
        self._theme = theme
        self._sweep: Sweep | None = None
        self._contenders: tuple[Contender, ...] = ()
        self._figure = THROUGHPUT
        self._items: list[Any] = []
        self.setAccessibleName("Scaling with the batch")
        self.setMinimumWidth(140)
        self.bottom_axis.setHeight(24)
        self._box.sigResized.connect(self._show_scales)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_sweep(self, sweep: Sweep | None, contenders: Sequence[Contender], figure: ScalingFigure) -> None:
        """Draw one figure of a sweep, nothing if the run has none."""
        if (sweep, tuple(contenders), figure) == (self._sweep, self._contenders, self._figure):
            return
        self._sweep, self._contenders, self._figure = sweep, tuple(contenders), figure
        points = sweep.points if sweep else ()
        self.setAccessibleDescription("; ".join(map(self._words, points)) if points else _EMPTY)
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The names of the curves, or why there are none."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        text = self._why_empty()
        if text:
            painter.setFont(small_font(self, 12))
            painter.setPen(colour(self._theme.tokens.text2))
            area = self.viewport().rect().adjusted(_EDGE, 8, -_EDGE, -8)
            painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, text)
        else:
            self._paint_legend(painter)
        painter.end()

    def _why_empty(self) -> str:
        """Why there is no curve, "" if there is one."""
        if self._sweep is None:
            return _EMPTY
        if any(self._figure.of(point) for point in self._sweep.points):
            return ""
        reasons = dict.fromkeys(point.unavailable[self._figure.key] for point in self._sweep.points)
        return f"{self._figure.label}: {'; '.join(reasons)}"

    def _words(self, point: ScalingPoint) -> str:
        known = self._figure.of(point)
        shown = self._figure.text(known.value) if known else f"– {point.unavailable[self._figure.key]}"
        return f"{point.contender} at batch {point.batch}: {shown}"

    def _redraw(self) -> None:
        for item in self._items:
            self.removeItem(item)
        self._items = []
        for contender in self._contenders if self._sweep else ():
            points = [one for one in self._known() if one[0].contender == contender.id]
            if points:
                self._draw(contender, points)
        self._show_scales()
        self.viewport().update()

    def _known(self) -> list[tuple[ScalingPoint, Estimate]]:
        """The points that have the figure."""
        pairs = [(point, self._figure.of(point)) for point in (self._sweep.points if self._sweep else ())]
        return [(point, known) for point, known in pairs if known is not None]

    def _draw(self, contender: Contender, points: Sequence[tuple[ScalingPoint, Estimate]]) -> None:
        look, tokens = look_of(contender), self._theme.tokens
        x = np.log10([point.batch for point, _ in points])
        y, low, high = (
            np.log10(np.array(values) * self._figure.scale)
            for values in (
                [known.value for _, known in points],
                [known.low or known.value for _, known in points],
                [known.high or known.value for _, known in points],
            )
        )
        pen = pg.mkPen(look.hue, width=1)
        bars = pg.ErrorBarItem(x=x, y=y, top=high - y, bottom=y - low, beam=0.03, pen=pen)
        if look.mark.dash:
            pen = pg.mkPen(look.hue, width=1)
            pen.setDashPattern(list(look.mark.dash))
        curve = pg.PlotCurveItem(x, y, pen=pen, antialias=True)
        marks = pg.ScatterPlotItem(
            x,
            y,
            symbol=look.mark.symbol,
            size=_MARK,
            antialias=True,
            brush=colour(tokens.base) if look.hollow else colour(look.hue),
            pen=pg.mkPen(edge_of(look.hue, tokens), width=1),
        )
        for item in (bars, curve, marks):
            self.addItem(item, ignoreBounds=True)
            self._items.append(item)

    def _paint_legend(self, painter: QPainter) -> None:
        """Names where the curves leave room; none where they would take half of the plot."""
        area = QRectF(self._box.mapRectToDevice(self._box.boundingRect()) or QRectF())
        drawn = {point.contender for point, _ in self._known()}
        shown = [one for one in self._contenders if one.id in drawn]
        if len(shown) * _LEGEND_LINE > area.height() / 2:
            return
        painter.setFont(small_font(self))
        left, top = area.left() + 8, area.top() + _LEGEND_LINE
        if self._figure.bends_down:
            widest = max(painter.fontMetrics().horizontalAdvance(one.id) for one in shown)
            left, top = area.right() - widest - 24, area.bottom() - len(shown) * _LEGEND_LINE + 8
        for place, contender in enumerate(shown):
            look, at = look_of(contender), QPointF(left, top + place * _LEGEND_LINE)
            painter.setPen(colour(look.hue))
            painter.drawText(at, mark_text(look))
            painter.setPen(colour(self._theme.tokens.text2))
            painter.drawText(at + QPointF(14, 0), contender.id)

    def _show_scales(self) -> None:
        known = self._known()
        self.bottom_axis.setTicks([])
        self.left_axis.setTicks([])
        self.backdrop.set_grid([], [], colour(self._theme.tokens.grid))
        if not known or self._sweep is None:
            return
        ends = [
            end * self._figure.scale
            for _, one in known
            for end in (one.low or one.value, one.high or one.value)
        ]
        vertical = log_scale(min(ends), max(ends), max(2, self.height() // 30))
        batches = self._sweep.batches
        low, high = _widened(float(np.log10(batches[0])), float(np.log10(batches[-1])))
        self._box.setXRange(low, high, padding=0)
        self._box.setYRange(*_widened(vertical.low, vertical.high), padding=0)
        ticks = _thinned(
            [(float(np.log10(batch)), short_text(batch)) for batch in batches],
            (high - low) * _LABEL_PIXELS / max(1, self._box.width()),
        )
        self.bottom_axis.setTicks([ticks])
        self.left_axis.setTicks([[(at, short_text(10.0**at)) for at, _ in vertical.ticks]])
        self.backdrop.set_grid(
            [at for at, _ in ticks], [at for at, _ in vertical.ticks], colour(self._theme.tokens.grid)
        )

    def _recolour(self) -> None:
        self.apply(self._theme.tokens)
        self._redraw()


def _widened(low: float, high: float) -> tuple[float, float]:
    """Room at both ends for half a label."""
    return low - _ROOM * (high - low), high + _ROOM * (high - low)


def _thinned(ticks: Sequence[tuple[float, str]], apart: float) -> list[tuple[float, str]]:
    """Those of the ticks that are so far apart, the first among them."""
    kept: list[tuple[float, str]] = []
    for tick in ticks:
        if not kept or tick[0] - kept[-1][0] >= apart:
            kept.append(tick)
    return kept

"""The distribution of the latencies of each contender, as cumulative shares over a log scale."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent

from fwcompare.domain.contender import Contender
from ui.profiler.analysis import Distribution
from ui.profiler.plots import BarePlot, colour, edge_of, small_font
from ui.profiler.scales import log_scale
from ui.theme import Theme, look_of

SHARES: Final = ((0.0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"))
"""The labelled shares; the axis is linear."""

_MARK: Final = 9
_LINE: Final = 1.6
_LABEL_WIDTH: Final = 40
_LOW: Final = 190
_EDGE: Final = 16
_EMPTY: Final = "How the latencies are spread is drawn here."


class EcdfPlot(BarePlot):
    """One curve for each contender: its hue, its mode's dash, its mark at the median."""

    def __init__(self, theme: Theme) -> None:
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        super().__init__(self._box, shows_bottom=True)
        self._theme = theme
        self._distributions: tuple[Distribution, ...] = ()
        self._items: dict[str, tuple[Any, Any]] = {}
        self.setAccessibleName("Distribution of the latencies")
        self.setMinimumWidth(140)
        self._box.setYRange(-0.02, 1.04, padding=0)
        self.bottom_axis.setHeight(24)
        self.getPlotItem().layout.setContentsMargins(0, 0, _EDGE, 0)
        self._box.sigResized.connect(self._fit_labels)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_distributions(self, distributions: tuple[Distribution, ...]) -> None:
        """Draw these, unless they are drawn already."""
        if distributions is self._distributions:
            return
        self._distributions = distributions
        self.setAccessibleDescription(
            "; ".join(
                f"{one.contender.id}: half below {one.median_ms:.3g} ms, n {one.n}" for one in distributions
            )
        )
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """While there is nothing to draw, say what would be drawn."""
        super().paintEvent(event)
        if not self._distributions:
            painter = QPainter(self.viewport())
            painter.setFont(small_font(self, 12))
            painter.setPen(colour(self._theme.tokens.text2))
            area = self.viewport().rect().adjusted(_EDGE, 8, -_EDGE, -8)
            painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, _EMPTY)
            painter.end()

    def _fit_labels(self) -> None:
        """In a low plot the label of 90 % would touch that of 99 %; without curves there are none."""
        is_low = self.height() < _LOW
        labels = [pair for pair in SHARES if pair[0] != 0.9 or not is_low]
        self.left_axis.setTicks([labels if self._distributions else []])
        self._show_scale()

    def _redraw(self) -> None:
        gone = self._items.keys() - {one.contender.id for one in self._distributions}
        for contender in gone:
            for item in self._items.pop(contender):
                self.removeItem(item)
        self._fit_labels()
        for one in self._distributions:
            self._draw(one)

    def _draw(self, one: Distribution) -> None:
        look = look_of(one.contender)
        curve, mark = self._items.get(one.contender.id) or self._new_items(one.contender)
        x = np.log10(np.maximum(one.latency_ms, 1e-6))
        # a step at each latency: the share jumps there
        steps_x, steps_y = np.repeat(x, 2), np.concatenate(([0.0], np.repeat(one.share, 2)[:-1]))
        curve.setData(steps_x, steps_y)
        mark.setData(
            [np.log10(max(one.median_ms, 1e-6))],
            [0.5],
            brush=colour(self._theme.tokens.base) if look.hollow else colour(look.hue),
            pen=pg.mkPen(edge_of(look.hue, self._theme.tokens), width=1),
        )

    def _new_items(self, contender: Contender) -> tuple[Any, Any]:
        """Curve and mark of a contender: they are kept, because making them anew at each block is slow."""
        look = look_of(contender)
        pen = pg.mkPen(look.hue, width=_LINE)
        if look.mark.dash:
            pen.setDashPattern(list(look.mark.dash))
        curve = pg.PlotCurveItem(pen=pen, antialias=True)
        mark = pg.ScatterPlotItem(symbol=look.mark.symbol, size=_MARK, antialias=True)
        mark.setZValue(5)
        for item in (curve, mark):
            self.addItem(item, ignoreBounds=True)
        self._items[contender.id] = curve, mark
        return curve, mark

    def _show_scale(self) -> None:
        """From the fastest iteration to the slowest but one in a hundred."""
        known = [one.latency_ms for one in self._distributions]
        if not known:
            self.bottom_axis.setTicks([])
            self.backdrop.set_grid([], [], colour(self._theme.tokens.grid))
            return
        lowest = min(float(values[0]) for values in known)
        highest = max(float(values[int(0.99 * (values.size - 1))]) for values in known)
        count = max(2, (self.width() - _LABEL_WIDTH - _EDGE) // 48)
        scale = log_scale(max(lowest, 1e-6), max(highest, 1e-6), count)
        self._box.setXRange(scale.low, scale.high, padding=0)
        self.bottom_axis.setTicks([list(scale.ticks)])
        self.backdrop.set_grid(
            [at for at, _ in scale.ticks], [share for share, _ in SHARES], colour(self._theme.tokens.grid)
        )

    def _recolour(self) -> None:
        self.apply(self._theme.tokens)
        self._redraw()

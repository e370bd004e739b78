"""pyqtgraph stripped to what the look allows: no frame, no ticks, hairlines at labelled values only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import Look, Tokens

AXIS_WIDTH: Final = 40
"""Width of the labels at the left of every track, so that their time axes begin at the same place."""

TICK_PIXELS: Final = 11
"""Size of axis labels at the usual size of text, see `small_font`."""


def small_font(of: QWidget, pixels: int = TICK_PIXELS) -> QFont:
    """The widget's font at another of the look's sizes, scaled as the user scaled text (13 px is text)."""
    font = QFont(of.font())
    font.setPixelSize(max(TICK_PIXELS, round(of.fontInfo().pixelSize() * pixels / 13)))
    return font


def colour(name: str, opacity: float = 1.0) -> QColor:
    """A token or hue with an opacity from 0 to 1."""
    result = QColor(name)
    result.setAlphaF(opacity)
    return result


def edge_of(hue: str, tokens: Tokens) -> QColor:
    """The edge that sets a mark off from the surface."""
    return QColor(hue).lighter(125) if tokens.is_dark else QColor(hue).darker(135)


class TimeViewBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """A view box that asks for ranges instead of taking them: wheel and drag move time alone.

    Signals:
        zoom_asked: Factor of the length, and the time that stays where it is.
        pan_asked: Seconds to move the range by.
        clicked: The time.
    """

    zoom_asked = Signal(float, float)
    pan_asked = Signal(float)
    clicked = Signal(float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002, N802 - Qt's and pyqtgraph's names
        """Zoom around the pointer."""
        event.accept()
        self.zoom_asked.emit(0.85 ** (event.delta() / 120), self.mapSceneToView(event.scenePos()).x())

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002, N802
        """Move through time."""
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            here, before = (self.mapSceneToView(at).x() for at in (event.scenePos(), event.lastScenePos()))
            self.pan_asked.emit(before - here)

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802
        """Choose what is here."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.clicked.emit(self.mapSceneToView(event.scenePos()).x())


class LabelAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of labels alone."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, pen=pg.mkPen(None), tickPen=pg.mkPen(None), maxTickLength=0)
        # ticks without length still leave dots; their opacity takes those away
        self.setStyle(
            tickLength=0, tickAlpha=0, showValues=True, autoExpandTextSpace=False, hideOverlappingLabels=False
        )


class Backdrop(pg.UIGraphicsItem):  # type: ignore[misc]
    """What lies behind the curves: tinted stretches of time, and hairlines at the labelled values."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-10)
        self._stretches: Sequence[tuple[float, float, QColor]] = ()
        self._x: Sequence[float] = ()
        self._y: Sequence[float] = ()
        self._grid = QColor()

    def set_grid(self, x: Sequence[float], y: Sequence[float], grid: QColor) -> None:
        """Hairlines at these coordinates."""
        if (x, y, grid) != (self._x, self._y, self._grid):
            self._x, self._y, self._grid = x, y, grid
            self.update()

    def set_stretches(self, stretches: Sequence[tuple[float, float, QColor]]) -> None:
        """Tints from one x to another."""
        if stretches != self._stretches:
            self._stretches = stretches
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Tints first, hairlines on them."""
        view = self.viewRect()
        for start, end, tint in self._stretches:
            painter.fillRect(QRectF(start, view.top(), end - start, view.height()), tint)
        painter.setPen(hairline(self._grid))
        for x in self._x:
            painter.drawLine(QPointF(x, view.top()), QPointF(x, view.bottom()))
        for y in self._y:
            painter.drawLine(QPointF(view.left(), y), QPointF(view.right(), y))


class Foreground(pg.UIGraphicsItem):  # type: ignore[misc]
    """What lies on the curves: vertical lines (the present, the crosshair) and medians of blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(10)
        self._lines: Sequence[tuple[float, QColor]] = ()
        self._medians: Sequence[tuple[float, float, float]] = ()
        self._median_colour = QColor()

    def set_lines(self, lines: Sequence[tuple[float, QColor]]) -> None:
        """Vertical lines from bottom to top."""
        if lines != self._lines:
            self._lines = lines
            self.update()

    def set_medians(self, medians: Sequence[tuple[float, float, float]], tint: QColor) -> None:
        """Horizontal lines: from, to, height."""
        if (medians, tint) != (self._medians, self._median_colour):
            self._medians, self._median_colour = medians, tint
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Medians first."""
        view = self.viewRect()
        painter.setPen(hairline(self._median_colour))
        for start, end, height in self._medians:
            painter.drawLine(QPointF(start, height), QPointF(end, height))
        for x, tint in self._lines:
            painter.setPen(hairline(tint))
            painter.drawLine(QPointF(x, view.top()), QPointF(x, view.bottom()))


def hairline(tint: QColor) -> QPen:
    """A pen of one pixel at any scale."""
    pen = QPen(tint, 1)
    pen.setCosmetic(True)
    return pen


class BarePlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot without anything but curves, hairlines and labels."""

    def __init__(self, view_box: pg.ViewBox, *, shows_bottom: bool = False) -> None:
        self.left_axis, self.bottom_axis = LabelAxis("left"), LabelAxis("bottom")
        super().__init__(viewBox=view_box, axisItems={"left": self.left_axis, "bottom": self.bottom_axis})
        self.setAcceptDrops(False)  # it would swallow a snapshot that is dropped on the window
        self.viewport().setAcceptDrops(False)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.layout.setContentsMargins(0, 0, 0, 0)
        item.layout.setHorizontalSpacing(0)
        item.layout.setVerticalSpacing(0)
        item.showAxis("bottom", shows_bottom)
        self.left_axis.setWidth(AXIS_WIDTH)
        self.left_axis.setTicks([])
        self.bottom_axis.setTicks([])
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.setAntialiasing(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.backdrop, self.foreground = Backdrop(), Foreground()
        for one in (self.backdrop, self.foreground):
            view_box.addItem(one, ignoreBounds=True)

    def apply(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.setBackground(tokens.base)
        for axis in (self.left_axis, self.bottom_axis):
            axis.setTextPen(tokens.text2)
            axis.setTickFont(small_font(self))


_HOLLOW: Final = {
    "●": "○",
    "▲": "△",
    "◆": "◇",
    "■": "□",
    "▼": "▽",
    "◀": "◁",
    "▶": "▷",
    "⬟": "⬠",
    "⬢": "⬡",
    "★": "☆",
}


def mark_text(look: Look) -> str:
    """The mark before a contender's name."""
    return _HOLLOW[look.mark.character] if look.hollow else look.mark.character

"""Bars with whiskers in a cell: latencies from zero, ratios around one."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.comparison.figures import Figure
from ui.comparison.painting import faded
from ui.theme import Tokens

_HEIGHT: Final = 12
_FOOT: Final = 2
_CAP: Final = 3
_ROOM: Final = 4
"""Space for whiskers that reach beyond the axis, at both ends."""


def draw_bar(painter: QPainter, area: QRectF, figure: Figure, full: float, hue: str, tokens: Tokens) -> None:
    """A bar from zero; `full` is the value that fills the area."""
    if figure.value is None or full <= 0:
        return
    length = (area.width() - _ROOM) / full
    middle = area.center().y()
    _fill(painter, QRectF(area.left(), middle - _HEIGHT / 2, figure.value * length, _HEIGHT), hue, tokens)
    painter.fillRect(QRectF(area.left(), middle - _HEIGHT / 2, _FOOT, _HEIGHT), QColor(hue))
    if figure.low is not None and figure.high is not None:
        ends = (area.left() + figure.low * length, area.left() + figure.high * length)
        _whisker(painter, *ends, middle, tokens, cut=(False, False))


def draw_ratio(
    painter: QPainter, area: QRectF, figure: Figure, reach: float, margin: float, hue: str, tokens: Tokens
) -> None:
    """A bar from one to the ratio on a logarithmic axis, its interval as whiskers, the margin as a band.

    Args:
        area: One stands in its middle.
        figure: A ratio, possibly with an interval.
        reach: How far the axis reaches to both sides of one, as a natural logarithm.
        margin: Of the plan, as a fraction.
        hue: Of the framework.
        tokens: Colours.
    """
    half = area.width() / 2 - _ROOM
    centre, middle = area.center().x(), area.center().y()

    def place(ratio: float) -> float:
        return centre + max(-1.0, min(1.0, math.log(ratio) / reach)) * half

    band = max(place(1 + margin) - centre, 1.0)
    painter.fillRect(QRectF(centre - band, area.top() + 4, 2 * band, area.height() - 8), QColor(tokens.band))
    if figure.value is None:
        return
    ends = sorted((centre, place(figure.value)))
    bar = QRectF(ends[0], middle - _HEIGHT / 2, ends[1] - ends[0], _HEIGHT)
    _fill(painter, bar, hue, tokens)
    painter.fillRect(QRectF(centre - _FOOT / 2, middle - _HEIGHT / 2, _FOOT, _HEIGHT), QColor(hue))
    if figure.low is not None and figure.high is not None:
        cut = (math.log(figure.low) < -reach, math.log(figure.high) > reach)
        _whisker(painter, place(figure.low), place(figure.high), middle, tokens, cut=cut)


def _fill(painter: QPainter, bar: QRectF, hue: str, tokens: Tokens) -> None:
    painter.fillRect(bar, faded(hue, 0.50 if tokens.is_dark else 0.38))


def _whisker(
    painter: QPainter, left: float, right: float, middle: float, tokens: Tokens, *, cut: tuple[bool, bool]
) -> None:
    """A line with a cap at each end, or with an arrow where the axis ends before the interval does."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.text), 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    left, right, middle = math.floor(left) + 0.5, math.floor(right) + 0.5, math.floor(middle) + 0.5
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    for end, inwards, is_cut in ((left, 1, cut[0]), (right, -1, cut[1])):
        for side in (-_CAP, _CAP):
            tip = end + inwards * _CAP if is_cut else end
            painter.drawLine(QPointF(end, middle), QPointF(tip, middle + side))
    painter.restore()

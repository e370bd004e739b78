"""Bars with whiskers in a cell: latencies from zero, ratios around one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
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

_HELD: Final = 0.75
"""An axis of ratios holds at least this share of them: an arrow says that the others are beyond it."""


def reach_of(ratios: Iterable[float]) -> float:
    """How far an axis has to reach to both sides of one, as a natural logarithm, to hold most of the ratios."""
    distances = sorted(abs(math.log(ratio)) for ratio in ratios)
    return distances[math.ceil(_HELD * len(distances)) - 1] if distances else 0.0


@dataclass(frozen=True, slots=True)
class BarStyle:
    """In what a bar is drawn: the hue of its framework, and the theme's tokens."""

    hue: str
    tokens: Tokens


def draw_bar(painter: QPainter, area: QRectF, figure: Figure, full: float, style: BarStyle) -> None:
    """A bar from zero with the span of the figure as whiskers; `full` is the value that fills the area."""
    if figure.value is None or full <= 0:
        return
    length = (area.width() - _ROOM) / full
    middle = area.center().y()
    _fill(painter, QRectF(area.left(), middle - _HEIGHT / 2, figure.value * length, _HEIGHT), style)
    painter.fillRect(QRectF(area.left(), middle - _HEIGHT / 2, _FOOT, _HEIGHT), QColor(style.hue))
    if figure.low is not None and figure.high is not None:
        ends = (area.left() + figure.low * length, area.left() + figure.high * length)
        _whisker(painter, ends, middle, style.tokens, cut=(False, False))


@dataclass(frozen=True, slots=True)
class RatioAxis:
    """The axis on which all ratios of a table are drawn, with one in the middle.

    Attributes:
        reach: How far it goes to both sides, as a natural logarithm.
        margin: Of the plan, as a fraction; drawn as a band.
    """

    reach: float
    margin: float


def draw_ratio(painter: QPainter, area: QRectF, figure: Figure, axis: RatioAxis, style: BarStyle) -> None:
    """A bar from one to the ratio on a logarithmic axis, its interval as whiskers, the margin as a band."""
    half = area.width() / 2 - _ROOM
    centre, middle = area.center().x(), area.center().y()

    def place(ratio: float) -> float:
        return centre + max(-1.0, min(1.0, math.log(ratio) / axis.reach)) * half

    band = max(place(1 + axis.margin) - centre, 1.0)
    ground = QRectF(centre - band, area.top() + 4, 2 * band, area.height() - 8)
    painter.fillRect(ground, QColor(style.tokens.band))
    if figure.value is None:
        return
    ends = sorted((centre, place(figure.value)))
    _fill(painter, QRectF(ends[0], middle - _HEIGHT / 2, ends[1] - ends[0], _HEIGHT), style)
    painter.fillRect(QRectF(centre - _FOOT / 2, middle - _HEIGHT / 2, _FOOT, _HEIGHT), QColor(style.hue))
    if figure.low is not None and figure.high is not None:
        cut = (math.log(figure.low) < -axis.reach, math.log(figure.high) > axis.reach)
        _whisker(painter, (place(figure.low), place(figure.high)), middle, style.tokens, cut=cut)


def _fill(painter: QPainter, bar: QRectF, style: BarStyle) -> None:
    painter.fillRect(bar, faded(style.hue, 0.50 if style.tokens.is_dark else 0.38))


def _whisker(
    painter: QPainter, ends: tuple[float, float], middle: float, tokens: Tokens, *, cut: tuple[bool, bool]
) -> None:
    """A line with a cap at each end, or with an arrow where the axis ends before the interval does."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.text), 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    left, right = (math.floor(end) + 0.5 for end in ends)
    middle = math.floor(middle) + 0.5
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    for end, inwards, is_cut in ((left, 1, cut[0]), (right, -1, cut[1])):
        for side in (-_CAP, _CAP):
            tip = end + inwards * _CAP if is_cut else end
            painter.drawLine(QPointF(end, middle), QPointF(tip, middle + side))
    painter.restore()

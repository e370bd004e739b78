"""Strokes that the delegates and headers share: symbols, marks, chips, texts; colours come from the theme's tokens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from fwcompare.domain.contender import Mode
from ui.comparison.badges import Badge, Symbol, Tone
from ui.theme import Chip, Look, Tokens
from ui.widgets.fonts import scaled

GAP: Final = 8
"""Space between the things in a cell, and at its sides."""

DEPRECATED: Final = "deprecated"
"""What stands, muted, beside a contender that its framework advises against."""

CHIP_HEIGHT: Final = 20
_CHIP_LEFT: Final = 6
_CHIP_RIGHT: Final = 8
_SYMBOL: Final = 12
_MARK: Final = 11

_LINES: Final[dict[Symbol, tuple[tuple[tuple[float, float], ...], ...]]] = {
    Symbol.CHECK: (((2.2, 6.4), (4.9, 9.2), (9.8, 3.2)),),
    Symbol.CROSS: (((3, 3), (9, 9)), ((9, 3), (3, 9))),
    Symbol.DASH: (((2.5, 6), (9.5, 6)),),
    Symbol.DIFFERS: (((2, 4.5), (10, 4.5)), ((2, 7.5), (10, 7.5)), ((8, 2), (4, 10))),
    Symbol.BOLT: (((6.8, 1.5), (3, 6.8), (5.8, 6.8), (5.2, 10.5), (9, 5.2), (6.2, 5.2), (6.8, 1.5)),),
    Symbol.OPEN: (((3, 2), (9, 2), (3, 10), (9, 10), (3, 2)),),
    Symbol.CLOCK: (((6, 3.4), (6, 6), (7.8, 7.2)),),
    Symbol.CAUTION: (
        ((6, 1.6), (10.8, 10.4), (1.2, 10.4), (6, 1.6)),
        ((6, 4.8), (6, 7)),
        ((6, 8.7), (6, 8.8)),
    ),
    Symbol.STAR: (
        (
            (6, 1.6),
            (7.3, 4.4),
            (10.4, 4.8),
            (8.1, 6.9),
            (8.7, 10),
            (6, 8.5),
            (3.3, 10),
            (3.9, 6.9),
            (1.6, 4.8),
            (4.7, 4.4),
            (6, 1.6),
        ),
    ),
}
"""Symbols made of strokes, on a grid of twelve."""

_FILLED: Final[dict[Symbol, tuple[tuple[float, float], ...]]] = {
    Symbol.UP: ((6, 2.5), (10, 9), (2, 9)),
    Symbol.DOWN: ((6, 9.5), (10, 3), (2, 3)),
}

_MARKS: Final[dict[Mode, tuple[tuple[float, float], ...]]] = {
    Mode.COMPILE: ((0.5, 0.08), (0.98, 0.92), (0.02, 0.92)),
    Mode.FUNCTION: ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    Mode.XLA: ((0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92)),
    Mode.EXPORT: ((0.02, 0.08), (0.98, 0.08), (0.5, 0.92)),
    Mode.TRACE: ((0.92, 0.02), (0.92, 0.98), (0.08, 0.5)),
    Mode.SCRIPT: ((0.08, 0.02), (0.92, 0.5), (0.08, 0.98)),
    Mode.AOT: ((0.5, 0), (0.94, 0.25), (0.94, 0.75), (0.5, 1), (0.06, 0.75), (0.06, 0.25)),
    Mode.SAVEDMODEL: ((0.5, 0), (1, 0.38), (0.81, 0.98), (0.19, 0.98), (0, 0.38)),
    Mode.DEFAULT: (
        (0.5, 0),
        (0.62, 0.36),
        (1, 0.38),
        (0.7, 0.61),
        (0.81, 0.98),
        (0.5, 0.76),
        (0.19, 0.98),
        (0.3, 0.61),
        (0, 0.38),
        (0.38, 0.36),
    ),
}
"""Corners of the marks in a square of one; eager is a circle."""


def small_font(font: QFont) -> QFont:
    """Evidence, captions and headers: 12 where text is 13."""
    return scaled(font, 12 / 13)


def chip_colours(tone: Tone, tokens: Tokens) -> Chip | None:
    """Colours of a chip, None for one without fill."""
    return {Tone.OK: tokens.ok, Tone.MID: tokens.mid, Tone.OLD: tokens.old, Tone.BAD: tokens.bad}.get(tone)


def chip_width(badge: Badge, font: QFont) -> float:
    """Width of the chip of a badge whose word is drawn in this font."""
    sides = _CHIP_LEFT + _CHIP_RIGHT if badge.tone is not Tone.PLAIN else 0
    return sides + _SYMBOL + GAP / 2 + QFontMetricsF(font).horizontalAdvance(badge.word)


def draw_badge(
    painter: QPainter, area: QRectF, badge: Badge, font: QFont, tokens: Tokens, *, on_selection: bool
) -> None:
    """A chip at the left of the area, centred in its height; after it its remark, muted, and its caution.

    The remark is elided where there is no room; of a caution that finds none the symbol is left.

    `font` is that of text; the chip's word is a size smaller. On a selection a chip gets an edge,
    because its fill is near that of the selection.
    """
    word_font = scaled(font, 12 / 13, QFont.Weight.Medium)
    colours = chip_colours(badge.tone, tokens)
    width = min(chip_width(badge, word_font), area.width())
    chip = QRectF(area.left(), area.center().y() - CHIP_HEIGHT / 2, width, CHIP_HEIGHT)
    left = chip.left()
    colour = QColor(tokens.text2)
    if colours is not None:
        colour = QColor(colours.text)
        _draw_fill(painter, chip, colours, on_selection=on_selection)
        left += _CHIP_LEFT
    draw_symbol(painter, badge.symbol, QPointF(left, chip.center().y() - _SYMBOL / 2), colour)
    left += _SYMBOL + GAP / 2
    draw_text(
        painter, QRectF(left, chip.top(), chip.right() - left, CHIP_HEIGHT), badge.word, word_font, colour
    )
    rest = QRectF(area)
    rest.setLeft(chip.right() + GAP)
    small = small_font(font)
    remark = QRectF(rest)
    if badge.caution:
        remark.setRight(rest.right() - _SYMBOL - GAP)
    draw_text(painter, remark, badge.remark, small, QColor(tokens.text2))
    if badge.caution and rest.width() > _SYMBOL:
        taken = min(QFontMetricsF(small).horizontalAdvance(badge.remark), remark.width())
        rest.setLeft(rest.left() + (taken + GAP if taken > 0 else 0))
        corner = QPointF(rest.left(), chip.center().y() - _SYMBOL / 2)
        draw_symbol(painter, Symbol.CAUTION, corner, QColor(tokens.old.text))
        rest.setLeft(rest.left() + _SYMBOL + GAP / 2)
        if QFontMetricsF(small).horizontalAdvance(badge.caution) <= rest.width():
            draw_text(painter, rest, badge.caution, small, QColor(tokens.text))


def draw_text(  # noqa: PLR0917 - like QPainter's own
    painter: QPainter,
    area: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text, elided at its end, in the middle of the area's height."""
    if area.width() <= 0 or not text:
        return
    painter.setFont(font)
    painter.setPen(colour)
    elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided)


def draw_symbol(painter: QPainter, symbol: Symbol, corner: QPointF, colour: QColor) -> None:
    """The symbol of a chip, twelve pixels wide."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(corner)
    pen = QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if symbol in (Symbol.HALF, Symbol.CLOCK):
        painter.drawEllipse(QRectF(1.7, 1.7, 8.6, 8.6))
    if symbol is Symbol.HALF:
        painter.setBrush(colour)
        painter.drawChord(QRectF(1.7, 1.7, 8.6, 8.6), 90 * 16, 180 * 16)
    elif symbol is Symbol.ALIKE:
        painter.drawPath(_waves())
    elif symbol is Symbol.DOT:
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(6, 6), 2.2, 2.2)
    elif symbol in _FILLED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(_polygon(_FILLED[symbol], 1))
    for line in _LINES.get(symbol, ()):
        painter.drawPolyline(_polygon(line, 1))
    painter.restore()


def draw_mark(painter: QPainter, centre: QPointF, look: Look, mode: Mode, tokens: Tokens) -> None:
    """The mark of a mode in the hue of its framework."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hue = QColor(look.hue)
    edge = hue.lighter(125) if tokens.is_dark else hue.darker(135)
    painter.setPen(QPen(edge, 1.4 if look.hollow else 1))
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if look.hollow else QBrush(hue))
    painter.translate(centre.x() - _MARK / 2, centre.y() - _MARK / 2)
    if mode in _MARKS:
        painter.drawPolygon(_polygon(_MARKS[mode], _MARK))
    else:
        painter.drawEllipse(QRectF(0.5, 0.5, _MARK - 1, _MARK - 1))
    painter.restore()


def draw_focus_ring(painter: QPainter, area: QRectF, tokens: Tokens) -> None:
    """Two pixels of accent inside the area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 3, 3)
    painter.restore()


def faded(colour: str, share: float) -> QColor:
    """The colour with this share of opacity."""
    result = QColor(colour)
    result.setAlphaF(share)
    return result


def _draw_fill(painter: QPainter, chip: QRectF, colours: Chip, *, on_selection: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(faded(colours.text, 0.35), 1) if on_selection else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QColor(colours.fill))
    inner = chip.adjusted(0.5, 0.5, -0.5, -0.5) if on_selection else chip
    painter.drawRoundedRect(inner, 4, 4)
    painter.restore()


def _polygon(corners: tuple[tuple[float, float], ...], scale: float) -> QPolygonF:
    return QPolygonF([QPointF(x * scale, y * scale) for x, y in corners])


def _waves() -> QPainterPath:
    path = QPainterPath()
    for top in (4.3, 7.9):
        path.moveTo(2, top)
        path.cubicTo(4, top - 2, 5.5, top - 0.6, 6, top)
        path.cubicTo(6.5, top + 0.6, 8, top + 2, 10, top)
    return path

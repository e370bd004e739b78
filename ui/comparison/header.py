"""The header of both tables: title, unit, what it is sorted by, and the hue of a framework."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QFontMetrics, QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ui.comparison.delegates import EDGE, NUMBER_SHARE
from ui.comparison.ordering import SortKey
from ui.comparison.painting import GAP, draw_text
from ui.comparison.sorted_model import SortedModel
from ui.theme import Theme
from ui.widgets.fonts import scaled

_HUE_LINE: Final = 3
_ARROW: Final = 8


class ComparisonHeader(QHeaderView):
    """Paints itself; a click sorts, a click with Shift sorts by one more column.

    Signals:
        menu_wanted: The context menu of a column is asked for: its number, and where on the screen.
    """

    menu_wanted = Signal(int, QPoint)

    def __init__(self, theme: Theme, model: SortedModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._sorted = model
        self._further = False
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setAccessibleName("Column headers")
        self.sectionClicked.connect(self._on_clicked)
        model.order_changed.connect(self.viewport().update)
        theme.changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Tall enough for the title, and more where a line of hue stands under it."""
        return QSize(super().sizeHint().width(), max(32, QFontMetrics(self.font()).height() + 16))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember Shift: the signal of a click does not tell it."""
        self._further = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)
        self._further = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of the column under the pointer."""
        column = self.logicalIndexAt(event.pos())
        if column >= 0:
            self.menu_wanted.emit(column, event.globalPos())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803
        """Paint one section."""
        tokens, area = self._theme.tokens, QRectF(rect)
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(area, QColor(tokens.base))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(tokens.line))
        hue = self._sorted.heading(logicalIndex).hue
        if hue is not None:
            line = QRectF(area.left() + GAP, area.bottom() - _HUE_LINE, area.width() - 2 * GAP, _HUE_LINE)
            painter.fillRect(line, QColor(hue))
        self._paint_title(painter, area, logicalIndex, is_strong=hue is not None)
        painter.restore()

    def _paint_title(self, painter: QPainter, area: QRectF, column: int, *, is_strong: bool) -> None:
        tokens, font = self._theme.tokens, self.font()
        heading = self._sorted.heading(column)
        title, unit = heading.title, heading.unit
        key = _key_of(self._sorted.sort_keys, column)
        strong = scaled(font, 1 if is_strong else 12 / 13, QFont.Weight.DemiBold)
        plain = scaled(font, 12 / 13)
        widths = [QFontMetricsF(strong).horizontalAdvance(title) + 1]
        widths.append(QFontMetricsF(plain).horizontalAdvance(f" {unit}") + 1 if unit else 0.0)
        arrow = 0.0 if key is None else _ARROW + GAP / 2 + (GAP if key[1] else 0)
        inner = area.adjusted(EDGE if column == 0 else GAP, 0, -GAP, 0)
        left = inner.left()
        if not heading.is_text:
            right = inner.left() + inner.width() * NUMBER_SHARE if heading.has_more else inner.right()
            left = max(left, right - sum(widths) - (0 if heading.has_more else arrow))
        colour = QColor(tokens.text if key or is_strong else tokens.text2)
        title_area = QRectF(left, area.top(), min(widths[0], inner.right() - left), area.height())
        draw_text(painter, title_area, title, strong, colour)
        draw_text(
            painter,
            QRectF(title_area.right(), area.top(), widths[1], area.height()),
            f" {unit}" if unit else "",
            plain,
            QColor(tokens.text2),
        )
        if key is not None:
            place = QPointF(title_area.right() + widths[1] + GAP / 2, area.center().y())
            self._paint_arrow(painter, place, key, plain)

    def _paint_arrow(self, painter: QPainter, place: QPointF, key: tuple[SortKey, int], font: QFont) -> None:
        """An arrow up or down, and the rank of the key if there are several."""
        tokens = self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(QColor(tokens.text))
        pen.setWidthF(1.5)
        painter.setPen(pen)
        tip, foot = (2.0, -2.0) if key[0].descending else (-2.0, 2.0)
        x, y = place.x(), place.y()
        painter.drawPolyline([QPointF(x, y + foot), QPointF(x + 4, y + tip), QPointF(x + 8, y + foot)])
        if key[1]:
            text = QRectF(x + _ARROW + 2, y - 10, GAP, 20)
            draw_text(painter, text, str(key[1]), scaled(font, 0.85), QColor(tokens.text2))

    def _on_clicked(self, column: int) -> None:
        self._sorted.toggle(column, further=self._further)


def _key_of(keys: tuple[SortKey, ...], column: int) -> tuple[SortKey, int] | None:
    """The sort key of a column and its rank from 1, 0 if it is the only one; None if it is no key."""
    for rank, key in enumerate(keys, start=1):
        if key.column == column:
            return key, rank if len(keys) > 1 else 0
    return None

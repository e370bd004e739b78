"""Tabs over views that share a place: words with a line of accent under the one that is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar

from ui.comparison.painting import GAP, draw_focus_ring, draw_text
from ui.theme import Theme
from ui.widgets.fonts import scaled

HEIGHT: Final = 40
_LINE: Final = 2


class ViewTabs(QTabBar):
    """A tab bar that paints itself; the arrow keys move within it.

    Args:
        theme: Colours.
        name: What the views are of.
        height: In pixels.
    """

    def __init__(self, theme: Theme, name: str = "Views of the comparison", height: int = HEIGHT) -> None:
        super().__init__()
        self._theme, self._height = theme, height
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Room for the word in its bold form."""
        metrics = QFontMetrics(scaled(self.font(), 1, QFont.Weight.DemiBold))
        return QSize(metrics.horizontalAdvance(self.tabText(index)) + 4 * GAP, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint all tabs."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(tokens.base))
        for index in range(self.count()):
            area = QRectF(self.tabRect(index))
            is_shown = index == self.currentIndex()
            weight = QFont.Weight.DemiBold if is_shown else QFont.Weight.Normal
            colour = QColor(tokens.text if is_shown else tokens.text2)
            font = scaled(self.font(), 1, weight)
            draw_text(painter, area, self.tabText(index), font, colour, Qt.AlignmentFlag.AlignHCenter)
            if is_shown:
                line = area.adjusted(2 * GAP, area.height() - _LINE, -2 * GAP, 0)
                painter.fillRect(line, QColor(tokens.accent))
            if is_shown and self.hasFocus():
                draw_focus_ring(painter, area.adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2), tokens)
        painter.end()

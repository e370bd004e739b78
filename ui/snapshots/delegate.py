"""How an entry of the library is painted: a symbol, what was measured, and below it when and by whom."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.icons import IconName, pixmap
from ui.snapshots.library import LibraryEntry, LibraryRole
from ui.theme import Theme
from ui.widgets.fonts import scaled

_HEIGHT: Final = 52
_TEXT_LEFT: Final = 32
_SMALL: Final = 12 / 13
"""Of the second line to the first, as in the design."""


class LibraryDelegate(QStyledItemDelegate):
    """Paints the rows of the library."""

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self._theme = theme
        self._bold = scaled(view.font(), 1, QFont.Weight.DemiBold)
        self._small = scaled(view.font(), _SMALL)
        self._pixmaps: dict[tuple[IconName, str, float], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """All rows are alike."""
        del index
        return QSize(option.rect.width(), _HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        entry: LibraryEntry = index.data(LibraryRole.ENTRY)
        tokens = self._theme.tokens
        area = option.rect.adjusted(8, 2, -8, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or index.data(LibraryRole.SHOWN):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection if index.data(LibraryRole.SHOWN) else tokens.band))
            painter.drawRoundedRect(area, 6, 6)
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 5, 5)
        name, colour = (IconName.WARNING, tokens.old.text) if entry.warning else (IconName.FILE, tokens.text2)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area.left() + 8, area.top() + 7, self._pixmap(name, colour, ratio))
        line = QRect(area.left() + _TEXT_LEFT, area.top() + 5, area.width() - _TEXT_LEFT - 8, 19)
        self._line(painter, line, entry.title, self._bold, tokens.text)
        self._line(painter, line.translated(0, 19), entry.summary, self._small, tokens.text2)
        painter.restore()

    def _line(self, painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _pixmap(self, name: IconName, colour: str, ratio: float) -> QPixmap:
        key = (name, colour, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = pixmap(name, colour, ratio)
        return self._pixmaps[key]

"""How an entry of the library is painted, a symbol and two lines, and how it is written on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fwcompare.library.annotations import MAX_CHARACTERS
from fwcompare.library.entries import LibraryEntry
from ui.icons import SIZE, IconName, pixmap
from ui.snapshots.library import Field, LibraryRole, summary_of
from ui.theme import Theme
from ui.widgets.fonts import scaled

_HEIGHT: Final = 52
_TEXT_LEFT: Final = 32
_SMALL: Final = 12 / 13
"""Of the second line to the first, as in the design."""


_NOTE_EDGE: Final = 12
_EDITOR_HEIGHT: Final = 26
_PLACEHOLDERS: Final = {
    Field.NAME: "Name",
    Field.NOTE: "Note",
    Field.TAGS: "Tags, with spaces between",
}


class LibraryDelegate(QStyledItemDelegate):
    """Paints the rows of the library and takes what the user writes in them.

    Attributes:
        field: What the next editor is for.

    Signals:
        typed: Entry, `Field` and the text, when the user ends an editor with Enter or by leaving it.
    """

    typed = Signal(object, object, str)

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self.field = Field.NAME
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
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area.left() + 8, area.top() + 7, self._pixmap(*self._symbol(entry), ratio))
        line = QRect(area.left() + _TEXT_LEFT, area.top() + 5, area.width() - _TEXT_LEFT - 8, 19)
        first = line.adjusted(0, 0, -_NOTE_EDGE - 4 if entry.said.note else 0, 0)
        if entry.said.note:
            painter.drawPixmap(
                line.right() - _NOTE_EDGE,
                line.top() + 4,
                self._pixmap(IconName.NOTE, tokens.text2, ratio, _NOTE_EDGE),
            )
        self._line(painter, first, entry.title, self._bold, tokens.text)
        self._line(painter, line.translated(0, 19), summary_of(entry), self._small, tokens.text2)
        painter.restore()

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QLineEdit:
        """A line for the field, with what is said so far."""
        del option
        entry: LibraryEntry = index.data(LibraryRole.ENTRY)
        said = getattr(entry.said, self.field)
        editor = QLineEdit(" ".join(said) if self.field is Field.TAGS else said, parent)
        editor.setMaxLength(MAX_CHARACTERS)
        editor.setPlaceholderText(_PLACEHOLDERS[self.field])
        editor.setAccessibleName(f"{self.field.capitalize()} of {entry.title}")
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        """Nothing: the list may change while the user writes."""

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """On the line that it changes."""
        del index
        area = option.rect.adjusted(_TEXT_LEFT, 0, -8, 0)
        top = area.top() + (2 if self.field is Field.NAME else _HEIGHT - _EDITOR_HEIGHT - 2)
        editor.setGeometry(area.left(), top, area.width(), _EDITOR_HEIGHT)

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Say what was typed; the model changes when it is on the disk."""
        del model
        assert isinstance(editor, QLineEdit)
        self.typed.emit(index.data(LibraryRole.ENTRY), self.field, editor.text())

    def _symbol(self, entry: LibraryEntry) -> tuple[IconName, str]:
        tokens = self._theme.tokens
        if entry.facts is None or entry.facts.oddity:
            return IconName.WARNING, tokens.old.text
        if entry.is_baseline:
            return IconName.STAR, tokens.accent
        return IconName.FILE, tokens.text2

    def _line(self, painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _pixmap(self, name: IconName, colour: str, ratio: float, size: int = SIZE) -> QPixmap:
        key = (name, colour, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = pixmap(name, colour, ratio, size)
        return self._pixmaps[key]

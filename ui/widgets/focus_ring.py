"""The ring around a widget that has the keyboard, for those that don't paint one themselves."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from ui.theme import Theme

_WIDTH: Final = 2


class FocusRing(QWidget):
    """Lies over the widget and whatever children it has, while it has the keyboard."""

    def __init__(self, theme: Theme, around: QWidget) -> None:
        super().__init__(around)
        self._theme, self._around = theme, around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Come, go and grow with the focus and the size of the widget."""
        match event.type():
            case QEvent.Type.FocusIn:
                self._surround()
                self.show()
            case QEvent.Type.FocusOut:
                self.hide()
            case QEvent.Type.Resize:
                self._surround()
            case _:
                pass
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Two pixels of accent."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.tokens.accent))
        painter.end()

    def _surround(self) -> None:
        """The middle is cut out, so that it costs nothing to paint under it."""
        self.setGeometry(self._around.rect())
        inner = self.rect().adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inner)))
        self.raise_()

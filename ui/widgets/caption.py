"""One muted line that is elided where its space is too narrow, so that it never makes the window larger."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme
from ui.widgets.fonts import scaled

_LEAST: Final = 8
"""So few letters of a longer text say nothing: then there are none."""

_SIZE: Final = 12 / 13
"""Of captions to that of text."""


class Caption(QWidget):
    """Its whole text is the tooltip and the accessible name.

    Args:
        theme: Colours.
        side: Where the text stands in its space.
    """

    def __init__(self, theme: Theme, side: Qt.AlignmentFlag) -> None:
        super().__init__()
        self._theme, self._side = theme, side
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def text(self) -> str:
        """What it says, elided or not."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say this."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all of it."""
        metrics = QFontMetrics(scaled(self.font(), _SIZE))
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It gives way to all others."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setFont(scaled(self.font(), _SIZE))
        painter.setPen(QColor(self._theme.tokens.text2))
        elided = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        if elided == self._text or len(elided) > _LEAST:
            painter.drawText(self.rect(), self._side | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.end()

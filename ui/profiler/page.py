"""A part of the profiler under a heading of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.profiler.plots import colour
from ui.theme import Theme
from ui.widgets.caption import Caption

_HEAD_HEIGHT: Final = 28
"""Of all headings, so that they stand in one line whatever controls are beside them."""


class Page(QWidget):
    """A heading with a remark, and what is under it.

    Args:
        theme: Colours.
        title: Its accessible name, and its heading unless there is another one.
        note: The remark.
        content: What is under the heading.
        controls: At the right of the heading.
        heading: In place of the title.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        note: Caption,
        content: QWidget,
        *controls: QWidget,
        heading: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(title)
        heading = heading or QLabel(f'<span style="font-weight:600">{title}</span>')
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 4)
        row.setSpacing(8)
        heading.setMinimumHeight(_HEAD_HEIGHT)
        row.addWidget(heading)
        row.addWidget(note, 1)
        for control in controls:
            row.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(content, 1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The surface."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(self._theme.tokens.base))
        painter.end()

"""A page on which there is nothing yet: it says what would be here and how to get it, and offers a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets.fonts import scaled

_WIDTH: Final = 680
_TITLE_SCALE: Final = 20 / 13
"""Of the title to the system's font size: the design's 20 px over 13 px."""


class SampleButton(QPushButton):
    """Offers the comparison that fwcompare brings along; what is filled is the button that runs one."""

    def __init__(self) -> None:
        super().__init__("Look at a sample")
        self.setToolTip("Open the comparison that fwcompare brings along; nothing is run.")


class EmptyState(QWidget):
    """A left-aligned column: title, text, buttons.

    Args:
        theme: Colours.
        title: What is missing, as a short heading.
        text: What would be here, in a sentence or two.
        buttons: What can be done about it.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        buttons: Sequence[QPushButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._title = QLabel(title)
        self._title.setFont(scaled(self._title.font(), _TITLE_SCALE, QFont.Weight.DemiBold))
        self._text = QLabel(text)
        self._text.setWordWrap(True)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        stack = QVBoxLayout(column)
        stack.setContentsMargins(16, 8, 16, 8)
        stack.setSpacing(8)
        stack.addWidget(self._title)
        stack.addWidget(self._text)
        stack.addSpacing(8)
        stack.addLayout(_row(buttons))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column, 8)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(2)
        theme.changed.connect(self._recolour)
        self._recolour()

    def set_text(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _recolour(self) -> None:
        self._text.setStyleSheet(f"color: {self._theme.tokens.text2}")


def _row(buttons: Sequence[QPushButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row

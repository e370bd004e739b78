"""Docks that look like the rest: a quiet title of our own height, with two small buttons."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from ui.icons import IconName, icon
from ui.theme import Theme
from ui.widgets.fonts import scaled

_HEIGHT: Final = 36
_ICON: Final = 14


class DockTitle(QWidget):
    """Name of the dock, a remark at the right, buttons to float and to close it."""

    def __init__(self, theme: Theme, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._theme = theme
        self._name = QLabel(dock.windowTitle())
        self._name.setFont(scaled(self._name.font(), 1, QFont.Weight.DemiBold))
        self._remark = QLabel()
        self._float = self._button(f"Take {dock.windowTitle()} out of the window, or put it back")
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button(f"Hide {dock.windowTitle()}; the View menu brings it back")
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 8, 0)
        layout.setSpacing(4)
        layout.addWidget(self._name)
        layout.addStretch(1)
        for part in (self._remark, self._float, self._close):
            layout.addWidget(part)
        theme.changed.connect(self._draw_icons)
        self._draw_icons()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Without it the content of the dock would begin under the title."""
        return QSize(super().sizeHint().width(), _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A dock may become narrower than its title."""
        return QSize(0, _HEIGHT)

    def set_remark(self, text: str) -> None:
        """Say something at the right end, for instance how far a run is."""
        if text != self._remark.text():
            self._remark.setText(text)

    def _button(self, what: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setAccessibleName(what)
        button.setToolTip(what)
        return button

    def _draw_icons(self) -> None:
        self._float.setIcon(icon(IconName.FLOAT, self._theme.tokens))
        self._close.setIcon(icon(IconName.CLOSE, self._theme.tokens))


def make_dock(theme: Theme, name: str, title: str, content: QWidget) -> tuple[QDockWidget, DockTitle]:
    """A dock that can be moved, floated and closed.

    Args:
        theme: Colours.
        name: Under which its place is saved.
        title: What the user reads.
        content: What is in it.
    """
    dock = QDockWidget(title)
    dock.setObjectName(name)
    dock.setAccessibleName(title)
    dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
    heading = DockTitle(theme, dock)
    dock.setTitleBarWidget(heading)
    dock.setWidget(content)
    return dock, heading

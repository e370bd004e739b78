"""Where a pop-up opens."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

_GAP = 2


def room_below(widget: QWidget) -> int:
    """How many pixels of the screen are left under a widget."""
    below = widget.mapToGlobal(QPoint(0, widget.height() + _GAP)).y()
    return widget.screen().availableGeometry().bottom() + 1 - below


def corner_below(widget: QWidget, size: QSize) -> QPoint:
    """The upper left corner of a pop-up of this size under a widget, moved so far that it is on the screen."""
    corner, screen = (
        widget.mapToGlobal(QPoint(0, widget.height() + _GAP)),
        widget.screen().availableGeometry(),
    )
    return QPoint(
        max(screen.left(), min(corner.x(), screen.right() + 1 - size.width())),
        max(screen.top(), min(corner.y(), screen.bottom() + 1 - size.height())),
    )

"""All commands and keys of the window as one page of the details."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from ui.actions import ACTIONS, Menu
from ui.comparison.markup import Markup

_ELSEWHERE: Final = {
    "In a table": (
        ("Arrows", "Move from cell to cell"),
        ("Enter", "Show the details of the cell or row"),
        ("?", "Show how the verdict of the row came about"),
        ("Menu, Shift+F10", "Sort by the column, sort by one more, hide it, copy"),
        ("Down, Enter", "From the filter to the table"),
        ("Esc", "From the filter back, without it"),
    ),
    "In the timeline": (
        ("Left, Right", "Move through time"),
        ("+, -", "Zoom in and out"),
        ("Shift+Left, Shift+Right", "Move the crosshair; Esc takes it away"),
        ("Enter", "Show the details of the block at the crosshair"),
        ("F", "Follow the run, or show all of it"),
        ("P", "Pause drawing; measuring goes on"),
        ("Backspace", "Back to the range before"),
    ),
    "In the ratios": (("Up, Down", "Choose a contender"),),
}
"""The keys of single parts of the window, which are no commands."""


def keys_page(markup: Markup) -> str:
    """The commands menu by menu, then the keys of the parts."""
    sections = {
        _plain(menu): tuple(
            (_native(spec.shortcut), _plain(spec.text)) for spec in ACTIONS if spec.menu is menu
        )
        for menu in Menu
    }
    return markup.page(
        [
            markup.title("Keys"),
            markup.muted("Tab and Shift+Tab go from control to control, Alt with a letter opens a menu."),
            *(
                part
                for title, pairs in (sections | _ELSEWHERE).items()
                for part in (markup.heading(title), markup.pairs(pairs))
            ),
        ]
    )


def _plain(text: str) -> str:
    return text.replace("&", "")


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)

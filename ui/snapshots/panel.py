"""The library as a dock's content: a filter, the list, what to do while it is empty, and a button to open files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fwcompare.library.entries import LibraryEntry, SortKey
from ui.icons import SIZE, IconName, icon
from ui.snapshots.library import LibraryModel, summary_of
from ui.snapshots.list_view import LibraryView
from ui.theme import Theme
from ui.widgets.empty_state import SampleButton

_EMPTY: Final = "Your own runs appear here. Drop a .fwsnap file on the window to open it."
_NO_MATCH: Final = "No snapshot matches the filter."
_FILTER_TIP: Final = "Words that must all occur; tag:x for a tag, star for the baseline."

_SORT_TEXTS: Final = {
    SortKey.DATE: "By &date",
    SortKey.NAME: "By &name",
    SortKey.WORKLOAD: "By &workload",
    SortKey.SIZE: "By &size",
}
_TRASH_IS_EMPTY: Final = "Nothing is in the trash."
_MAX_IN_MENU: Final = 20
_LEAST_WIDTH: Final = 160
_CONTROL: Final = 28


class LibraryPanel(QWidget):
    """Shows the model and says what the user wants of the library as a whole; the view says it of entries.

    Signals:
        browse_requested: A file is to be chosen.
        sample_requested: The comparison that fwcompare brings along is to be shown.
        rebuild_requested: All files are to be read anew.
        restore_requested: Entry of the trash.
        empty_requested: The trash is to be emptied.
    """

    browse_requested = Signal()
    sample_requested = Signal()
    rebuild_requested = Signal()
    restore_requested = Signal(object)
    empty_requested = Signal()

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self.view = LibraryView(theme, model)
        self.filter = QLineEdit()
        self._more = QToolButton()
        self._restore = QMenu("&Restore from trash", self)
        self._empty_trash = QAction("&Empty trash…", self)
        self._search = QAction(self)
        self._empty = QLabel()
        self._open = QPushButton("Open…")
        self._sample = SampleButton()
        self._set_up_filter()
        self._set_up_menu()
        self._lay_out()
        self._open.setToolTip("Open a snapshot (.fwsnap).")
        self._open.clicked.connect(self.browse_requested)
        self._sample.clicked.connect(self.sample_requested)
        for change in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            change.connect(self._show_or_hide)
        theme.changed.connect(self._recolour)
        self.set_trash(())
        self._recolour()
        self._show_or_hide()

    def set_trash(self, entries: Sequence[LibraryEntry]) -> None:
        """Offer these for restoring."""
        self._restore.clear()
        for entry in entries[:_MAX_IN_MENU]:
            action = self._restore.addAction(entry.title.replace("&", "&&"))
            action.setToolTip(summary_of(entry))
            action.triggered.connect(partial(self.restore_requested.emit, entry))
        why = "" if entries else _TRASH_IS_EMPTY
        self._restore.setEnabled(bool(entries))
        self._empty_trash.setEnabled(bool(entries))
        for action in (self._restore.menuAction(), self._empty_trash):
            action.setToolTip(why)
            action.setStatusTip(why)

    def _set_up_filter(self) -> None:
        self.filter.setPlaceholderText("Filter")
        self.filter.setAccessibleName("Filter the library")
        self.filter.setToolTip(_FILTER_TIP)
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedHeight(_CONTROL)
        self.filter.addAction(self._search, QLineEdit.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(self._filter)
        for keys, act in (("Esc", self.filter.clear), ("Down", self._go_to_list)):
            shortcut = QShortcut(keys, self.filter, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    def _set_up_menu(self) -> None:
        menu = QMenu(self._more)
        group = QActionGroup(self)
        for key, text in _SORT_TEXTS.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key is self._model.sort_key)
            action.triggered.connect(lambda _checked=False, key=key: self._model.sort_by(key))
            group.addAction(action)
        menu.addSeparator()
        menu.addMenu(self._restore)
        menu.addAction(self._empty_trash)
        menu.addSeparator()
        menu.addAction("Re&build index").triggered.connect(self.rebuild_requested)
        self._empty_trash.triggered.connect(self.empty_requested)
        self._more.setMenu(menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setToolTip("Sort, restore from the trash, rebuild the index")
        self._more.setAccessibleName("Sort, restore from the trash, rebuild the index")
        self._more.setFixedSize(_CONTROL, _CONTROL)
        self._more.setIconSize(QSize(SIZE, SIZE))
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(16, 0, 16, 0)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(16, 0, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.filter, 1)
        head.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(8)
        layout.addWidget(self._head)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.view, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        for button in (self._open, self._sample):
            foot.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(foot)

    def _filter(self, wanted: str) -> None:
        self._model.filter_by(wanted)
        self._show_or_hide()

    def _go_to_list(self) -> None:
        self.view.setFocus()
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0))

    def _show_or_hide(self) -> None:
        has_rows = self._model.rowCount() > 0
        self._empty.setText(_NO_MATCH if self._model.total else _EMPTY)
        self.view.setVisible(has_rows)
        self._empty.setVisible(not has_rows)
        self._sample.setVisible(not self._model.total)

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self._open.setIcon(icon(IconName.OPEN, tokens))
        self._more.setIcon(icon(IconName.MORE, tokens))
        self._search.setIcon(icon(IconName.SEARCH, tokens))
        self.view.setStyleSheet("QListView { background: transparent; outline: none; }")
        self._empty.setStyleSheet(f"color: {tokens.text2};")
        self.view.viewport().update()

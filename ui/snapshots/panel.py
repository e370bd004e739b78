"""The library as a dock's content: the list, what to do while it is empty, and a button to open files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QListView, QMenu, QPushButton, QVBoxLayout, QWidget

from ui.icons import IconName, icon
from ui.snapshots.delegate import LibraryDelegate
from ui.snapshots.library import LibraryModel
from ui.theme import Theme

_EMPTY: Final = "Your own runs appear here when they end. Drop a .fwsnap file on the window to open one."

_LEAST_WIDTH: Final = 160


class LibraryPanel(QWidget):
    """Shows the model and says what the user wants of it.

    Signals:
        open_requested: Path of the entry that is to be opened.
        reveal_requested: Path of the entry that is to be shown in the file manager.
        browse_requested: A file is to be chosen.
    """

    open_requested = Signal(object)
    reveal_requested = Signal(object)
    browse_requested = Signal()

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self.view = QListView()
        self.view.setModel(model)
        self.view.setItemDelegate(LibraryDelegate(theme, self.view))
        self.view.setAccessibleName("Saved comparisons")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.viewport().setAutoFillBackground(False)
        self.view.activated.connect(lambda index: self.open_requested.emit(self._path(index)))
        self.view.customContextMenuRequested.connect(self._show_menu)
        self._empty = QLabel(_EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(16, 8, 16, 8)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._open = QPushButton("Open…")
        self._open.setToolTip("Open a snapshot (.fwsnap).")
        self._open.clicked.connect(self.browse_requested)
        self.setMinimumWidth(_LEAST_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(8)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.view, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self._open, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(foot)
        for change in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            change.connect(self._show_or_hide)
        theme.changed.connect(self._recolour)
        self._recolour()
        self._show_or_hide()

    def _path(self, index: QModelIndex) -> Path:
        return self._model.entry(index.row()).path

    def _show_or_hide(self) -> None:
        has_entries = self._model.rowCount() > 0
        self.view.setVisible(has_entries)
        self._empty.setVisible(not has_entries)

    def _show_menu(self, where: QPoint) -> None:
        index = self.view.indexAt(where)
        if not index.isValid():
            return
        path = self._path(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open").triggered.connect(lambda: self.open_requested.emit(path))
        menu.addAction("Show in file manager").triggered.connect(lambda: self.reveal_requested.emit(path))
        menu.popup(self.view.viewport().mapToGlobal(where))

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self._open.setIcon(icon(IconName.OPEN, tokens))
        self.view.setStyleSheet("QListView { background: transparent; outline: none; }")
        self._empty.setStyleSheet(f"color: {tokens.text2};")
        self.view.viewport().update()

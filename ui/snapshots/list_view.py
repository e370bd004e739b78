"""The list of snapshots with what can be done in it, by keyboard, by menu, and in the rows themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from fwcompare.library.entries import LibraryEntry
from ui.snapshots.delegate import LibraryDelegate
from ui.snapshots.library import Field, LibraryModel
from ui.theme import Theme


class Act(StrEnum):
    """What can be done with an entry: the words of the menu."""

    OPEN = "Open"
    STAR = "Baseline"
    RENAME = "Rename"
    NOTE = "Note"
    TAGS = "Tags"
    REVEAL = "Show in file manager"
    DELETE = "Move to trash"


_KEYS: Final = {
    Act.STAR: "*",
    Act.RENAME: "F2",
    Act.NOTE: "Shift+F2",
    Act.TAGS: "Ctrl+F2",
    Act.DELETE: "Del",
}
_FIELDS: Final = {Act.RENAME: Field.NAME, Act.NOTE: Field.NOTE, Act.TAGS: Field.TAGS}
_FOR_ANY_FILE: Final = (Act.REVEAL, Act.DELETE)
"""What can be done with files that can't be read."""


class LibraryView(QListView):
    """Shows the model; several rows can be selected, to delete them.

    Signals:
        open_requested: Entry that is to be opened.
        reveal_requested: Entry whose file is to be shown.
        star_requested: Entry that gets or loses the star.
        delete_requested: List of entries.
        said: Entry, `Field` and the text that was typed.
    """

    open_requested = Signal(object)
    reveal_requested = Signal(object)
    star_requested = Signal(object)
    delete_requested = Signal(object)
    said = Signal(object, object, str)

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self._delegate = LibraryDelegate(theme, self)
        self._delegate.typed.connect(self.said)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Saved comparisons")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.activated.connect(lambda _: self._do(Act.OPEN))
        self._actions = {act: self._action(act) for act in Act}

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Say what can be done with the entry, also where the keyboard asks."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            where = self.visualRect(index).center()
        else:
            index, where = self.indexAt(event.pos()), event.pos()
        if index.isValid():
            self._menu(self._model.entry(index.row()), self.viewport().mapToGlobal(where))

    def _menu(self, entry: LibraryEntry, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act, action in self._actions.items():
            action.setEnabled(entry.facts is not None or act in _FOR_ANY_FILE)
            menu.addAction(action)
            if act in (Act.STAR, Act.TAGS):
                menu.addSeparator()
        self._actions[Act.STAR].setChecked(entry.is_baseline)
        menu.aboutToHide.connect(self._enable_all)
        menu.popup(where)

    def _enable_all(self) -> None:
        for action in self._actions.values():
            action.setEnabled(True)

    def _action(self, act: Act) -> QAction:
        action = QAction(act.value, self)
        action.setCheckable(act is Act.STAR)
        action.setShortcut(QKeySequence(_KEYS.get(act, "")))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: self._do(act))
        self.addAction(action)
        return action

    def _do(self, act: Act) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        entry = self._model.entry(index.row())
        if act is Act.DELETE:
            selected = sorted(one.row() for one in self.selectedIndexes()) or [index.row()]
            self.delete_requested.emit([self._model.entry(row) for row in selected])
        elif act in _FIELDS:
            self._delegate.field = _FIELDS[act]
            self.edit(index)
        elif act is Act.OPEN:
            self.open_requested.emit(entry)
        elif act is Act.REVEAL:
            self.reveal_requested.emit(entry)
        elif entry.facts is not None:
            self.star_requested.emit(entry)

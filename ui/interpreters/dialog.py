"""The window in which Pythons are chosen: a list, what the chosen one can run, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.availability import old_python
from fwcompare.interpreters.overview import Entry, Overview, beside_obstacle
from fwcompare.paths import tilde
from ui.interpreters.model import Column, InterpretersModel, versions_of
from ui.theme import Theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.message_bar import MessageBar

_SIZE: Final = (1100, 640)
_WIDTHS: Final = {
    Column.PYTHON: 270,
    Column.VERSION: 70,
    Column.FOUND: 130,
    Column.HOLDS: 290,
    Column.START: 110,
}
_NOTHING_CHOSEN: Final = "Choose a Python in the list first."
_LOOKING: Final = "Looking for Pythons …"


class InterpretersDialog(QDialog):
    """Shows what was found and says what the user wants of it.

    Signals:
        assign_requested: Framework and `Entry`: it is to run there.
        beside_requested: Framework and `Entry`: it is to compete there as well.
        probe_requested: `Entry` that is to be started.
        forget_requested: `Entry` that is to be used no more.
        add_requested: Path that the user wrote.
        browse_requested: A file is to be chosen.
        refresh_requested: Look around again.
    """

    assign_requested = Signal(object, object)
    beside_requested = Signal(object, object)
    probe_requested = Signal(object)
    forget_requested = Signal(object)
    add_requested = Signal(str)
    browse_requested = Signal()
    refresh_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: list[QPushButton] = []
        self.setObjectName("interpreters")
        self.setWindowTitle("Interpreters")
        self.resize(*_SIZE)
        self.messages = MessageBar(theme)
        self.model = InterpretersModel(self)
        self._make_table()
        self._make_details()
        self._empty = EmptyState(theme, _LOOKING, "Only files are read; nothing is started.")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.table)
        self._lay_out()
        theme.changed.connect(self._recolour)
        self._recolour()
        self._show_selection()

    @property
    def selected(self) -> Entry | None:
        """The Python that is chosen in the list."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.entry(rows[0].row()) if rows else None

    def open_for(self, framework: Framework | None) -> None:
        """Come to the front, with this framework chosen."""
        if framework is not None:
            self.framework.setCurrentIndex(self.framework.findData(framework))
        self.show()
        self.raise_()
        self.activateWindow()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_overview(self, overview: Overview) -> None:
        """List these; the chosen one stays chosen."""
        before = self.selected
        self.model.show(overview.entries)
        row = self.model.row_of(before.path) if before else -1
        if overview.entries:
            self.select(self.model.entry(max(0, row)).path)
        self._empty.set_text(
            "No Python was found", "Add one by the path of its executable or of its environment's folder."
        )
        if overview.entries and self._pages.currentWidget() is self._empty:
            self._pages.setCurrentWidget(self.table)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not overview.entries:
            self._pages.setCurrentWidget(self._empty)
        more = "" if overview.is_complete else " There may be more: add them by their path."
        self.note.setText(f"{len(overview.entries)} found by reading files.{more}")
        self._show_selection()

    def select(self, path: str) -> None:
        """Choose the Python at this path, if it is listed."""
        row = self.model.row_of(path)
        if row >= 0:
            index = self.model.index(row, 0)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)

    def _make_table(self) -> None:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Pythons")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.USE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.selectionModel().selectionChanged.connect(self._show_selection)
        self.model.modelReset.connect(self._show_selection)

    def _make_details(self) -> None:
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.details.setContentsMargins(16, 8, 16, 8)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.details)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setMinimumHeight(140)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 12)
        whole.setSpacing(8)
        whole.addWidget(self.messages)
        whole.addWidget(self._pages, 3)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(self._make_uses())
        whole.addLayout(self._make_foot())

    def _make_uses(self) -> QHBoxLayout:
        self.framework = QComboBox()
        self.framework.setAccessibleName("Framework")
        for framework in Framework:
            self.framework.addItem(str(framework), framework)
        self.framework.currentIndexChanged.connect(self._show_selection)
        label = QLabel("Framework")
        label.setBuddy(self.framework)
        self.assign = self._button(
            "Assign to framework", self._on_assign, "Let the framework run in this Python"
        )
        self.beside = self._button(
            "Use side by side",
            lambda: self._tell(lambda one: self.beside_requested.emit(self._chosen_framework(), one)),
            "Let the framework compete in this Python as well, beside the one that it is assigned to",
        )
        self.probe = self._button(
            "Start and look",
            lambda: self._tell(self.probe_requested.emit),
            "Start this Python once and see what it holds; you are asked first",
        )
        self.forget = self._button(
            "Forget",
            lambda: self._tell(self.forget_requested.emit),
            "Use this Python for nothing any more, and do not start it unless you allow it again",
        )
        self.assign.setObjectName("primary")
        return _row(label, self.framework, self.assign, self.beside, None, self.probe, self.forget)

    def _make_foot(self) -> QHBoxLayout:
        self.path = QLineEdit()
        self.path.setAccessibleName("Path of a Python or of its environment's folder")
        self.path.setPlaceholderText("Path of a Python, or of its environment's folder")
        self.path.setMinimumWidth(360)
        self.path.returnPressed.connect(self._on_add)
        self.add = QPushButton("Add")
        self.add.setToolTip("List this Python as well; it is not started")
        self.add.clicked.connect(self._on_add)
        browse = QPushButton("Browse…")
        browse.clicked.connect(self.browse_requested)
        refresh = QPushButton("Look again")
        refresh.clicked.connect(self.refresh_requested)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        self.note = QLabel(_LOOKING)
        for button in (self.add, browse, refresh, close, *self._buttons):
            button.setAutoDefault(False)  # Enter in the path adds it
        return _row(self.path, self.add, browse, self.note, None, refresh, close)

    def _button(self, words: str, act: Callable[[], None], tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("tip", tip)
        button.clicked.connect(lambda _checked=False: act())
        self._buttons.append(button)
        return button

    def _tell(self, emit: Callable[[Entry], None]) -> None:
        if (one := self.selected) is not None:
            emit(one)

    def _on_assign(self) -> None:
        self._tell(lambda one: self.assign_requested.emit(self._chosen_framework(), one))

    def _chosen_framework(self) -> Framework:
        return Framework(self.framework.currentData())  # Qt gives back the text of an enum's member

    def _on_add(self) -> None:
        if self.path.text().strip():
            self.add_requested.emit(self.path.text().strip())

    def _show_selection(self) -> None:
        one = self.selected
        self.details.setText(describe(one) if one else "")
        for button in self._buttons:
            obstacle = _NOTHING_CHOSEN if one is None else _obstacle(one, is_forget=button is self.forget)
            if one is not None and button is self.beside and not obstacle:
                obstacle = beside_obstacle(one, self._chosen_framework())
            button.setEnabled(not obstacle)
            button.setToolTip(obstacle or str(button.property("tip")))
            button.setAccessibleDescription(button.toolTip())

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self.note.setStyleSheet(f"color: {tokens.text2}")
        self._scroll.setStyleSheet(f"QScrollArea {{ border-top: 1px solid {tokens.line}; }}")
        self._scroll.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.table.setStyleSheet(
            f"QTableView {{ background: {tokens.base}; outline: none; }}"
            f"QTableView::item {{ padding: 2px 8px; color: {tokens.text}; }}"
            f"QTableView::item:selected {{ background: {tokens.selection}; color: {tokens.text}; }}"
            f"QHeaderView::section {{ background: {tokens.chrome}; color: {tokens.text2}; border: none;"
            f" border-bottom: 1px solid {tokens.line}; padding: 4px 8px; }}"
        )


def describe(entry: Entry) -> str:
    """What is known of a Python, line by line: what it holds, what can run in it, and why the others can't."""
    held = versions_of(entry) or "no framework"
    source = "as it says itself" if entry.is_probed else "as its files say"
    lines = [tilde(entry.path)]
    if entry.info is not None:
        lines.append(f"Python {entry.info.python or 'of unknown version'} with {held}, {source}.")
    able = [one.contender.id for one in entry.contenders if one.available]
    if able:
        lines.append(f"Can run {', '.join(able)}.")
    for (reason, remedy), group in groupby(
        (one for one in entry.contenders if not one.available), key=lambda one: (one.reason, one.remedy)
    ):
        lines.append(f"Can't run {', '.join(one.contender.id for one in group)}: {reason} {remedy}")
    return "\n".join(lines)


def _obstacle(entry: Entry, *, is_forget: bool) -> str:
    """Why nothing can be done with this Python, "" if something can."""
    if is_forget:
        return "fwcompare's own Python is always there." if entry.is_own else ""
    if entry.info is None:
        return "There is no Python at this path any more."
    too_old = old_python(entry.info)
    return f"{too_old.reason} {too_old.remedy}" if too_old else ""


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """The parts side by side; None stands for the space between."""
    row = QHBoxLayout()
    row.setContentsMargins(16, 0, 16, 0)
    row.setSpacing(8)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row

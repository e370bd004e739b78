"""The view of both tables: the first column stays in sight, and everything can be done with keys.

The first column is shown twice: in the table itself and, over it, in a second view that shows nothing
else. Both share the model, the selection and the focus, so the keyboard knows one table.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QByteArray,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.comparison.delegates import GROUP_HEIGHT, CellDelegate
from ui.comparison.header import ComparisonHeader
from ui.comparison.sorted_model import SortedModel
from ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_FROZEN: Final = 0


class ComparisonView(QTableView):
    """A table with its first column frozen.

    Args:
        theme: Colours.
        model: What is shown.
        delegate: Paints the cells.
        name: Accessible name.
        by_row: Whole rows are selected, else cells.

    Signals:
        details_wanted: Enter was pressed, or a cell was double-clicked.
        explanation_wanted: "?" was pressed.
        filter_wanted: "/" was pressed.
        copy_wanted: The keys for copying were pressed.
        menu_wanted: The context menu is asked for: number of the column, and where on the screen.
        current_changed: Another cell is the current one, or none.
    """

    details_wanted = Signal()
    explanation_wanted = Signal()
    filter_wanted = Signal()
    copy_wanted = Signal()
    menu_wanted = Signal(int, QPoint)
    current_changed = Signal()

    def __init__(
        self, theme: Theme, model: SortedModel[Any], delegate: CellDelegate, name: str, *, by_row: bool
    ) -> None:
        super().__init__()
        self._theme = theme
        behaviour = QAbstractItemView.SelectionBehavior
        self._behaviour = behaviour.SelectRows if by_row else behaviour.SelectItems
        self._header = ComparisonHeader(theme, model, self)
        self._dress(self, self._header, model, delegate)
        self.setAccessibleName(name)
        self._frozen = QTableView(self)
        self._frozen_header = ComparisonHeader(theme, model, self._frozen)
        self._dress(self._frozen, self._frozen_header, model, delegate)
        self._frozen.setAccessibleName(f"First column of {name}")
        self._set_up_frozen(model)
        self._edge = _Edge(theme, self)
        self._heads: frozenset[int] = frozenset()
        self._connect(model)
        for column in range(model.columnCount()):
            self.setColumnWidth(column, model.heading(column).width)

    @property
    def frozen(self) -> QTableView:
        """The view over the first column."""
        return self._frozen

    def set_column_shown(self, column: int, *, shown: bool) -> None:
        """Show or hide a column; the first one always stays."""
        if column != _FROZEN:
            self.setColumnHidden(column, not shown)

    def packed_columns(self) -> bytes:
        """Widths of the columns and which of them are shown, as Qt packs them."""
        return bytes(self._header.saveState().data())

    def restore_columns(self, packed: bytes) -> None:
        """Take up what was packed; what is damaged changes nothing."""
        if self._header.restoreState(QByteArray(packed)):
            self.showColumn(_FROZEN)
            self._on_resized(_FROZEN, 0, self.columnWidth(_FROZEN))

    def stretch_columns(self) -> None:
        """Let all columns but the first share the width of the table."""
        for column in range(1, self.model().columnCount()):
            self._header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def scrollTo(  # noqa: N802 - Qt's name
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a cell into sight, also from under the frozen column."""
        super().scrollTo(index, hint)
        if index.column() > _FROZEN:
            hidden = self._frozen.width() - self.visualRect(index).left()
            if hidden > 0:
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() - hidden)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Tell that another cell is current."""
        super().currentChanged(current, previous)
        self.current_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The keys of the table beside those for moving and selecting."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.details_wanted.emit()
        elif event.text() == "?":
            self.explanation_wanted.emit()
        elif event.text() == "/":
            self.filter_wanted.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu: of the cell under the pointer, or of the current one by key."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.visualRect(index).center() if index.isValid() else QPoint()
            self.menu_wanted.emit(max(index.column(), 0), self.viewport().mapToGlobal(place))
        else:
            column = self.columnAt(event.pos().x())
            self.menu_wanted.emit(max(column, 0), event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Make some cell current, so that the focus can be seen."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount() > 0:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.model().index(0, 0), flag)
        self._frozen.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The frozen column shows the focus as well."""
        super().focusOutEvent(event)
        self._frozen.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the frozen column in its place."""
        super().resizeEvent(event)
        self._place_frozen()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the frozen column in its place."""
        super().showEvent(event)
        self._place_frozen()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's name
        """Keep the frozen column in its place."""
        super().updateGeometries()
        if hasattr(self, "_edge"):  # Qt calls this while the table is being built
            self._place_frozen()

    def _dress(
        self, table: QTableView, header: ComparisonHeader, model: SortedModel[Any], delegate: CellDelegate
    ) -> None:
        """What the table and the view of its first column have in common."""
        table.setHorizontalHeader(header)
        table.setModel(model)
        table.setItemDelegate(delegate)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)  # Tab leaves the table; the arrow keys move within it
        table.setCornerButtonEnabled(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionBehavior(self._behaviour)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        height = delegate.sizeHint(self._option(table), QModelIndex()).height()
        table.verticalHeader().setMinimumSectionSize(height)
        table.verticalHeader().setDefaultSectionSize(height)

    def _option(self, table: QTableView) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        table.initViewItemOption(option)
        return option

    def _set_up_frozen(self, model: SortedModel[Any]) -> None:
        frozen = self._frozen
        frozen.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        frozen.setFocusProxy(self)
        frozen.setSelectionModel(self.selectionModel())
        frozen.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frozen.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frozen.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        for column in range(1, model.columnCount()):
            frozen.hideColumn(column)
        self.viewport().stackUnder(frozen)

    def _connect(self, model: SortedModel[Any]) -> None:
        bar, twin = self.verticalScrollBar(), self._frozen.verticalScrollBar()
        bar.valueChanged.connect(twin.setValue)
        twin.valueChanged.connect(bar.setValue)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self._header.sectionResized.connect(self._on_resized)
        self._frozen_header.sectionResized.connect(self._on_frozen_resized)
        for header in (self._header, self._frozen_header):
            header.menu_wanted.connect(self.menu_wanted)
        for change in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            change.connect(self._make_room)
        self.doubleClicked.connect(self.details_wanted)
        self._frozen.doubleClicked.connect(self.details_wanted)
        self._theme.changed.connect(self.viewport().update)
        self._theme.changed.connect(self._frozen.viewport().update)

    def _on_resized(self, column: int, _old: int, width: int) -> None:
        if column == _FROZEN:
            self._frozen.setColumnWidth(_FROZEN, width)
            self._place_frozen()

    def _on_frozen_resized(self, column: int, _old: int, width: int) -> None:
        if column == _FROZEN:
            self.setColumnWidth(_FROZEN, width)

    def _make_room(self) -> None:
        """The first row of a group is higher, for its heading."""
        model = self.model()
        assert isinstance(model, SortedModel)
        heads = frozenset(model.heads)
        if not heads and not self._heads:
            return
        self._heads, plain = heads, self.verticalHeader().defaultSectionSize()
        for row in range(model.rowCount()):
            height = plain + GROUP_HEIGHT if row in heads else plain
            if height != self.rowHeight(row):
                self.setRowHeight(row, height)
                self._frozen.setRowHeight(row, height)

    def _on_scrolled(self) -> None:
        self._place_frozen()
        if self._heads:  # the headings don't scroll sideways
            self.viewport().update()

    def _place_frozen(self) -> None:
        width = self.columnWidth(_FROZEN)
        height = self.viewport().height() + self._header.height()
        frame = self.frameWidth()
        self._frozen.setGeometry(QRect(frame, frame, width, height))
        self._edge.setGeometry(frame + width, frame, 1, height)
        self._edge.setVisible(self.horizontalScrollBar().value() > 0)
        self._edge.raise_()


class _Edge(QWidget):
    """The hairline at the right of the frozen column, while others are scrolled under it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.tokens.line))
        painter.end()

"""One table with all that belongs to it: view, model, columns, copying, its context menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from ui.comparison.copying import to_csv, to_markdown, to_tsv
from ui.comparison.ordering import SortKey
from ui.comparison.sorted_model import SortedModel
from ui.comparison.view import ComparisonView
from ui.settings import TableLayout


class TablePage:
    """A table, and what can be done with it whatever it shows.

    Args:
        view: The table; it belongs to a panel.
        model: What it shows.
        more: Further entries of the context menu, with what each does.
    """

    def __init__(
        self,
        view: ComparisonView,
        model: SortedModel[Any],
        more: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        self.view = view
        self.model = model
        self._more = tuple(more)
        view.copy_wanted.connect(self.copy_as_tsv)
        view.menu_wanted.connect(self._show_menu)

    def layout(self) -> TableLayout:
        """How the user arranged the table."""
        keys = tuple((key.column, key.descending) for key in self.model.sort_keys)
        return TableLayout(self.view.packed_columns(), keys)

    def arrange(self, layout: TableLayout) -> None:
        """Arrange the table as it was; a column that there is not is not sorted by."""
        self.view.restore_columns(layout.columns)
        count = self.model.columnCount()
        self.model.sort_by([SortKey(*key) for key in layout.keys if key[0] < count])

    def copy_as_tsv(self) -> None:
        """Put the selected rows, or all that are shown, onto the clipboard, for a spreadsheet."""
        QGuiApplication.clipboard().setText(to_tsv(self._texts()))

    def copy_as_markdown(self) -> None:
        """Put the selected rows, or all that are shown, onto the clipboard, for a document."""
        right = [not self.model.heading(column).is_text for column in self._columns()]
        QGuiApplication.clipboard().setText(to_markdown(self._texts(), right))

    def csv_text(self) -> str:
        """All columns of the rows that are shown, for a file."""
        return to_csv(self.model.export_rows())

    def fill_columns_menu(self, menu: QMenu) -> None:
        """One entry for each column but the first, checked if it is shown."""
        menu.clear()
        for column in range(1, self.model.columnCount()):
            entry = QAction(self.model.heading(column).title, menu)
            entry.setCheckable(True)
            entry.setChecked(not self.view.isColumnHidden(column))
            entry.toggled.connect(self._shower(column))
            menu.addAction(entry)

    def menu_of(self, column: int) -> QMenu:
        """The context menu of a column."""
        title = self.model.heading(column).title
        menu = QMenu(self.view)
        for words, act in self._more:
            menu.addAction(words, act)
        for words, act in (
            (f"Sort by {title}, ascending", self._sorter(SortKey(column))),
            (f"Sort by {title}, descending", self._sorter(SortKey(column, descending=True))),
            (f"Then sort by {title}", lambda: self.model.toggle(column, further=True)),
            ("Do not sort", lambda: self.model.sort_by(())),
        ):
            menu.addAction(words, act)
        menu.addSeparator()
        hide = menu.addAction(f"Hide {title}", lambda: self.view.set_column_shown(column, shown=False))
        hide.setEnabled(column > 0)
        hide.setToolTip("" if column > 0 else "The first column always stays in sight.")
        hide.setStatusTip(hide.toolTip() if column == 0 else "")
        columns = menu.addMenu("Columns")
        self.fill_columns_menu(columns)
        menu.addSeparator()
        menu.addAction("Copy as TSV", self.copy_as_tsv)
        menu.addAction("Copy as Markdown", self.copy_as_markdown)
        return menu

    def _show_menu(self, column: int, place: QPoint) -> None:
        menu = self.menu_of(column)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.popup(place)

    def _sorter(self, key: SortKey) -> Callable[[], None]:
        return lambda: self.model.sort_by((key,))

    def _shower(self, column: int) -> Callable[[bool], None]:
        return lambda shown: self.view.set_column_shown(column, shown=shown)

    def _columns(self) -> list[int]:
        """The columns that are copied, in the order in which they stand."""
        header = self.view.horizontalHeader()
        places = (header.logicalIndex(place) for place in range(header.count()))
        return self.model.copied_columns([one for one in places if not self.view.isColumnHidden(one)])

    def _texts(self) -> list[list[str]]:
        """The header and the selected rows, or all rows if none or one cell alone is selected."""
        columns = self._columns()
        selected = sorted({index.row() for index in self.view.selectionModel().selectedIndexes()})
        rows = selected if len(selected) > 1 else range(self.model.rowCount())
        return [
            [self.model.heading(column).with_unit for column in columns],
            *([str(self.model.index(row, column).data()) for column in columns] for row in rows),
        ]

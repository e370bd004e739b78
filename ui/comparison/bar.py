"""The bar over the tables: tabs, what is shown, baseline, filter, columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from ui.comparison.painting import GAP, small_font
from ui.comparison.tabs import HEIGHT, ViewTabs
from ui.theme import Theme
from ui.widgets.caption import Caption

_CONTROL: Final = 28
_FILTER_WIDTH: Final = 184
_NARROW: Final = 68
"""Width down to which a field shrinks where the window is small, so that it never makes the window larger."""

_TO_TABLE: Final = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PanelBar(QWidget):
    """Shows and sends; it decides nothing.

    Signals:
        tab_chosen: Number of the tab.
        filter_edited: The text in the filter box.
        baseline_chosen: Id of a contender.
        columns_wanted: The menu of the columns button opens and has to be filled.
        table_wanted: The filter box is left downwards.
    """

    tab_chosen = Signal(int)
    filter_edited = Signal(str)
    baseline_chosen = Signal(str)
    columns_wanted = Signal(QMenu)
    table_wanted = Signal()

    def __init__(self, theme: Theme, tabs: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._tabs = ViewTabs(theme)
        for text in tabs:
            self._tabs.addTab(text)
        self._caption = Caption(theme, Qt.AlignmentFlag.AlignRight)
        self._count = QLabel()
        self._baseline_label = QLabel("&Baseline")
        self._baseline = QComboBox()
        self._baseline.setAccessibleName("Baseline")
        self._baseline.setToolTip("The contender that all others are compared with.")
        self._baseline.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._baseline.setMinimumWidth(_NARROW)
        self._baseline.setFixedHeight(_CONTROL)
        self._baseline_label.setBuddy(self._baseline)
        self._filter = QLineEdit()
        self._columns = QToolButton()
        self._set_up_filter()
        self._set_up_columns()
        self._lay_out()
        self._connect()

    @property
    def tab(self) -> int:
        """Number of the tab that is shown."""
        return self._tabs.currentIndex()

    @property
    def filter_has_focus(self) -> bool:
        """True while the filter box has the focus."""
        return self._filter.hasFocus()

    def set_tab(self, index: int) -> None:
        """Show a tab."""
        self._tabs.setCurrentIndex(index)

    def set_filter_text(self, text: str) -> None:
        """Put a text into the filter box, as if it was typed."""
        self._filter.setText(text)

    def focus_filter(self) -> None:
        """Go to the filter box and select what is in it."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def set_contenders(self, ids: Sequence[str], baseline: str) -> None:
        """Offer these as baselines."""
        blocker = QSignalBlocker(self._baseline)
        if [self._baseline.itemText(place) for place in range(self._baseline.count())] != list(ids):
            self._baseline.clear()
            self._baseline.addItems(list(ids))
        self._baseline.setCurrentText(baseline)
        blocker.unblock()

    def show_state(
        self, *, filter_text: str, shown: int, total: int, caption: str, has_baseline: bool
    ) -> None:
        """What the table holds that is shown now."""
        if self._filter.text() != filter_text:
            blocker = QSignalBlocker(self._filter)
            self._filter.setText(filter_text)
            blocker.unblock()
        self._count.setText(f"{shown} of {total}" if filter_text.strip() else "")
        self._count.setVisible(bool(filter_text.strip()))
        self._caption.set_text(caption)
        for widget in (self._baseline_label, self._baseline):
            widget.setVisible(has_baseline)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Down and Enter in the filter box go to the table."""
        key = event.key() if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if watched is self._filter and key in _TO_TABLE:
            self.table_wanted.emit()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground, and the hairline under it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.tokens.base))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))
        painter.end()

    def _set_up_filter(self) -> None:
        self._filter.setPlaceholderText("Filter (/)")
        self._filter.setAccessibleName("Filter the table")
        self._filter.setToolTip(
            "Shows the rows that hold all these words. Press / to come here, Esc to give it up."
        )
        self._filter.setClearButtonEnabled(True)
        self._filter.setMinimumWidth(_NARROW)
        self._filter.setMaximumWidth(_FILTER_WIDTH)
        self._filter.setFixedHeight(_CONTROL)
        self._filter.installEventFilter(self)

    def _set_up_columns(self) -> None:
        self._columns.setText("Columns")
        self._columns.setAccessibleName("Choose columns")
        self._columns.setToolTip("Choose the columns that are shown.")
        self._columns.setAutoRaise(True)
        self._columns.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._columns.setFixedHeight(_CONTROL)
        self._menu = QMenu(self._columns)
        self._columns.clicked.connect(self._open_columns)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self._tabs)
        row.addWidget(self._caption, 1)
        for widget in (self._baseline_label, self._baseline, self._count, self._filter, self._columns):
            row.addWidget(widget)
        self.setFixedHeight(HEIGHT + 1)
        for label in (self._count, self._baseline_label):
            label.setFont(small_font(label.font()))
            label.setObjectName("muted")

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self.tab_chosen)
        self._filter.textChanged.connect(self.filter_edited)
        self._baseline.textActivated.connect(self.baseline_chosen)
        self._theme.changed.connect(self.update)

    def _open_columns(self) -> None:
        self.columns_wanted.emit(self._menu)
        self._menu.popup(self._columns.mapToGlobal(self._columns.rect().bottomLeft()))

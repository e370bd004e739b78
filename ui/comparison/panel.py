"""The comparison in the middle of the window: the claims, what was measured here, and what starts cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from fwcompare.cli.wording import fairness, tracks
from fwcompare.domain.calibration import is_another
from fwcompare.domain.claim import Catalog
from fwcompare.domain.events import Scalar
from fwcompare.domain.record import RunRecord
from fwcompare.execution.view import RunView
from fwcompare.stats.fairness import Fairness, fairness_of
from ui.comparison.bar import PanelBar
from ui.comparison.claims_model import ClaimsModel
from ui.comparison.columns import EXTRA_COLUMNS, Column
from ui.comparison.delegates import ClaimsDelegate, MeasuredDelegate, StartsDelegate
from ui.comparison.measured_model import MeasuredModel, workload_text
from ui.comparison.page import TablePage
from ui.comparison.rows import Row, awaited_rows, refreshed
from ui.comparison.starts_model import StartsModel
from ui.comparison.view import ComparisonView
from ui.selection import ClaimSelection, RowSelection, Selection
from ui.settings import TableLayout
from ui.theme import Theme
from ui.widgets.caption import Caption
from ui.widgets.empty_state import EmptyState, SampleButton
from ui.widgets.status_texts import local_text

_TABS: Final = ("claims", "measured", "starts")
_CLAIMS: Final = 0
_MEASURED: Final = 1
_STARTS: Final = 2
_STRIP_HEIGHT: Final = 26


class ComparisonPanel(QWidget):
    """The tables with their tabs, filter, baseline and columns.

    Signals:
        selection_changed: What is selected now, a `Selection` or None.
        details_wanted: Enter or a double click asks for the details of what is selected.
        explanation_wanted: A key or the menu asks how the verdict of what is selected came about.
        rows_wanted: The `RunView` whose rows are to be computed, with the chosen baseline in its plan, and shown by
            `show_rows`.
        rows_changed: The measured rows were computed anew.
        tab_changed: Another table is shown now: "claims", "measured" or "starts".
        sample_wanted: The comparison that fwcompare brings along is to be shown.
    """

    selection_changed = Signal(object)
    details_wanted = Signal()
    explanation_wanted = Signal()
    rows_wanted = Signal(object)
    rows_changed = Signal()
    tab_changed = Signal(str)
    sample_wanted = Signal()

    def __init__(self, theme: Theme, catalog: Catalog | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: RunView | None = None
        self._shown: RunView | None = None
        self._baseline: str | None = None
        self._here: Mapping[str, Scalar] = {}
        self._rows: tuple[Row, ...] = ()
        self._wanted: tuple[str, str, int] | None = None
        self._selection: Selection | None = None
        self.claims = ClaimsModel(catalog)
        self.measured = MeasuredModel()
        self.starts = StartsModel()
        self._pages = (self._make_claims(), self._make_measured(), self._make_starts())
        self._nothing = (
            EmptyState(theme, "No claims", "The catalogue of claims could not be read."),
            self._make_nothing(
                "Nothing measured yet",
                "Choose a workload and contenders in the profiler below, then Run; or open a snapshot. Each "
                "contender becomes a row, and its figures appear while its blocks finish.",
            ),
            self._make_nothing(
                "No starts yet",
                "What it costs to start: import, build, compile and first call of each block stand here when it has "
                "ended. To measure as many with empty compile caches as with warm ones, choose it under … beside Run.",
            ),
        )
        self._bar = PanelBar(theme, ("Claims", "Measured", "Starts"))
        self._lay_out()
        self._connect()
        self._update_bar()

    @property
    def record(self) -> RunRecord | None:
        """The run that is shown, with the chosen baseline in its plan."""
        return self._shown.record if self._shown else None

    @property
    def selection(self) -> Selection | None:
        """What is selected in the table that is shown."""
        return self._selection

    @property
    def page(self) -> TablePage:
        """The table that is shown."""
        return self._pages[self._bar.tab]

    def show_view(self, view: RunView | None) -> None:
        """Show this state of a run; cheap where nothing changed."""
        if _run_id(view) != _run_id(self._view):
            self._baseline = None
        self._view = view
        self._take()

    def show_rows(self, view: RunView, rows: tuple[Row, ...]) -> None:
        """Show what was computed of a view, unless another run is shown by now."""
        if _run_id(view) == _run_id(self._view):
            self._rows = rows
            self._show_measured()
            self._update_bar()
            self.rows_changed.emit()

    def show_machine(self, here: Mapping[str, Scalar]) -> None:
        """Know the machine on which the window runs: what was measured on another one says so."""
        self._here = here
        self._update_bar()

    def layouts(self) -> dict[str, TableLayout]:
        """How the user arranged the tables, by their names."""
        return {name: page.layout() for name, page in zip(_TABS, self._pages, strict=True)}

    def arrange(self, layouts: Mapping[str, TableLayout]) -> None:
        """Arrange the tables as they were; one that is not named stays as it is."""
        for name, page in zip(_TABS, self._pages, strict=True):
            if name in layouts:
                page.arrange(layouts[name])

    def show_tab(self, name: str) -> None:
        """Show one of the tables."""
        self._bar.set_tab(_TABS.index(name))

    def set_filter(self, text: str) -> None:
        """Look for this text in the table that is shown."""
        self._bar.set_filter_text(text)

    def focus_filter(self) -> None:
        """Go to the filter box."""
        self._bar.focus_filter()

    def set_baseline(self, contender_id: str | None) -> None:
        """Compare with this contender, None for the plan's own."""
        known = self.record is not None and contender_id in [one.id for one in self.record.plan.contenders]
        self._baseline = contender_id if known else None
        self._take()

    def copy_as_tsv(self) -> None:
        """Copy the selected rows, or all that are shown, for a spreadsheet."""
        self.page.copy_as_tsv()

    def copy_as_markdown(self) -> None:
        """Copy the selected rows, or all that are shown, for a document."""
        self.page.copy_as_markdown()

    def export_csv_text(self) -> str:
        """The table that is shown as CSV."""
        return self.page.csv_text()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives up the filter and goes back to the table."""
        if event.key() == Qt.Key.Key_Escape and self._bar.filter_has_focus:
            self._bar.set_filter_text("")
            self.page.view.setFocus()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground of tables and pages."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.tokens.base))
        painter.end()

    def _take(self) -> None:
        is_new = _run_id(self._view) != _run_id(self._shown)
        self._shown = self._view
        if self._view is not None and self._baseline is not None:
            plan = replace(self._view.record.plan, baseline=self._baseline)
            self._shown = replace(self._view, record=replace(self._view.record, plan=plan))
        if is_new:
            self._rows = ()
        record = self.record
        self.starts.set_record(record)
        self._show_measured()
        if is_new:
            self._on_current_changed()
        self._bar.set_contenders(
            [one.id for one in record.plan.contenders] if record else [],
            record.plan.baseline if record else "",
        )
        self._update_bar()
        self._want_rows()

    def _show_measured(self) -> None:
        """Show the newest rows that were computed, with what their blocks do now."""
        if self._shown is None:
            self.measured.set_rows(())
        elif not self._rows:
            self.measured.set_rows(awaited_rows(self._shown.record))
        else:
            self.measured.set_rows(refreshed(self._rows, self._shown))

    def _want_rows(self) -> None:
        """Have the rows computed anew when a block has ended, or another baseline or run was chosen."""
        wanted = None
        if self._shown is not None:
            record = self._shown.record
            ended = sum(block.outcome is not None for block in record.blocks)
            wanted = record.run_id, record.plan.baseline, ended
        if wanted != self._wanted:
            self._wanted = wanted
            if wanted is not None:
                self.rows_wanted.emit(self._shown)

    def _make_claims(self) -> TablePage:
        delegate = ClaimsDelegate(self._theme, self)
        view = ComparisonView(self._theme, self.claims, delegate, "Claims", by_row=False)
        view.stretch_columns()
        return TablePage(view, self.claims)

    def _make_measured(self) -> TablePage:
        delegate = MeasuredDelegate(self._theme, self)
        view = ComparisonView(self._theme, self.measured, delegate, "Measured", by_row=True)
        for column in (Column.WORKLOAD, *EXTRA_COLUMNS):  # the headings of the groups name the workload
            view.set_column_shown(column, shown=False)
        return TablePage(view, self.measured, [("Explain this verdict", self._on_explanation_wanted)])

    def _make_starts(self) -> TablePage:
        delegate = StartsDelegate(self._theme, self)
        view = ComparisonView(self._theme, self.starts, delegate, "Starts", by_row=True)
        return TablePage(view, self.starts)

    def _make_nothing(self, title: str, text: str) -> EmptyState:
        sample = SampleButton()
        sample.clicked.connect(self.sample_wanted)
        return EmptyState(self._theme, title, text, [sample])

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        for page, nothing in zip(self._pages, self._nothing, strict=True):
            self._stack.addWidget(page.view)
            self._stack.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addLayout(self._strip_row())
        layout.addWidget(self._stack, 1)

    def _strip_row(self) -> QHBoxLayout:
        self.strip = Caption(self._theme, Qt.AlignmentFlag.AlignLeft)
        self.strip.setMinimumHeight(_STRIP_HEIGHT)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.addWidget(self.strip)
        return row

    def _connect(self) -> None:
        self._bar.tab_chosen.connect(self._on_tab)
        self._bar.filter_edited.connect(self._on_filter)
        self._bar.baseline_chosen.connect(self.set_baseline)
        self._bar.columns_wanted.connect(self._fill_columns)
        self._bar.table_wanted.connect(self._focus_table)
        self._theme.changed.connect(self.update)
        for page in self._pages:
            page.view.current_changed.connect(self._on_current_changed)
            page.view.details_wanted.connect(self._on_details_wanted)
            page.view.explanation_wanted.connect(self._on_explanation_wanted)
            page.view.filter_wanted.connect(self.focus_filter)
            page.model.order_changed.connect(self._update_bar)

    def _fill_columns(self, menu: QMenu) -> None:
        self.page.fill_columns_menu(menu)

    def _focus_table(self) -> None:
        self.page.view.setFocus()

    def _on_tab(self, index: int) -> None:
        self._update_bar()
        self._on_current_changed()
        self.tab_changed.emit(_TABS[index])

    def _on_filter(self, text: str) -> None:
        self.page.model.set_filter(text)
        self._update_bar()

    def _on_details_wanted(self) -> None:
        self.selection_changed.emit(self._selection)
        self.details_wanted.emit()

    def _on_explanation_wanted(self) -> None:
        self._on_details_wanted()
        self.explanation_wanted.emit()

    def _on_current_changed(self) -> None:
        selection = self._selected()
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def _selected(self) -> Selection | None:
        index = self.page.view.currentIndex()
        if not index.isValid():
            return None
        if self._bar.tab == _MEASURED:
            row = self.measured.shown_rows()[index.row()]
            return RowSelection(row.contender.id, row.workload.id)
        if self._bar.tab == _STARTS:
            start = self.starts.shown_rows()[index.row()]
            return RowSelection(start.contender.id, start.workload.id)
        claim = self.claims.claim(index)
        return ClaimSelection(self.claims.criterion(index.row()).id, claim.subject if claim else "")

    def _update_bar(self) -> None:
        tab, model = self._bar.tab, self.page.model
        self._stack.setCurrentWidget(self.page.view if model.total else self._nothing[tab])
        self._bar.show_state(
            filter_text=model.filter_text,
            shown=model.rowCount(),
            total=model.total,
            caption=self._caption(),
            has_baseline=tab == _MEASURED and model.total > 0,
        )
        self._update_strip()

    def _update_strip(self) -> None:
        """Say above the measured figures what was held equal between them."""
        record = self.record if self._bar.tab == _MEASURED else None
        told = record is not None and any(block.settings for block in record.blocks)
        self.strip.set_text(strip_text(fairness_of(record)) if record is not None and told else "")
        self.strip.setVisible(bool(told))

    def _caption(self) -> str:
        if self._bar.tab == _CLAIMS:
            return self.claims.caption
        record = self.record
        if record is None:
            return ""
        count = len(record.plan.workloads)
        parts = [workload_text(record.plan.workloads[0]) if count == 1 else f"{count} workloads"]
        parts.append(f"{record.plan.effort.rounds} rounds")
        if is_another(record.machine, self._here):
            parts.insert(0, f"measured on another machine, {local_text(record.started_utc)}")
        return " · ".join(parts)


def _run_id(view: RunView | None) -> str | None:
    return view.record.run_id if view else None


def strip_text(found: Fairness) -> str:
    """The strip in one line, tracks first and then what differs, as an elided line keeps its beginning."""
    lines = fairness(found)
    rules = len(found.tracks)
    held = rules + bool(found.held)
    return " ".join([tracks(found), *lines[held:], *lines[rules:held], *lines[:rules]])

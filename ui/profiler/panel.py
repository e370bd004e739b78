"""The profiler as a whole: the form above; the timeline left, ratios, distributions and scaling right."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from fwcompare.domain.record import RunRecord
from fwcompare.domain.words import percent
from fwcompare.execution.schedule import block_counts, remaining_s
from fwcompare.execution.view import RunView
from fwcompare.interpreters.availability import Availability
from ui.profiler.analysis import Analysis, analysis_key, refreshed
from ui.profiler.page import Page
from ui.profiler.planning import FormOptions, told_apart
from ui.profiler.ratio_plot import RatioArea, RatioPlot
from ui.profiler.result_pages import ResultPages
from ui.profiler.run_form import RunForm
from ui.profiler.scales import clock_text
from ui.profiler.timeline import Timeline
from ui.selection import BlockSelection, RowSelection
from ui.theme import Theme
from ui.widgets.caption import Caption

_WIDTHS: Final = (650, 460, 320)
_LEAST_HEIGHT: Final = 172
"""Of the plots."""


class ProfilerPanel(QWidget):
    """What is to be measured, what is measured now, and what that amounts to.

    Signals:
        run_requested: The `Plan`.
        cancel_requested: The running comparison is to stop.
        interpreters_wanted: Another Python is to be chosen for this framework.
        device_chosen: "auto", "cpu", or "cuda:" and a UUID.
        analysis_wanted: The `RunView` whose blocks are to be analysed, and shown by `show_analysis`.
        selection_changed: A `BlockSelection` or a `RowSelection`.
        run_state_changed: `run_obstacle` or `cancel_obstacle` may be different.
        progress_changed: How far the run is, for the title of the dock.
    """

    run_requested = Signal(object)
    cancel_requested = Signal()
    interpreters_wanted = Signal(object)
    device_chosen = Signal(str)
    analysis_wanted = Signal(object)
    selection_changed = Signal(object)
    run_state_changed = Signal()
    progress_changed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: RunView | None = None
        self._analysis: Analysis | None = None
        self._wanted_key: tuple[str, int, bool] | None = None
        self._progress = ""
        self.form, self.timeline = RunForm(theme), Timeline(theme)
        self.ratio_plot, self.results = RatioPlot(theme), ResultPages(theme)
        self._workload = QComboBox()
        self._ratio_note = Caption(theme, Qt.AlignmentFlag.AlignLeft)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self.setAccessibleName("Profiler")
        self._lay_out()
        self._connect()
        self._apply()

    @property
    def run_obstacle(self) -> str:
        """Why Run can't be used now, "" if it can."""
        return self.form.run_obstacle

    @property
    def cancel_obstacle(self) -> str:
        """Why Cancel can't be used now, "" if it can."""
        return self.form.cancel_obstacle

    @property
    def progress(self) -> str:
        """How far the run is, "" while nothing runs."""
        return self._progress

    def give_up(self, reason: str) -> None:
        """Nothing can be measured any more, for this reason: Run and Cancel say so."""
        self.form.give_up(reason)

    def run(self) -> None:
        """Start what the form describes, if it can be."""
        self.form.run()

    def cancel(self) -> None:
        """Stop what runs."""
        self.form.cancel()

    def set_options(self, options: FormOptions) -> None:
        """What there is to choose from on this machine."""
        self.form.set_options(options)

    def set_availability(self, surveyed: tuple[Availability, ...]) -> None:
        """Which contenders can run here."""
        self.form.set_availability(surveyed)

    def show_view(self, view: RunView | None) -> None:
        """Draw a run, going on or read from a file; None draws nothing new."""
        if view is None:
            return
        self._view = view
        self.timeline.show_view(view)
        self._show_ratios()
        key = analysis_key(view)
        if key != self._wanted_key:
            self._wanted_key = key
            self.analysis_wanted.emit(view)

    def show_run(self, view: RunView | None) -> None:
        """Say how far the running comparison is, whatever run is drawn."""
        self.form.show_run(view)
        is_running = view is not None and not view.finished
        text = progress_text(view.record) if view is not None and is_running else ""
        if text != self._progress:
            self._progress = text
            self.progress_changed.emit(text)

    def show_analysis(self, analysis: Analysis) -> None:
        """Draw ratios and distributions, unless another run is shown by now."""
        if self._wanted_key is not None and analysis.key[0] != self._wanted_key[0]:
            return
        self._analysis = analysis
        ids = [one.workload.id for one in analysis.workloads]
        if ids != [self._workload.itemData(place) for place in range(self._workload.count())]:
            self._workload.clear()
            for place, (name, id_) in enumerate(zip(told_apart(ids), ids, strict=True)):
                self._workload.addItem(name, id_)
                self._workload.setItemData(place, id_, Qt.ItemDataRole.ToolTipRole)
            self._workload.setVisible(len(ids) > 1)
        self._show_workload()

    def plots(self) -> dict[str, QWidget]:
        """The plots by name, each a widget that renders itself into pictures and drawings."""
        return {"Timeline": self.timeline, "Ratio": self.ratio_plot, **self.results.plots()}

    def _show_workload(self) -> None:
        if self._analysis is None or self._workload.currentIndex() < 0:
            return
        shown = self._analysis.workloads[self._workload.currentIndex()]
        self._show_ratios()
        self.results.show_analysis(self._analysis, shown)
        self._ratio_note.set_text(f"95 % CI · grey: ±{percent(self._analysis.margin)}")

    def _show_ratios(self) -> None:
        """Draw the ratios of what was analysed last, with what the blocks of that run do now."""
        analysis, view = self._analysis, self._view
        if analysis is None or view is None or analysis.key[0] != view.record.run_id:
            return
        shown = analysis.workloads[self._workload.currentIndex()]
        self.ratio_plot.show_rows(refreshed(shown, view), analysis.margin)

    def _choose_contender(self, contender: str) -> None:
        if self._workload.currentIndex() >= 0:
            self.selection_changed.emit(RowSelection(contender, self._workload.currentData()))

    def _connect(self) -> None:
        self.form.run_requested.connect(self.run_requested)
        self.form.cancel_requested.connect(self.cancel_requested)
        self.form.interpreters_wanted.connect(self.interpreters_wanted)
        self.form.device_chosen.connect(self.device_chosen)
        self.form.run_state_changed.connect(self.run_state_changed)
        self.timeline.block_clicked.connect(lambda block: self.selection_changed.emit(BlockSelection(block)))
        self.ratio_plot.contender_chosen.connect(self._choose_contender)
        self._workload.currentIndexChanged.connect(self._show_workload)
        self._theme.changed.connect(self._apply)

    def _lay_out(self) -> None:
        self._workload.setAccessibleName("Workload of the ratios")
        self._workload.hide()
        self._splitter.setHandleWidth(1)
        # what is left of the height is the plots'; the form comes first
        self._splitter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._splitter.setMinimumHeight(_LEAST_HEIGHT)
        self._splitter.addWidget(self.timeline)
        self._splitter.addWidget(
            Page(
                self._theme,
                "Ratio to baseline",
                self._ratio_note,
                RatioArea(self._theme, self.ratio_plot),
                self._workload,
            )
        )
        self._splitter.addWidget(self.results)
        self._splitter.setSizes(list(_WIDTHS))
        for place, stretch in enumerate((5, 3, 2)):
            self._splitter.setStretchFactor(place, stretch)
            self._splitter.setCollapsible(place, place > 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addWidget(self._splitter, 1)

    def _apply(self) -> None:
        line = self._theme.tokens.line
        self._splitter.setStyleSheet(
            f"QSplitter {{ border-top: 1px solid {line}; }} QSplitter::handle {{ background: {line}; }}"
        )


def progress_text(record: RunRecord) -> str:
    """How far a run is: Round 3 of 8 · block 19 of 64 · 1:48 left."""
    plan = record.plan
    if not record.blocks:
        return f"{plan.block_count} blocks to go"
    newest, (_, total) = record.blocks[-1], block_counts(record)
    left = f" · {clock_text(remaining_s(record))} left" if not record.cancelled else " · cancelling"
    return f"Round {newest.round + 1} of {plan.effort.rounds} · block {len(record.blocks)} of {total}{left}"

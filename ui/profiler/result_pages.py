"""The plots that share the right end of the profiler: how latencies are spread, and how batches scale."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from fwcompare.domain.workload import Scenario
from fwcompare.stats.scaling import Sweep
from ui.comparison.tabs import ViewTabs
from ui.profiler.analysis import Analysis, WorkloadAnalysis
from ui.profiler.ecdf import EcdfPlot
from ui.profiler.page import Page
from ui.profiler.scaling_plot import LATENCY, THROUGHPUT, ScalingPlot
from ui.theme import Theme
from ui.widgets.caption import Caption

_NAMES: Final = ("ECDF", "Scaling")
_TAB_HEIGHT: Final = 28


class ResultPages(QWidget):
    """A page for each plot. Each has the tabs of both in its heading, so that a picture of it names it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.ecdf_plot, self.scaling_plot = EcdfPlot(theme), ScalingPlot(theme)
        self.tabs = [ViewTabs(theme, "Plots of the result", _TAB_HEIGHT) for _ in _NAMES]
        self.figure, self.sweep = QComboBox(), QComboBox()
        self._analysis: Analysis | None = None
        self._ecdf_note, self._scaling_note = (Caption(theme, Qt.AlignmentFlag.AlignLeft) for _ in _NAMES)
        for figure in (THROUGHPUT, LATENCY):
            self.figure.addItem(figure.label, figure)
        self.figure.setAccessibleName("What is drawn against the batch")
        self.sweep.setAccessibleName("Workload of the scaling curves")
        self.sweep.hide()
        for place in range(len(_NAMES)):
            self._make_tabs(place)
        self._pages = (
            Page(theme, _NAMES[0], self._ecdf_note, self.ecdf_plot, heading=self.tabs[0]),
            Page(
                theme,
                _NAMES[1],
                self._scaling_note,
                self.scaling_plot,
                self.sweep,
                self.figure,
                heading=self.tabs[1],
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for page in self._pages:
            column.addWidget(page)
        self._pages[1].hide()
        self.figure.currentIndexChanged.connect(self._show_sweep)
        self.sweep.currentIndexChanged.connect(self._show_sweep)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The page that is hidden keeps the size of the other, in which it is exported."""
        super().resizeEvent(event)
        for page in self._pages:
            page.resize(self.size())

    def show_analysis(self, analysis: Analysis, shown: WorkloadAnalysis) -> None:
        """Draw these.

        Args:
            analysis: Of the whole run.
            shown: The part of it whose latencies are drawn.
        """
        self.ecdf_plot.show_distributions(shown.distributions)
        total = sum(one.n for one in shown.distributions)
        note = f"ms · n = {total:,}" if total else ""
        if shown.workload.scenario is Scenario.THROUGHPUT:
            note = "no latencies in the throughput scenario"
        self._ecdf_note.set_text(note)
        self._analysis = analysis
        names = [_name(sweep) for sweep in analysis.sweeps]
        if names != [self.sweep.itemText(place) for place in range(self.sweep.count())]:
            self.sweep.clear()
            self.sweep.addItems(names)
        self.sweep.setVisible(len(names) > 1)
        self._show_sweep()

    def plots(self) -> dict[str, QWidget]:
        """The pages by the names under which they are exported."""
        return dict(zip(("Distribution", "Scaling"), self._pages, strict=True))

    def _show_sweep(self) -> None:
        if self._analysis is None:
            return
        place = self.sweep.currentIndex()
        sweep = self._analysis.sweeps[place] if 0 <= place < len(self._analysis.sweeps) else None
        figure = self.figure.currentData()
        self.scaling_plot.show_sweep(sweep, self._analysis.contenders, figure)
        self._scaling_note.set_text(f"{_name(sweep)} · {figure.note} by batch, 95 % CI" if sweep else "")

    def _make_tabs(self, place: int) -> None:
        for name in _NAMES:
            self.tabs[place].addTab(name)
        self.tabs[place].setCurrentIndex(place)
        self.tabs[place].currentChanged.connect(partial(self._turn_to, place))

    def _turn_to(self, place: int, wanted: int) -> None:
        """Show another page; the tabs of the one that is left stay on their own name."""
        if wanted != place:
            self._pages[place].hide()
            self._pages[wanted].show()
            self.tabs[place].setCurrentIndex(place)
            self.tabs[wanted].setFocus()


def _name(sweep: Sweep) -> str:
    first = sweep.workloads[0]
    return f"{first.architecture}/{first.task}/{first.size}"

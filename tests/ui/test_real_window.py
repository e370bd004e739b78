"""The window of the product: what the panels do for one another while a run goes on, and at the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from fwcompare.storage.snapshot import read_snapshot
from tests.runs import view_of
from tests.ui.profiler.replays import recorded_steps
from tests.ui.stand_ins import SNAPSHOT
from ui.comparison.columns import Column
from ui.comparison.details import DetailsPanel
from ui.comparison.panel import ComparisonPanel
from ui.comparison.rows import RowSource
from ui.profiler import analysis
from ui.profiler.panel import ProfilerPanel
from ui.selection import BlockSelection, RowSelection
from ui.snapshots.files import open_snapshot

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def comparison(real_window) -> ComparisonPanel:
    return real_window.window.findChild(ComparisonPanel)


@pytest.fixture
def profiler(real_window) -> ProfilerPanel:
    return real_window.window.findChild(ProfilerPanel)


def ratio(comparison: ComparisonPanel) -> float | None:
    return comparison.measured.rows[1].figures[Column.RATIO].value


def test_the_gui_thread_reduces_no_samples_of_a_run_that_goes_on(
    real_window, comparison, profiler, qtbot, gui_thread_guard
):
    """GIVEN rows and blocks that are looked at meanwhile THEN all that is shown of them was computed elsewhere."""
    views = [view_of(step) for step in recorded_steps(ROOT)]
    plan = views[0].record.plan
    other = plan.contenders[1].id
    selections = RowSelection(other, plan.workloads[0].id), BlockSelection(0)

    with gui_thread_guard:
        for number, view in enumerate(views):
            real_window.shell.select(selections[number % 2])
            real_window.live.view_changed.emit(view)
            QCoreApplication.processEvents()
        qtbot.waitUntil(lambda: ratio(comparison) is not None, timeout=60_000)
        qtbot.waitUntil(lambda: profiler.results.ecdf_plot.accessibleDescription() != "", timeout=60_000)
        assert len(profiler.timeline._feed.medians) == 3

        before = ratio(comparison)
        comparison.set_baseline(other)
        qtbot.waitUntil(lambda: ratio(comparison) == 1.0, timeout=60_000)

    assert before != 1.0


def test_the_gui_thread_reduces_no_samples_of_a_run_that_is_opened(
    real_window, comparison, profiler, qtbot, gui_thread_guard
):
    """GIVEN a row that is selected THEN its details come when they are computed, elsewhere."""
    details = real_window.window.findChild(DetailsPanel)
    with gui_thread_guard:
        with qtbot.waitSignal(real_window.snapshots.opened, timeout=60_000):
            real_window.snapshots.open(SNAPSHOT)
        row = comparison.measured.rows[1]
        real_window.shell.select(RowSelection(*row.id))
        qtbot.waitUntil(lambda: "How this verdict came about" in details.plain_text(), timeout=60_000)
        qtbot.waitUntil(lambda: profiler.results.ecdf_plot.accessibleDescription() != "", timeout=60_000)

    assert "One round has no scatter" in details.plain_text()
    assert comparison.measured.rows == RowSource().rows(open_snapshot(SNAPSHOT))


def test_it_may_close_while_results_are_computed(real_window, qtbot, monkeypatch):
    """GIVEN rows and an analysis that come when the widgets are gone THEN nobody touches those."""
    begun = threading.Event()
    sweeps = analysis.sweeps

    def told(*arguments):
        begun.set()
        return sweeps(*arguments)

    monkeypatch.setattr(analysis, "sweeps", told)
    real_window.shell.show_opened(view_of(read_snapshot(SNAPSHOT)))
    assert begun.wait(60)

    with qtbot.captureExceptions() as raised:
        real_window.window.close()
        real_window.end()
        QCoreApplication.processEvents()

    assert raised == []

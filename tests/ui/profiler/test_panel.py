"""The panel joins form and plots, and hands on what its parts tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from fwcompare.domain.phase import Phase
from tests.runs import BASELINE, CONTENDER, WORKLOAD, plan, view_of
from tests.ui.profiler.forms import OPTIONS, SURVEYED
from tests.ui.profiler.replays import long_run, recorded_steps
from ui.comparison.rows import RowSource, refreshed
from ui.profiler.analysis import analyse
from ui.profiler.panel import ProfilerPanel, progress_text
from ui.selection import BlockSelection, RowSelection


@pytest.fixture
def panel(qtbot, theme) -> ProfilerPanel:
    widget = ProfilerPanel(theme)
    qtbot.addWidget(widget)
    widget.resize(1440, 380)
    widget.show()
    return widget


def test_a_replayed_run_wants_an_analysis_for_each_block_that_ends(panel, root: Path) -> None:
    wanted: list[int] = []
    panel.analysis_wanted.connect(
        lambda view: wanted.append(sum(one.outcome is not None for one in view.record.blocks))
    )
    panel.analysis_wanted.connect(lambda view: panel.show_analysis(analyse(view)))

    for step in recorded_steps(root):
        panel.show_view(view_of(step))

    assert wanted == [0, 1, 2, 3, 4, 4], "after each block, and once at the end"
    assert "tensorflow:function" in panel.ratio_plot.accessibleDescription()
    assert "pytorch:eager: half below" in panel.results.ecdf_plot.accessibleDescription()


def test_an_analysis_of_another_run_is_not_shown(panel) -> None:
    late = analyse(view_of(replace(long_run(50, 50), run_id="the one before")))
    panel.show_view(view_of(long_run(50, 50), finished=True))

    panel.show_analysis(late)

    assert panel.ratio_plot.accessibleDescription() == ""


def test_several_workloads_can_be_chosen_from(panel) -> None:
    other = replace(WORKLOAD, batch=99)
    run = replace(long_run(50, 50), plan=plan(workloads=(WORKLOAD, other)))
    panel.show_view(view_of(run, finished=True))
    panel.show_analysis(analyse(view_of(run)))
    before = panel.results.ecdf_plot.accessibleDescription()

    panel._workload.setCurrentIndex(1)

    assert panel._workload.isVisible()
    assert before
    assert panel.results.ecdf_plot.accessibleDescription() == ""


def test_what_is_chosen_is_told(panel, qtbot) -> None:
    run = long_run(50, 50)
    panel.show_view(view_of(run, finished=True))
    panel.show_analysis(analyse(view_of(run)))
    chosen: list[object] = []
    panel.selection_changed.connect(chosen.append)

    panel.timeline.block_clicked.emit(1)
    panel.ratio_plot.contender_chosen.emit(CONTENDER.id)

    assert chosen == [BlockSelection(1), RowSelection(CONTENDER.id, WORKLOAD.id)]


def test_the_title_says_how_far_the_run_is(panel) -> None:
    told: list[str] = []
    panel.progress_changed.connect(told.append)

    panel.show_run(view_of(long_run(10, 10, is_running=True)))
    panel.show_run(view_of(long_run(10, 10, is_running=True)))
    panel.show_run(view_of(long_run(10, 10), finished=True))

    assert told == ["Round 1 of 3 · block 2 of 6 · 0:45 left", ""]
    assert panel.progress == ""


def test_progress_before_the_first_block_and_while_cancelling() -> None:
    nothing = replace(long_run(10, is_running=True), blocks=())

    assert progress_text(nothing) == "6 blocks to go"
    assert progress_text(replace(long_run(10, is_running=True), cancelled=True)).endswith("cancelling")


def test_run_and_cancel_are_those_of_the_form(panel, qtbot) -> None:
    panel.set_options(OPTIONS)
    panel.set_availability(SURVEYED)
    assert panel.run_obstacle == ""

    with qtbot.waitSignal(panel.run_requested):
        panel.run()
    assert panel.run_obstacle
    with qtbot.waitSignal(panel.cancel_requested):
        panel.cancel()
    assert panel.cancel_obstacle


def test_every_plot_can_be_rendered_elsewhere(panel) -> None:
    panel.show_view(view_of(long_run(50, 50), finished=True))

    for name, widget in panel.plots().items():
        image = QImage(widget.size(), QImage.Format.Format_RGB32)
        image.fill(0xFF00FF)
        widget.render(image)
        corner = image.pixelColor(image.width() - 1, 0).name()
        assert corner != "#ff00ff", name
        assert widget.accessibleName()


def test_nothing_to_show_is_no_trouble(panel) -> None:
    panel.show_view(None)
    panel.show_run(None)

    assert panel.progress == ""


def test_the_ratios_say_of_a_block_that_runs_what_the_table_says(panel) -> None:
    """GIVEN an analysis from when the first block began WHEN it gets further THEN both say the same."""
    run = long_run(10, is_running=True)
    (block,) = run.blocks
    starting = replace(run, blocks=(replace(block, phases={}),))
    warming = replace(block, phases={one: block.phases[one] for one in (Phase.SPAWN, Phase.WARM_UP)})
    panel.show_view(view_of(starting))
    panel.show_analysis(analyse(view_of(starting)))

    now = view_of(replace(run, blocks=(warming,)))
    panel.show_view(now)

    (row, _) = refreshed(RowSource().rows(view_of(starting)), now)
    assert row.badge.word == "warming up"
    assert f"{BASELINE.label}: ● warming up" in panel.ratio_plot.accessibleDescription()

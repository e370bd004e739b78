"""The ratio plot and the distributions, and what both say without being seen."""

from __future__ import annotations

import math

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from tests.runs import BASELINE, CONTENDER, block, plan, record, view_of
from tests.ui.profiler.test_analysis import MS, rounds
from ui.profiler import ratio_plot as module
from ui.profiler.analysis import analyse
from ui.profiler.ecdf import EcdfPlot
from ui.profiler.plots import mark_text
from ui.profiler.ratio_plot import SCALES, RatioArea, RatioPlot, _Axis
from ui.theme import FRAMEWORK_HUES, MODE_MARKS, Look, Scheme

RGB = QImage.Format.Format_RGB32


def rows_of(run):
    (workload,) = analyse(view_of(run)).workloads
    return workload.rows


@pytest.fixture
def ratio_plot(qtbot, theme) -> RatioPlot:
    widget = RatioPlot(theme)
    widget.resize(450, 200)
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def ecdf(qtbot, theme) -> EcdfPlot:
    widget = EcdfPlot(theme)
    widget.resize(240, 220)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def colours_of(widget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_the_ratio_is_drawn_in_the_hue_of_the_framework_with_the_margin_behind(
    ratio_plot, theme, scheme: Scheme
) -> None:
    theme.choose(scheme)
    ratio_plot.show_rows(rows_of(rounds(6, ratio=1.3)), 0.1)

    colours = colours_of(ratio_plot)

    assert FRAMEWORK_HUES[CONTENDER.framework].lower() in colours
    assert theme.tokens.band.lower() in colours
    assert theme.tokens.base.lower() in colours


@pytest.mark.parametrize("ticks", SCALES)
def test_one_is_in_the_middle_and_nothing_leaves_the_axis(ticks) -> None:
    axis = _Axis(100.0, 200.0, ticks)

    assert [axis.x(ratio) for ratio in (ticks[0], 1.0, ticks[-1])] == pytest.approx([100, 200, 300])
    assert axis.x(1e-4) == 100
    assert axis.x(1e4) == 300


@pytest.mark.parametrize(("ratio", "end"), [(0.6, 2.0), (2.5, 5.0), (0.1, 20.0), (30.0, 100.0), (1e3, 100.0)])
def test_the_axis_is_the_narrowest_that_holds_the_ratios(ratio_plot, ratio: float, end: float) -> None:
    ratio_plot.show_rows(rows_of(rounds(6, ratio=ratio)), 0.02)

    assert ratio_plot._axis().ticks[-1] == end


@pytest.mark.parametrize("ratio", [0.002, 900.0])
def test_what_is_beyond_the_axis_gets_an_arrow_and_its_words(ratio_plot, ratio: float) -> None:
    ratio_plot.show_rows(rows_of(rounds(6, ratio=ratio)), 0.02)

    image = ratio_plot.grab().toImage()

    assert not image.isNull()
    assert f"{max(ratio, 1 / ratio):.0f}" in ratio_plot.accessibleDescription()


@pytest.mark.parametrize(
    "run",
    [
        record(),
        record(block(BASELINE, 0, MS)),
        record(block(BASELINE, 0, MS), block(CONTENDER, 0, outcome=Outcome.CRASHED)),
        rounds(1),
        rounds(2, ratio=1.0),
    ],
    ids=["nothing", "baseline alone", "crashed", "one round", "no deviation"],
)
def test_it_draws_whatever_there_is(ratio_plot, ecdf, run) -> None:
    (workload,) = analyse(view_of(run)).workloads

    ratio_plot.show_rows(workload.rows, 0.02)
    ecdf.show_distributions(workload.distributions)

    assert not ratio_plot.grab().isNull()
    assert not ecdf.grab().isNull()
    assert CONTENDER.id in ratio_plot.accessibleDescription()


def test_a_narrow_plot_still_has_an_axis(ratio_plot) -> None:
    ratio_plot.show_rows(rows_of(rounds(3)), 0.02)
    ratio_plot.resize(210, 100)

    assert ratio_plot._axis().width >= 90
    assert not ratio_plot.grab().isNull()


def test_contenders_are_chosen_by_key_and_by_mouse(ratio_plot, qtbot) -> None:
    ratio_plot.show_rows(rows_of(rounds(3)), 0.02)
    chosen: list[str] = []
    ratio_plot.contender_chosen.connect(chosen.append)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(ratio_plot, key)
    qtbot.mouseClick(ratio_plot, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    qtbot.mouseClick(ratio_plot, Qt.MouseButton.LeftButton, pos=QPoint(20, 150))

    assert chosen == [BASELINE.id, CONTENDER.id, CONTENDER.id, BASELINE.id, CONTENDER.id]


def test_the_whole_verdict_is_in_the_tooltip(ratio_plot) -> None:
    ratio_plot.show_rows(rows_of(rounds(3)), 0.02)

    at = QPoint(300, 40)
    QApplication.sendEvent(ratio_plot, QHelpEvent(QEvent.Type.ToolTip, at, ratio_plot.mapToGlobal(at)))

    assert CONTENDER.id in ratio_plot.toolTip()
    assert "95 % interval" in ratio_plot.toolTip()


def test_the_same_rows_cost_nothing(ratio_plot, monkeypatch) -> None:
    ratio_plot.show_rows(rows_of(rounds(3)), 0.02)
    monkeypatch.setattr(ratio_plot, "update", lambda: pytest.fail("it was painted again"))

    ratio_plot.show_rows(rows_of(rounds(3)), 0.02)


def test_a_distribution_has_the_hue_the_dash_and_the_mark_of_its_contender(ecdf) -> None:
    ecdf.show_distributions(analyse(view_of(rounds(3))).workloads[0].distributions)

    curves = [item for pair in ecdf._items.values() for item in pair if isinstance(item, pg.PlotCurveItem)]
    marks = [item for pair in ecdf._items.values() for item in pair if isinstance(item, pg.ScatterPlotItem)]
    assert [curve.opts["pen"].color().name() for curve in curves] == ["#d55e00", "#e69f00"]
    assert curves[0].opts["pen"].dashPattern() == []
    assert curves[1].opts["pen"].dashPattern() == list(MODE_MARKS[CONTENDER.mode].dash)
    assert [mark.opts["symbol"] for mark in marks] == ["o", "d"]
    assert [mark.getData()[0][0] for mark in marks] == pytest.approx([0.0, math.log10(2)])
    assert [mark.getData()[1][0] for mark in marks] == [0.5, 0.5]


def test_distributions_are_replaced_and_not_piled_up(ecdf) -> None:
    for count in (1, 2, 3):
        ecdf.show_distributions(analyse(view_of(rounds(count))).workloads[0].distributions)

    assert sum(map(len, ecdf._items.values())) == 4
    assert "half below 1 ms" in ecdf.accessibleDescription()


def test_the_mark_is_hollow_where_the_look_is() -> None:
    for mark in MODE_MARKS.values():
        assert mark_text(Look("#000000", mark, hollow=False)) == mark.character
        assert mark_text(Look("#000000", mark, hollow=True)) != mark.character


def test_a_plot_does_not_swallow_what_is_dropped_on_the_window(ecdf):
    assert not ecdf.acceptDrops()
    assert not ecdf.viewport().acceptDrops()


def test_a_deprecated_contender_says_so_beside_its_name(ratio_plot, monkeypatch) -> None:
    trace = Contender(Framework.PYTORCH, Mode.TRACE, "/usr/bin/python3")
    run = record(block(BASELINE, 0, MS), block(trace, 0, MS), plan=plan(contenders=(BASELINE, trace)))
    ratio_plot.show_rows(rows_of(run), 0.1)
    with_note = ratio_plot.grab().toImage()

    assert "pytorch:trace (deprecated by PyTorch)" in ratio_plot.accessibleDescription()
    monkeypatch.setattr(module, "DEPRECATED", "")
    assert ratio_plot.grab().toImage() != with_note


def test_a_disturbed_verdict_is_marked(ratio_plot) -> None:
    ratio_plot.show_rows(rows_of(rounds(4, machine={"power_plugged": False})), 0.1)

    assert "slower (2.00–2.00) ⚠ disturbed" in ratio_plot.accessibleDescription()


def test_beside_an_interval_stands_what_finds_room_there(ratio_plot) -> None:
    """GIVEN a claim and an open verdict THEN the one has its interval, the other's reason is left to the tool tip."""
    claim, open_ = rows_of(rounds(6, ratio=1.3))[-1], rows_of(rounds(1))[-1]

    assert module._short_words(claim) == f"▼ {claim.badge.word} ({claim.badge.remark})"
    assert module._short_words(open_).startswith("? can't tell")
    assert open_.badge.remark not in module._short_words(open_)


def test_without_distributions_there_is_no_axis_under_the_words(ecdf) -> None:
    ecdf.show_distributions(analyse(view_of(rounds(3))).workloads[0].distributions)
    ecdf.show_distributions(())

    assert ecdf.backdrop._x == ecdf.backdrop._y == []


@pytest.mark.parametrize(("height", "pinned"), [(60, True), (200, False)], ids=["scrolled", "all in sight"])
def test_the_labels_of_the_axis_are_in_sight_however_many_rows_there_are(
    qtbot, theme, height: int, pinned: bool
) -> None:
    plot = RatioPlot(theme)
    area = RatioArea(theme, plot)
    qtbot.addWidget(area)
    area.resize(450, height)
    plot.show_rows(rows_of(rounds(3)), 0.02)
    area.show()
    qtbot.waitUntil(lambda: (area.verticalScrollBar().maximum() > 0) == pinned)

    assert area.labels.isVisible() == pinned
    if pinned:
        over, under = (
            one.grab(QRect(0, one.height() - 22, area.labels.width(), 22)).toImage().convertToFormat(RGB)
            for one in (area.labels, plot)
        )
        assert over == under


def test_labels_that_would_touch_are_left_out(ratio_plot, monkeypatch) -> None:
    drawn: list[str] = []
    ratio_plot.show_rows(rows_of(rounds(3, ratio=1.3)), 0.02)
    monkeypatch.setattr(module, "number_text", lambda tick: drawn.append(f"{tick:g}") or "")

    for width in (800, 210):
        ratio_plot.resize(width, 100)
        ratio_plot.grab()

    assert drawn[:5] == ["0.5", "0.7", "1", "1.4", "2"]
    assert drawn[-3:] == ["0.5", "1", "2"]

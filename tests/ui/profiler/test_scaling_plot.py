"""The scaling curves, the page that holds them, and what both say without being seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.workload import Scenario
from tests.runs import BASELINE, CONTENDER, view_of
from tests.stats.test_scaling import sweep_of
from ui.profiler.analysis import analyse
from ui.profiler.result_pages import ResultPages
from ui.profiler.scales import short_text
from ui.profiler.scaling_plot import LATENCY, THROUGHPUT
from ui.snapshots.plots import as_image, as_svg
from ui.theme import FRAMEWORK_HUES, Scheme


@pytest.fixture
def pages(qtbot, theme) -> ResultPages:
    widget = ResultPages(theme)
    widget.resize(300, 240)
    qtbot.addWidget(widget)
    widget.show()
    widget.tabs[0].setCurrentIndex(1)
    return widget


def show(pages: ResultPages, run) -> None:
    analysis = analyse(view_of(run))
    pages.show_analysis(analysis, analysis.workloads[0])


def colours_of(image) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_each_contender_has_a_curve_in_its_hue(pages, theme, scheme: Scheme) -> None:
    theme.choose(scheme)
    show(pages, sweep_of())

    colours = colours_of(pages.scaling_plot.grab().toImage())

    for contender in (BASELINE, CONTENDER):
        assert FRAMEWORK_HUES[contender.framework].lower() in colours
    assert theme.tokens.base.lower() in colours


def test_the_axes_are_logarithmic_and_labelled_with_the_batches(pages) -> None:
    show(pages, sweep_of((1, 10, 100)))

    (bottom,) = pages.scaling_plot.bottom_axis._tickLevels
    (left,) = pages.scaling_plot.left_axis._tickLevels

    assert bottom == [(0, "1"), (1, "10"), (2, "100")]
    assert (3.0, "1000") in [(round(at, 6), text.replace("\u202f", "")) for at, text in left]
    low, high = pages.scaling_plot.getViewBox().viewRange()[1]
    assert low < 3
    assert high > 5, "a contender that takes 1 ms whatever the batch makes 100 000 items a second"


def test_it_says_the_figures_aloud(pages) -> None:
    show(pages, sweep_of())

    said = pages.scaling_plot.accessibleDescription()
    assert f"{BASELINE.id} at batch 32: 32,000 items/s" in said

    pages.figure.setCurrentIndex(1)
    assert f"{CONTENDER.id} at batch 8: 8 ms" in pages.scaling_plot.accessibleDescription()


def test_a_run_with_one_batch_explains_itself(pages) -> None:
    show(pages, sweep_of((8,)))

    assert "This run has one batch only" in pages.scaling_plot.accessibleDescription()
    assert "1,8,32,128" in pages.scaling_plot.accessibleDescription()
    assert not pages.scaling_plot._items
    assert not pages.sweep.isVisible()


def test_groups_have_no_latency_to_draw_and_the_plot_says_why(pages) -> None:
    show(pages, sweep_of(scenario=Scenario.THROUGHPUT, spoil=lambda _: {"iterations_per_sample": 10}))
    assert pages.scaling_plot._items

    pages.figure.setCurrentIndex(1)

    assert not pages.scaling_plot._items
    assert "groups of iterations are timed together" in pages.scaling_plot._why_empty()
    assert pages.ecdf_plot.accessibleDescription() == ""


def test_a_batch_that_failed_is_missing_from_its_curve_and_named(pages) -> None:
    def spoil(one):
        return {"outcome": Outcome.OOM_HOST} if "/b32/" in one.workload else {}

    show(pages, sweep_of(spoil=spoil))

    assert (
        f"{BASELINE.id} at batch 32: – The machine's memory ran out"
        in pages.scaling_plot.accessibleDescription()
    )
    assert len(pages.scaling_plot._known()) == 4


def test_several_sweeps_can_be_chosen_from(pages) -> None:
    run = sweep_of((1, 8))
    others = tuple(replace(one, architecture="cnn") for one in run.plan.workloads)
    show(pages, replace(run, plan=replace(run.plan, workloads=(*run.plan.workloads, *others))))

    assert pages.sweep.isVisible()
    pages.sweep.setCurrentIndex(1)

    assert "no block was measured to its end" in pages.scaling_plot._why_empty()


def test_the_tabs_turn_the_page_and_each_keeps_its_own(pages) -> None:
    assert [page.isVisible() for page in pages.plots().values()] == [False, True]

    pages.tabs[1].setCurrentIndex(0)

    assert [page.isVisible() for page in pages.plots().values()] == [True, False]
    assert [tabs.currentIndex() for tabs in pages.tabs] == [0, 1]


def test_it_can_be_exported_without_having_been_looked_at(qtbot, theme) -> None:
    widget = ResultPages(theme)
    qtbot.addWidget(widget)
    widget.resize(300, 240)
    widget.show()
    show(widget, sweep_of())

    page = widget.plots()["Scaling"]

    assert page.size() == widget.size()
    assert FRAMEWORK_HUES[BASELINE.framework].lower() in colours_of(as_image(page))
    assert as_svg(page).startswith(b"<?xml")


@pytest.mark.parametrize("rounds", [1, 2])
def test_intervals_that_are_missing_or_wide_are_no_trouble(pages, rounds: int) -> None:
    show(pages, sweep_of(rounds=rounds))

    assert not pages.scaling_plot.grab().isNull()


def test_the_figures_are_told_apart() -> None:
    assert THROUGHPUT.text(1234.0) == "1,234 items/s"
    assert LATENCY.text(2e6) == "2 ms"


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (9999, "9\u202f999"), (20_000, "20k"), (3_000_000, "3M"), (2e9, "2G")]
)
def test_labels_of_an_axis_are_short(value: float, text: str) -> None:
    assert short_text(value) == text

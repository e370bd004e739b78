"""The profiler's place says that it is not ready, and hands everything on once it is."""

from __future__ import annotations

from tests.runs import record, view_of
from ui.profiler.later import NOT_YET, LaterProfiler
from ui.profiler.panel import ProfilerPanel


def test_an_empty_place_says_why_nothing_can_be_run(qtbot):
    place = LaterProfiler()
    qtbot.addWidget(place)

    place.run()
    place.cancel()

    assert place.engine_obstacle == place.run_obstacle == place.cancel_obstacle == NOT_YET
    assert place.plots() == {}


def test_the_panel_shows_what_it_missed_and_speaks_for_the_place(qtbot, theme):
    # GIVEN a snapshot opened before the panel was there
    place, panel = LaterProfiler(), ProfilerPanel(theme)
    qtbot.addWidget(place)
    place.show_view(view_of(record(), finished=True))

    signals = [place.filled, place.run_state_changed, panel.analysis_wanted]
    with qtbot.waitSignals(signals, timeout=1):
        place.fill(panel)

    assert place.run_obstacle == panel.run_obstacle
    assert place.engine_obstacle == ""
    assert place.plots().keys() == panel.plots().keys()
    with qtbot.waitSignal(place.selection_changed):
        panel.selection_changed.emit(None)
    with qtbot.waitSignal(place.progress_changed):
        panel.progress_changed.emit("half")


def test_what_is_shown_later_goes_straight_to_the_panel(qtbot, theme):
    place, panel = LaterProfiler(), ProfilerPanel(theme)
    qtbot.addWidget(place)
    place.fill(panel)

    with qtbot.waitSignal(panel.analysis_wanted, timeout=1):
        place.show_view(view_of(record(), finished=True))

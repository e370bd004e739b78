"""The timeline draws what is new, once a tick, no more points than pixels can show, and only if it is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from fwcompare.domain.record import RunRecord, Series
from tests import runs
from tests.runs import view_of
from tests.ui.profiler.replays import SECOND, grown, long_run, recorded_steps, series
from ui.profiler.feed import MOST_AT_ONCE, TRACKS
from ui.profiler.strip import TimeRange
from ui.profiler.timeline import LEFT, MEASURING_HZ, Timeline
from ui.profiler.track import SMALL_HEIGHT
from ui.theme import Scheme

WIDTH = 900


class Calls:
    """Counts `setData` by item and keeps how many points it was given."""

    def __init__(self) -> None:
        self.count: Counter[int] = Counter()
        self.points: dict[int, int] = {}

    def clear(self) -> None:
        self.count.clear()
        self.points.clear()


@pytest.fixture
def calls(monkeypatch) -> Calls:
    seen = Calls()
    for kind in (pg.PlotCurveItem, pg.ScatterPlotItem):
        original = kind.setData

        def counted(item, *args, original=original, **options):
            if len(args) == 2:
                seen.count[id(item)] += 1
                seen.points[id(item)] = int(np.isfinite(args[1]).sum())
            return original(item, *args, **options)

        monkeypatch.setattr(kind, "setData", counted)
    return seen


@pytest.fixture
def timeline(qtbot, theme, calls) -> Iterator[Timeline]:
    widget = Timeline(theme)
    widget.resize(WIDTH, 420)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_a_recorded_run_is_drawn_step_by_step(timeline, root: Path, calls: Calls) -> None:
    for step in recorded_steps(root):
        calls.clear()
        timeline.show_view(view_of(step))
        assert all(count == 1 for count in calls.count.values()), "one setData a curve and tick"

    latency = timeline.tracks[0]
    assert set(latency._items) == {"pytorch:eager", "tensorflow:function"}
    assert "No NVIDIA driver" in timeline.tracks[4].accessibleDescription() or timeline.tracks[4].isVisible()


def test_a_million_samples_are_drawn_as_two_points_a_pixel(timeline, calls: Calls, qtbot) -> None:
    """GIVEN more than is taken in at once THEN the rest comes after other events, and no point too many is drawn."""
    timeline.show_view(view_of(long_run(500_000, 500_000)))
    assert len(timeline._feed.curves(TRACKS[0])["pytorch:eager"]) == MOST_AT_ONCE
    qtbot.waitUntil(lambda: len(timeline._feed.medians) == 2)

    assert calls.points
    assert max(calls.points.values()) <= 2 * (WIDTH - LEFT + 2)
    assert sum(calls.points.values()) > 500


def test_a_tick_redraws_the_curves_that_grew_and_no_others(timeline, calls: Calls) -> None:
    run = long_run(30_000, 1000, is_running=True)
    timeline.show_view(view_of(run))
    calls.clear()
    time_ns = 10 * SECOND + np.linspace(2 * SECOND, 9 * SECOND, 1100).astype(np.int64)

    timeline.show_view(view_of(grown(run, latency=series(time_ns, np.full(1100, 10**6)))))

    item = timeline.tracks[0]._items["tensorflow:function"]
    assert calls.count == {id(item): 1}


def test_the_same_record_again_draws_nothing(timeline, calls: Calls) -> None:
    run = long_run(1000, 1000)
    timeline.show_view(view_of(run))
    calls.clear()

    timeline.show_view(view_of(run))

    assert not calls.count


def test_nothing_is_drawn_while_hidden_and_all_of_it_when_shown(timeline, calls: Calls) -> None:
    timeline.hide()
    timeline.show_view(view_of(long_run(100, 100)))
    assert not calls.count

    timeline.show()

    assert calls.count


def test_nothing_is_drawn_while_paused_and_all_of_it_afterwards(timeline, calls: Calls, qtbot) -> None:
    qtbot.keyClick(timeline, Qt.Key.Key_P)
    timeline.show_view(view_of(long_run(100, 100)))
    assert timeline.pause_button.isChecked()
    assert not calls.count

    qtbot.mouseClick(timeline.pause_button, Qt.MouseButton.LeftButton)

    assert calls.count


def test_another_run_replaces_the_curves(timeline) -> None:
    timeline.show_view(view_of(long_run(100, 100)))

    timeline.show_view(view_of(replace(long_run(100), run_id="another")))

    assert set(timeline.tracks[0]._items) == {"pytorch:eager"}


def test_a_missing_counter_makes_a_small_track_with_its_reason(timeline) -> None:
    timeline.show_view(view_of(long_run(100)))

    gpu = timeline.tracks[3]
    assert gpu.height() <= SMALL_HEIGHT
    assert gpu.accessibleDescription() == "Not available: no NVIDIA driver was found"
    assert not gpu.plot.isVisible()
    assert timeline.tracks[1].plot.isVisible()


def test_one_reason_for_two_tracks_of_a_gpu_takes_one_line(timeline) -> None:
    both = dict.fromkeys(("gpu_utilization_percent", "gpu_process_memory_bytes"), "not available: no driver")
    timeline.show_view(view_of(grown(long_run(100), unavailable=both)))
    assert [track.isVisible() for track in timeline.tracks] == [True, True, True, True, False]

    other = {**both, "gpu_process_memory_bytes": "not available: not counted"}
    timeline.show_view(view_of(replace(grown(long_run(100), unavailable=other), run_id="another")))
    assert timeline.tracks[4].isVisible()


def test_the_load_of_a_gpu_is_drawn_in_steps_up_to_a_hundred(timeline, calls: Calls) -> None:
    read_ns = 3 * SECOND + np.arange(5) * (SECOND // 5)
    load = np.array([0.0, 40.0, 40.0, 90.0, 10.0])
    some = {"gpu_utilization_percent": series(read_ns, load)}

    timeline.show_view(view_of(grown(long_run(100), resources=some, unavailable={})))

    gpu = timeline.tracks[3]
    (item,) = gpu._items.values()
    x, y = item.getData()
    assert gpu.plot.isVisible()
    assert np.nanmax(y) == 90.0
    assert (
        np.diff(x)[np.isfinite(y[1:]) & np.isfinite(y[:-1])] * np.diff(y)[np.isfinite(np.diff(y))] == 0
    ).all()
    assert gpu.view_box.viewRange()[1][1] > 100


def test_the_keyboard_zooms_moves_and_goes_back(timeline, qtbot) -> None:
    timeline.show_view(view_of(long_run(100, 100)))
    whole = timeline.shown_range()

    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    zoomed = timeline.shown_range()
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    moved = timeline.shown_range()
    assert zoomed.length_ns < whole.length_ns
    assert moved.start_ns > zoomed.start_ns
    assert not timeline.follow_button.isChecked()
    qtbot.keyClick(timeline, Qt.Key.Key_Backspace)
    assert timeline.shown_range() == zoomed
    qtbot.keyClick(timeline, Qt.Key.Key_Minus)
    assert timeline.shown_range().length_ns > zoomed.length_ns
    qtbot.keyClick(timeline, Qt.Key.Key_F)
    assert timeline.shown_range() == whole
    assert timeline.follow_button.isChecked()


def test_the_buttons_do_the_same(timeline, qtbot) -> None:
    timeline.show_view(view_of(long_run(100, 100, is_running=True)))
    left = Qt.MouseButton.LeftButton
    assert not timeline.back_button.isEnabled()
    assert "nothing was zoomed" in timeline.back_button.toolTip()

    qtbot.mouseClick(timeline.follow_button, left)
    assert not timeline.follow_button.isChecked()
    qtbot.mouseClick(timeline.follow_button, left)
    assert timeline.follow_button.isChecked()
    timeline.zoom(0.5, 5.0)
    qtbot.mouseClick(timeline.back_button, left)
    assert timeline.follow_button.isChecked()


def test_all_tracks_show_the_same_time(timeline) -> None:
    timeline.show_view(view_of(long_run(100, 100)))
    timeline.zoom(0.3, 12.0)

    shown = timeline.shown_range()
    for track in timeline.tracks[:2]:
        (start_s, end_s), _ = track.view_box.viewRange()
        assert (start_s, end_s) == pytest.approx((shown.start_ns / 1e9, shown.end_ns / 1e9))


def test_wheel_and_drag_ask_for_time_alone(timeline) -> None:
    timeline.show_view(view_of(long_run(100, 100)))
    box = timeline.tracks[1].view_box
    _, before = box.viewRange()

    box.zoom_asked.emit(0.5, 5.0)
    box.pan_asked.emit(1.0)

    assert timeline.shown_range().length_ns < 19 * SECOND
    assert box.viewRange()[1] == before


def test_the_crosshair_shows_the_values_of_all_tracks(timeline, qtbot) -> None:
    timeline.show_view(view_of(long_run(1000, 1000)))

    timeline.show_crosshair(5.0)

    texts = [track.accessibleDescription() for track in timeline.tracks[:3]]
    assert texts[0].startswith("5 s: 1")
    assert texts[1] == "5 s: 100"
    assert texts[2] == "5 s: –", "no reading is no zero"
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.tracks[1].accessibleDescription() == ""


def test_the_crosshair_can_be_moved_by_key_and_goes_with_the_pointer(timeline, qtbot, monkeypatch) -> None:
    timeline.show_view(view_of(long_run(1000, 1000)))

    qtbot.keyClick(timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    by_key = timeline.tracks[1].accessibleDescription()
    monkeypatch.setattr(timeline.tracks[1].plot, "underMouse", lambda: True)
    timeline._on_mouse(timeline.tracks[1], (QPointF(100, 10),))

    assert by_key.startswith("9.")
    assert timeline.tracks[1].accessibleDescription() != by_key


def test_a_late_move_does_not_bring_the_crosshair_back(timeline) -> None:
    timeline.show_view(view_of(long_run(1000, 1000)))

    timeline._on_mouse(timeline.tracks[1], (QPointF(100, 10),))

    assert timeline.tracks[1].accessibleDescription() == ""


def test_the_crosshair_disturbs_no_measurement(timeline) -> None:
    timeline.show_view(view_of(long_run(100, is_running=True)))
    assert {pointer.rateLimit for pointer in timeline._pointers} == {MEASURING_HZ}

    timeline.show_view(view_of(long_run(100)))

    assert MEASURING_HZ not in {pointer.rateLimit for pointer in timeline._pointers}


def test_the_newest_value_stands_in_the_gutter_while_the_run_goes_on(timeline) -> None:
    timeline.show_view(view_of(long_run(1000, is_running=True)))

    assert timeline.tracks[1].accessibleDescription() == "now 100"


def test_a_value_of_an_earlier_block_is_not_that_of_the_one_that_runs(timeline) -> None:
    run = long_run(100, 100, 100, is_running=True)
    third = replace(run.blocks[2], latency=Series(), resources={})

    timeline.show_view(view_of(replace(run, blocks=(*run.blocks[:2], third))))

    assert timeline.tracks[0].accessibleDescription() == ""


def test_a_click_on_a_block_chooses_it(timeline, qtbot) -> None:
    timeline.show_view(view_of(long_run(100, 100)))

    with qtbot.waitSignal(timeline.block_clicked) as chosen:
        timeline.tracks[0].view_box.clicked.emit(12.0)
    assert chosen.args == [1]
    with qtbot.waitSignal(timeline.block_clicked) as chosen:
        qtbot.mouseClick(timeline._strip, Qt.MouseButton.LeftButton, pos=QPoint(LEFT + 20, 24))
    assert chosen.args == [0]


def test_the_strip_knows_what_is_where(timeline) -> None:
    timeline.show_view(view_of(long_run(100, 100)))

    assert timeline._strip.block_at(LEFT + 1).block == 0
    assert timeline._strip.block_at(WIDTH - 5).block == 1
    assert timeline._strip.block_at(LEFT + (WIDTH - LEFT) * 9.5 / 19) is None, "between the blocks"


def test_a_running_block_is_drawn_up_to_now(timeline) -> None:
    run: RunRecord = long_run(100, is_running=True)
    timeline.show_view(view_of(run))

    (life,) = timeline._lives
    assert life.end_ns == timeline._feed.end_ns == 9 * SECOND
    assert timeline.shown_range() == TimeRange(0, 10 * SECOND)


def test_it_draws_in_both_schemes(timeline, theme) -> None:
    timeline.show_view(view_of(long_run(1000, 1000)))
    light = timeline.grab().toImage()

    theme.choose(Scheme.DARK)

    dark = timeline.grab().toImage()
    corner = QPoint(WIDTH - 2, 60)
    assert light.pixelColor(corner).lightness() > 200
    assert dark.pixelColor(corner).lightness() < 60


def test_the_focus_is_seen(timeline, qtbot, theme) -> None:
    corner = QPoint(1, 200)
    timeline.pause_button.setFocus()
    before = timeline.grab().toImage().pixelColor(corner).name()

    timeline.setFocus()

    assert timeline.grab().toImage().pixelColor(corner).name() == theme.tokens.accent.lower() != before


def test_the_button_says_what_it_shows(timeline) -> None:
    timeline.show_view(view_of(long_run(100, is_running=True)))
    assert timeline.follow_button.text() == "Follow"

    timeline.show_view(view_of(long_run(100)))

    assert timeline.follow_button.text() == "All"
    assert "all of the run" in timeline.follow_button.accessibleName()


def test_every_part_has_a_name_and_the_keyboard_gets_everywhere(timeline) -> None:
    for track in timeline.tracks:
        assert track.accessibleName()
        assert track.plot.accessibleName()
    for button in (timeline.follow_button, timeline.pause_button, timeline.back_button):
        assert button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert timeline.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_a_run_that_was_cut_off_is_not_followed(timeline) -> None:
    cut = long_run(50, is_running=True)

    timeline.show_view(view_of(cut, finished=True))

    assert timeline.follow_button.text() == "All"
    assert timeline.tracks[0].plot.foreground._lines == []
    timeline.show_view(view_of(cut, finished=False))
    assert timeline.follow_button.text() == "Follow"
    assert len(timeline.tracks[0].plot.foreground._lines) == 1


def test_where_a_block_changed_its_level_a_line_stands_in_the_latencies_alone(timeline) -> None:
    climbing = runs.latency(*[1000, 1001] * 20, *[1040, 1041] * 20)
    blocks = [
        runs.block(
            runs.BASELINE,
            number,
            latency=series,
            block=number,
            started_ns=80 * number * SECOND,
            finished_ns=80 * (number + 1) * SECOND,
        )
        for number, series in enumerate((climbing, runs.latency(*[1000, 1001] * 40)))
    ]

    timeline.show_view(view_of(runs.record(*blocks)))

    drawn = [[at for at, _ in track.plot.foreground._lines] for track in timeline.tracks]
    assert drawn == [[40.0], *[[]] * 4]


@pytest.mark.parametrize(("blocks", "marked"), [(1, 1), (60, 0)])
def test_a_change_of_level_is_marked_where_its_block_is_wide_enough(
    timeline, blocks: int, marked: int
) -> None:
    """GIVEN a block that doubles its latency half-way THEN a line stands there, unless it would be one of a crowd."""
    run = long_run(*[200] * blocks)
    first = run.blocks[0]
    time_ns = np.concatenate(first.latency.time_ns)
    value = np.concatenate(first.latency.value) * np.where(np.arange(200) < 100, 1, 2)
    climbing = replace(run, blocks=(replace(first, latency=series(time_ns, value)), *run.blocks[1:]))

    timeline.show_view(view_of(climbing))

    lines = [seconds for seconds, _ in timeline.tracks[0].plot.foreground._lines]
    assert lines == [pytest.approx(time_ns[100] / 1e9, abs=0.1)] * marked
    assert timeline.tracks[1].plot.foreground._lines == []

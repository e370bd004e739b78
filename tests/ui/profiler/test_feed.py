"""Curves grow with the record, and nothing is taken in twice or lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.runs import view_of
from tests.ui.profiler.replays import SECOND, grown, long_block, long_run, recorded_steps, series
from ui.profiler import feed as module
from ui.profiler.decimate import grid_of
from ui.profiler.feed import TRACKS, Feed

LATENCY, MEMORY, CPU, GPU, GPU_MEMORY = TRACKS
EVERYTHING = grid_of(0, 10**12, 10**7)


def test_step_by_step_gives_the_same_curves_as_at_once(root: Path) -> None:
    steps = list(recorded_steps(root))
    live, reopened = Feed(), Feed()
    for step in steps:
        live.update(view_of(step))
    reopened.update(view_of(steps[-1]))

    for kind in TRACKS:
        assert live.curves(kind).keys() == reopened.curves(kind).keys()
        for contender, curve in live.curves(kind).items():
            both = curve.drawn(EVERYTHING), reopened.curves(kind)[contender].drawn(EVERYTHING)
            assert all(np.array_equal(mine, other, equal_nan=True) for mine, other in zip(*both, strict=True))
    assert live.medians == reopened.medians
    assert live.end_ns == reopened.end_ns > 0
    assert {contender: len(curve) for contender, curve in live.curves(LATENCY).items()} == {
        "pytorch:eager": 12,
        "tensorflow:function": 6,
    }


def test_only_what_is_new_is_taken_in_while_the_last_chunk_grows() -> None:
    feed = Feed()
    time_ns = np.arange(2500) * 1_000_000
    value = np.arange(1, 2501, dtype=np.int64)
    for count in (10, 700, 1024, 1030, 2047, 2500):
        feed.update(
            view_of(grown(long_run(1, is_running=True), latency=series(time_ns[:count], value[:count])))
        )

    (curve,) = feed.curves(LATENCY).values()
    drawn_ns, drawn = curve.drawn(EVERYTHING)

    assert np.array_equal(drawn_ns, time_ns)
    assert np.allclose(drawn, value / 1e6)


@pytest.mark.parametrize("most", [1, 7, 1000, 1024])
def test_much_at_once_is_taken_in_piece_by_piece(monkeypatch, most: int) -> None:
    """GIVEN a limit THEN no update takes in more, the pieces are the whole, and a block ends with its last one."""
    monkeypatch.setattr(module, "MOST_AT_ONCE", most)
    view, feed, whole = view_of(long_run(2050, 30)), Feed(), Feed()
    before, sizes = 0, []
    feed.is_behind = True
    while feed.is_behind:
        assert len(feed.medians) <= 1
        feed.update(view)
        taken = sum(len(curve) for kind in TRACKS for curve in feed.curves(kind).values())
        sizes.append(taken - before)
        before = taken

    monkeypatch.undo()
    whole.update(view)

    assert max(sizes) <= most + 2, "and a gap before each block"
    for kind in TRACKS:
        for contender, curve in whole.curves(kind).items():
            both = curve.drawn(EVERYTHING), feed.curves(kind)[contender].drawn(EVERYTHING)
            assert all(np.array_equal(mine, other, equal_nan=True) for mine, other in zip(*both, strict=True))
    assert feed.medians == whole.medians


def test_nothing_new_adds_nothing() -> None:
    feed, run = Feed(), long_run(100, 100)
    feed.update(view_of(run))
    before = {contender: len(curve) for contender, curve in feed.curves(MEMORY).items()}

    assert not feed.update(view_of(run))
    assert {contender: len(curve) for contender, curve in feed.curves(MEMORY).items()} == before


def test_another_run_starts_anew() -> None:
    feed = Feed()
    feed.update(view_of(long_run(100, 100)))

    assert feed.update(view_of(replace(long_run(5), run_id="another")))
    assert [len(curve) for curve in feed.curves(LATENCY).values()] == [5]


def test_the_same_run_read_from_a_file_starts_anew() -> None:
    feed = Feed()
    feed.update(view_of(long_run(100, 100)))

    assert feed.update(view_of(long_run(100, 100))), "its blocks are other objects"
    assert [len(curve) for curve in feed.curves(LATENCY).values()] == [100, 100]


def test_blocks_of_a_contender_are_not_joined_and_missing_readings_leave_a_gap() -> None:
    read_ns = np.array([0, 1, 2, 10, 11]) * (SECOND // 10)
    some = {"rss_bytes": series(read_ns, np.full(5, 2.0**20))}
    feed = Feed()
    feed.update(view_of(grown(long_run(10), resources=some)))

    (curve,) = feed.curves(MEMORY).values()
    drawn_ns, drawn = curve.drawn(EVERYTHING)

    assert np.isnan(drawn).tolist() == [True, False, False, False, True, False, False]
    assert drawn_ns[4] == read_ns[2] + 1
    assert np.nanmax(drawn) == 1.0, "in MiB"


def test_a_missing_counter_has_a_reason_and_no_curve() -> None:
    feed = Feed()
    feed.update(view_of(long_run(10)))

    assert feed.reason(GPU) == "no NVIDIA driver was found"
    assert feed.reason(MEMORY) == ""
    assert feed.reason(CPU) == "", "nothing is known yet"


def test_a_counter_that_comes_later_takes_the_reason_away() -> None:
    feed, first = Feed(), long_block(0, 5, finished_ns=None, outcome=None)
    run = replace(long_run(5, is_running=True), blocks=(first,))
    feed.update(view_of(run))
    later = {"gpu_utilization_percent": series(np.array([SECOND]), np.array([40.0]))}
    feed.update(view_of(replace(run, blocks=(replace(first, resources=later, unavailable={}),))))

    assert feed.reason(GPU) == ""
    assert feed.curves(GPU)["pytorch:eager"].at(SECOND) == 40.0


def test_medians_stand_over_the_samples_of_their_block() -> None:
    feed = Feed()
    feed.update(view_of(long_run(1001)))

    (median,) = feed.medians
    assert (median.start_ns, median.end_ns) == (2 * SECOND, 9 * SECOND)
    assert median.median_ns == 1_000_499

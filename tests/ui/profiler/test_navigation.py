"""Following, zooming, moving, and the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.profiler.replays import SECOND
from ui.profiler.navigation import FIRST_NS, FOLLOW_NS, SHORTEST_NS, Navigation
from ui.profiler.strip import TimeRange


def navigation(end_s: float, *, is_running: bool) -> Navigation:
    result = Navigation()
    result.advance(round(end_s * SECOND), is_running=is_running)
    return result


def test_a_running_comparison_is_followed() -> None:
    assert navigation(3, is_running=True).range() == TimeRange(0, FIRST_NS)
    assert navigation(40, is_running=True).range() == TimeRange(0, 40 * SECOND)
    assert navigation(100, is_running=True).range() == TimeRange(100 * SECOND - FOLLOW_NS, 100 * SECOND)


def test_a_finished_one_is_shown_whole() -> None:
    assert navigation(1000, is_running=False).range() == TimeRange(0, 1000 * SECOND)


def test_zooming_keeps_the_moment_under_the_pointer_and_stops_following() -> None:
    shown = navigation(100, is_running=False)

    shown.zoom(0.5, 80 * SECOND)

    assert shown.range() == TimeRange(40 * SECOND, 90 * SECOND)
    assert not shown.is_following
    shown.advance(200 * SECOND, is_running=True)
    assert shown.range() == TimeRange(40 * SECOND, 90 * SECOND), "the present moves, the view does not"


def test_the_way_back_goes_by_kind_of_move() -> None:
    shown = navigation(100, is_running=False)
    for _ in range(3):
        shown.zoom(0.5, 50 * SECOND)
    shown.pan(5 * SECOND)
    zoomed = TimeRange(round(43.75 * SECOND), round(56.25 * SECOND))

    shown.go_back()
    assert shown.range() == zoomed
    shown.go_back()
    assert shown.range() == TimeRange(0, 100 * SECOND)
    assert shown.is_following
    assert not shown.can_go_back
    shown.go_back()
    assert shown.range() == TimeRange(0, 100 * SECOND)


def test_staying_keeps_what_is_shown_while_the_run_goes_on() -> None:
    shown = navigation(100, is_running=True)

    shown.stay()
    shown.advance(130 * SECOND, is_running=True)

    assert shown.range() == TimeRange(100 * SECOND - FOLLOW_NS, 100 * SECOND)
    shown.follow()
    assert shown.range().end_ns == 130 * SECOND
    assert shown.can_go_back


def test_another_run_is_followed() -> None:
    shown = navigation(100, is_running=False)
    shown.zoom(0.1, 0)

    shown.reset()

    assert shown.is_following
    assert not shown.can_go_back


moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.01, 100), st.integers(-(10**12), 10**12)),
        st.tuples(st.just("pan"), st.integers(-(10**12), 10**12)),
        st.tuples(st.just("back")),
        st.tuples(st.just("advance"), st.integers(0, 10**12), st.booleans()),
    ),
    max_size=30,
)


@given(moves)
def test_whatever_is_done_the_range_is_sound(steps: list[tuple]) -> None:
    shown = navigation(0, is_running=True)
    for name, *values in steps:
        match name:
            case "zoom":
                shown.zoom(*values)
            case "pan":
                shown.pan(*values)
            case "back":
                shown.go_back()
            case "advance":
                shown.advance(values[0], is_running=values[1])

        assert shown.range().start_ns >= 0
        assert shown.range().length_ns >= SHORTEST_NS

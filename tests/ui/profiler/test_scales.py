"""Axes have round values, and no more than fit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.profiler.scales import clock_text, linear_scale, log_scale, number_text, round_step, time_ticks


@given(st.floats(1e-9, 1e12), st.integers(1, 6))
def test_a_linear_scale_holds_the_highest_value(highest: float, count: int) -> None:
    scale = linear_scale(highest, count)

    assert scale.low == 0
    assert scale.high > highest
    assert 1 <= len(scale.ticks) <= count + 1
    assert all(scale.low < at < scale.high for at, _ in scale.ticks)


@pytest.mark.parametrize("nothing", [0.0, -1.0, math.nan, math.inf])
def test_without_values_there_is_a_scale_all_the_same(nothing: float) -> None:
    assert linear_scale(nothing, 2).high > 0


@given(st.floats(1e-4, 1e5), st.floats(1, 1e4), st.integers(1, 9))
def test_a_log_scale_holds_its_values_and_is_labelled(lowest: float, spread: float, count: int) -> None:
    scale = log_scale(lowest, lowest * spread, count)

    assert scale.low < math.log10(lowest) <= math.log10(lowest * spread) < scale.high
    assert 1 <= len(scale.ticks) <= count
    assert all(scale.low - 0.01 <= at <= scale.high + 0.01 for at, _ in scale.ticks)


def test_log_labels_are_1_2_5_where_there_is_room() -> None:
    assert [text for _, text in log_scale(0.9, 21, 6).ticks] == ["1", "2", "5", "10", "20"]
    assert [text for _, text in log_scale(0.01, 800, 5).ticks] == ["0.01", "0.1", "1", "10", "100"]


@given(st.floats(0, 1e5), st.floats(1e-3, 1e5), st.integers(1, 20))
def test_times_are_round_and_in_the_range(start_s: float, length_s: float, count: int) -> None:
    ticks = time_ticks(start_s, start_s + length_s, count)

    assert len(ticks) <= count + 1
    assert len({text for _, text in ticks}) == len(ticks), "each label differs"
    assert all(start_s - 1e-6 * length_s <= at <= start_s + length_s * (1 + 1e-6) for at, _ in ticks)


@pytest.mark.parametrize(("at_least", "step"), [(0.3, 0.5), (1, 1), (1.1, 2), (6, 10), (0, 1), (math.inf, 1)])
def test_steps_are_1_2_5(at_least: float, step: float) -> None:
    assert round_step(at_least) == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.12345, "0.123"), (1.2678, "1.27"), (497.3, "497"), (12500, "12\u202f500"), (1e-5, "1e-05")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (108, "1:48"), (59.6, "1:00"), (3723, "1:02:03"), (-4, "0:00")]
)
def test_a_clock(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text

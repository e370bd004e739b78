"""No extreme and no gap is lost, and a column never has more than two points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.profiler import decimate as module
from ui.profiler.decimate import DIRECT_LIMIT, Curve, decimate, grid_of

numbers = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))
curves = st.lists(st.tuples(st.integers(0, 400), numbers), max_size=300)


def arrays(steps: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Times from steps between points, and values."""
    times = np.cumsum([step for step, _ in steps], dtype=np.int64)
    return times.reshape(-1), np.array([value for _, value in steps], np.float64)


def columns_of(time_ns: np.ndarray, value: np.ndarray, width_ns: int) -> dict[int, np.ndarray]:
    return {
        int(column): value[time_ns // width_ns == column]
        for column in np.unique(time_ns // width_ns).tolist()
    }


@given(curves, st.integers(1, 5000))
def test_every_column_keeps_its_extremes_in_two_points(steps: list[tuple[int, float]], width_ns: int) -> None:
    time_ns, value = arrays(steps)

    kept_ns, kept = decimate(time_ns, value, width_ns)

    drawn = columns_of(kept_ns, kept, width_ns)
    for column, all_values in columns_of(time_ns, value, width_ns).items():
        finite = all_values[np.isfinite(all_values)]
        seen = drawn[column][np.isfinite(drawn[column])]
        assert len(seen) <= 2
        assert set(seen) == ({finite.min(), finite.max()} if finite.size else set())


@given(curves, st.integers(1, 5000))
def test_what_is_drawn_is_a_part_of_the_points_in_their_order(
    steps: list[tuple[int, float]], width_ns: int
) -> None:
    time_ns, value = arrays(steps)

    kept_ns, kept = decimate(time_ns, value, width_ns)

    rest = iter(zip(time_ns.tolist(), map(repr, value.tolist()), strict=True))
    assert all(pair in rest for pair in zip(kept_ns.tolist(), map(repr, kept.tolist()), strict=True))


@given(curves, st.integers(1, 5000))
def test_a_gap_between_columns_stays_a_gap(steps: list[tuple[int, float]], width_ns: int) -> None:
    time_ns, value = arrays(steps)

    kept_ns, kept = decimate(time_ns, value, width_ns)

    before = _joined_columns(time_ns, value, width_ns)
    assert _joined_columns(kept_ns, kept, width_ns) <= before


def _joined_columns(time_ns: np.ndarray, value: np.ndarray, width_ns: int) -> set[tuple[int, int]]:
    """Pairs of columns that a line joins."""
    column = time_ns // width_ns
    joined = np.isfinite(value[1:]) & np.isfinite(value[:-1]) & (column[1:] != column[:-1])
    return set(zip(column[:-1][joined].tolist(), column[1:][joined].tolist(), strict=True))


@given(st.lists(st.floats(-1e6, 1e6), max_size=100))
def test_few_points_are_drawn_exactly(values: list[float]) -> None:
    time_ns = np.arange(len(values), dtype=np.int64) * 10
    value = np.array(values, np.float64)

    kept_ns, kept = decimate(time_ns, value, 20)

    assert np.array_equal(kept_ns, time_ns)
    assert np.array_equal(kept, value)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(1, 4000))
def test_a_grid_covers_its_range_in_columns_of_at_least_a_pixel(
    start_ns: int, length_ns: int, pixels: int
) -> None:
    grid = grid_of(start_ns, start_ns + length_ns, pixels)

    assert grid.start_ns <= start_ns
    assert grid.end_ns >= start_ns + length_ns
    assert grid.column_ns * pixels >= length_ns
    assert grid.column_ns % grid.cell_ns == 0
    assert grid.column_ns <= 1.25 * max(4, length_ns / pixels + 1)


@pytest.mark.parametrize("batches", [1, 7, 250])
def test_cells_give_the_same_columns_as_all_points(batches: int) -> None:
    """GIVEN a curve that grew in batches and was drawn at each WHEN drawn THEN it equals the plain way."""
    generator = np.random.default_rng(1)
    count = 5 * DIRECT_LIMIT
    time_ns = np.cumsum(generator.integers(1, 2_000_000, count))
    value = generator.lognormal(size=count)
    value[generator.integers(0, count, 50)] = np.nan
    grid = grid_of(int(time_ns[0]), int(time_ns[-1]), 900)
    curve = Curve()
    for times, values in zip(np.array_split(time_ns, batches), np.array_split(value, batches), strict=True):
        curve.extend(times, values)
        curve.drawn(grid)

    kept_ns, kept = curve.drawn(grid)

    assert len(curve) == count
    finite = np.isfinite(kept)
    expected_ns, expected = decimate(time_ns, value, grid.column_ns)
    really = np.isfinite(expected)
    assert np.array_equal(kept_ns[finite], expected_ns[really])
    assert np.array_equal(kept[finite], expected[really])
    assert np.isnan(kept).sum() >= 40


def test_a_million_points_become_two_for_a_pixel() -> None:
    time_ns = np.arange(10**6, dtype=np.int64) * 1_000
    value = np.sin(np.arange(10**6) / 1e4)
    value[123_456] = 99.0
    curve = Curve()
    curve.extend(time_ns, value)

    kept_ns, kept = curve.drawn(grid_of(0, 10**9, 1000))

    assert kept.size <= 2 * 1001
    assert kept_ns[kept.argmax()] == 123_456_000, "the spike stands at its own time"


def test_a_part_reaches_to_the_neighbours_outside() -> None:
    curve = Curve()
    curve.extend(np.array([0, 100, 200, 300], np.int64), np.array([1.0, 2.0, 3.0, 4.0]))

    kept_ns, _ = curve.drawn(grid_of(120, 240, 60))

    assert kept_ns.tolist() == [100, 200, 300]


def test_the_value_at_a_time_is_the_newest_before_it() -> None:
    curve = Curve()
    curve.extend(np.array([10, 20, 30], np.int64), np.array([1.0, np.nan, 3.0]))

    assert [curve.at(time_ns) for time_ns in (9, 10, 19, 20, 31)] == [None, 1.0, 1.0, None, 3.0]
    assert [curve.at(31, since_ns) for since_ns in (30, 31)] == [3.0, None]


@pytest.mark.parametrize("pixels", [1, 10, 100, 1000, 10_000])
@pytest.mark.parametrize("part", [1, 3, 10])
def test_every_zoom_gives_the_columns_of_all_points_and_walks_over_few(
    pixels: int, part: int, monkeypatch
) -> None:
    """GIVEN any stretch at any width WHEN drawn THEN it equals the plain way, and a column costs some cells alone."""
    generator = np.random.default_rng(2)
    count = 10 * DIRECT_LIMIT
    time_ns = np.cumsum(generator.integers(1, 200_000, count))
    value = generator.integers(0, 50, count).astype(np.float64)
    curve = Curve()
    for times, values in zip(np.array_split(time_ns, 50), np.array_split(value, 50), strict=True):
        curve.extend(times, values)
    grid = grid_of(int(time_ns[count // 2]), int(time_ns[count // 2 + count // (2 * part) - 1]), pixels)
    walked = []
    monkeypatch.setattr(module, "decimate", lambda *given: walked.append(given[0].size) or decimate(*given))

    kept_ns, kept = curve.drawn(grid)

    inside = (kept_ns >= grid.start_ns) & (kept_ns < grid.end_ns)
    wanted = (time_ns >= grid.start_ns) & (time_ns < grid.end_ns)
    expected_ns, expected = decimate(time_ns[wanted], value[wanted], grid.column_ns)
    assert np.array_equal(kept_ns[inside], expected_ns)
    assert np.array_equal(kept[inside], expected)
    beyond_the_last_cell = 2 * grid.cell_ns // 100_000
    assert sum(walked) <= max(DIRECT_LIMIT + 2, 40 * pixels + beyond_the_last_cell)


def test_nothing_draws_nothing() -> None:
    kept_ns, kept = Curve().drawn(grid_of(0, 10**9, 100))

    assert kept_ns.size == kept.size == 0

"""The start rule, on durations made of numbers."""

from __future__ import annotations

import random

from fwcompare.worker.warmup import Window, is_steady, summarise


def windows(
    *medians_ns: float, spread: float = 0.0, iterations: int = 100, compiles: int = 1
) -> list[Window]:
    return [Window(median_ns, spread, iterations, compiles) for median_ns in medians_ns]


def test_three_equal_windows_are_steady_and_two_are_not_enough() -> None:
    assert is_steady(windows(100, 100, 100))
    assert not is_steady(windows(100, 100))


def test_two_percent_is_the_least_that_counts_as_a_difference() -> None:
    assert is_steady(windows(100, 101, 102))
    assert not is_steady(windows(100, 100, 103))


def test_only_the_last_three_windows_count() -> None:
    assert is_steady(windows(500, 300, 100, 100, 100))
    assert not is_steady(windows(100, 100, 100, 300))


def test_scatter_explains_a_difference_if_the_windows_are_short() -> None:
    """3 × 1.2533 × 0.2 / sqrt(10) = 24 %, but only 2.4 % with 1000 iterations."""
    assert is_steady(windows(100, 110, 120, spread=0.2, iterations=10))
    assert not is_steady(windows(100, 110, 120, spread=0.2, iterations=1000))


def test_a_compilation_in_the_last_window_is_not_steady() -> None:
    quiet = windows(100, 100, 100)
    assert not is_steady([*quiet[:2], Window(100, 0.0, 100, 2)])
    assert is_steady([Window(100, 0.0, 100, 0), *quiet[1:]])


def test_a_clock_too_coarse_for_the_work_is_steady() -> None:
    assert is_steady(windows(0, 0, 0))


def test_the_summary_is_robust() -> None:
    generator = random.Random(1)
    durations = [int(generator.gauss(1e6, 1e4)) for _ in range(2000)]
    clean = summarise(durations, 3)
    assert abs(clean.median_ns / 1e6 - 1) < 0.001
    assert 0.009 < clean.spread < 0.011
    assert (clean.iterations, clean.compile_count) == (2000, 3)
    spoiled = summarise([*durations[:-20], *[10**9] * 20], 3)
    assert abs(spoiled.spread - clean.spread) < 0.001


def test_a_falling_series_is_caught_until_it_flattens() -> None:
    """GIVEN an exponential warm-up WHEN windows of 100 come in THEN it waits until the step is small."""
    durations = [int(1e6 * (1 + 2 * 0.99**number)) for number in range(3000)]
    found: list[Window] = []
    while not is_steady(found):
        first = 100 * len(found)
        found.append(summarise(durations[first : first + 100], 1))
    assert 5 <= len(found) <= 9
    assert found[-1].median_ns < 1.01e6

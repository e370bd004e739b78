"""The start rule, on durations made of numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.worker.warmup import MIN_WINDOW_ITERATIONS, Window, is_steady, summarise, until_steady


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


def test_a_last_window_that_was_cut_short_is_not_judged() -> None:
    cut = Window(100, 0.0, MIN_WINDOW_ITERATIONS - 1, 1)
    assert not is_steady([*windows(100, 100), cut])
    assert is_steady([cut, *windows(100, 100)])


medians = st.tuples(*[st.floats(1, 1e9)] * 3)
spreads = st.floats(0, 1)
counts = st.integers(MIN_WINDOW_ITERATIONS, 10_000)


@given(medians, spreads, counts, st.integers(-20, 20))
def test_the_rule_knows_no_unit_of_time(found, spread, iterations, power) -> None:
    """Powers of two, which change no digit."""
    scaled = [median * 2.0**power for median in found]
    assert is_steady(windows(*scaled, spread=spread, iterations=iterations)) is is_steady(
        windows(*found, spread=spread, iterations=iterations)
    )


@given(medians, spreads, counts)
def test_falling_and_rising_are_judged_alike(found, spread, iterations) -> None:
    there, back = (
        is_steady(windows(*order, spread=spread, iterations=iterations)) for order in (found, found[::-1])
    )
    assert there is back


@given(medians, spreads, counts, st.floats(0, 1), st.integers(1, 100))
def test_more_scatter_or_fewer_iterations_never_make_a_difference_that_was_none(
    found, spread, iterations, more, fewer
) -> None:
    if is_steady(windows(*found, spread=spread, iterations=iterations)):
        few = max(MIN_WINDOW_ITERATIONS, iterations - fewer)
        assert is_steady(windows(*found, spread=spread + more, iterations=few))


S = 10**9
MS = 10**6
LIMITS_S = (2.0, 30.0)


class Program:
    """Iterations whose lengths follow from their number; nothing else takes time."""

    def __init__(self, duration_ns: Callable[[int], float]) -> None:
        self.duration_ns = duration_ns
        self.now_ns = 0
        self.calls = 0

    def iterate(self) -> None:
        self.now_ns += round(self.duration_ns(self.calls))
        self.calls += 1

    def warm_up(self, limits_s=LIMITS_S, compile_count=lambda: 1, after_each=lambda: None):
        return until_steady(self.iterate, compile_count, limits_s, after_each, lambda: self.now_ns)


def test_what_is_steady_from_the_beginning_warms_up_for_the_shortest_time() -> None:
    program = Program(lambda _: 10 * MS)
    found, steady = program.warm_up()
    assert steady
    assert program.now_ns == 2 * S
    assert [window.iterations for window in found] == [50] * 4


def test_what_never_settles_is_ended_by_the_limit_and_says_so() -> None:
    program = Program(lambda number: 10 * MS * 1.002**number)
    found, steady = program.warm_up()
    assert not steady
    last_ns = program.duration_ns(program.calls - 1)
    assert 30 * S <= program.now_ns < 30 * S + last_ns
    assert sum(window.iterations for window in found) == program.calls


@pytest.mark.parametrize("iteration_s", [0.9, 2.9, 31])
def test_the_limit_counts_from_the_start_however_long_an_iteration_is(iteration_s: float) -> None:
    """GIVEN ten iterations that fill most of the limit THEN no second window of ten begins its own limit."""
    program = Program(lambda _: iteration_s * S)
    _, steady = program.warm_up()
    assert program.now_ns <= 30 * S + iteration_s * S
    assert steady is (iteration_s == 0.9)


def test_it_goes_on_while_something_is_compiled() -> None:
    program = Program(lambda _: 10 * MS)
    program.warm_up(compile_count=lambda: min(program.now_ns, 3 * S))
    assert program.now_ns == 3.5 * S


def test_whoever_looks_after_each_iteration_may_end_it() -> None:
    program = Program(lambda _: 10 * MS)

    def third() -> None:
        if program.calls == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        program.warm_up(after_each=third)
    assert program.calls == 3


def bias(course: Callable[[int], float], seed: int) -> float:
    """By how much the 200 iterations after the warm-up are slower than those that follow for ever.

    Iterations of 30 ms, whose latencies scatter log-normally by 3 %: windows of 17.
    """
    generator = random.Random(seed)
    program = Program(lambda number: 30 * MS * course(number) * generator.lognormvariate(0, 0.03))
    program.warm_up()
    after = range(program.calls, program.calls + 200)
    return fmean(course(number) for number in after) / course(10**6) - 1


@pytest.mark.parametrize(
    ("course", "low", "high"),
    [
        (lambda _: 1.0, 0, 0),
        (lambda number: 1 + 0.5 * math.exp(-number / 25), 0, 0.0025),
        (lambda number: 1.1 if number < 80 else 1.0, 0, 0.0091),
        (lambda number: 1.1 if number < 300 else 1.0, 0.07, 0.101),
        (lambda number: 1.0 if number < 300 else 1.1, -0.1, -0.056),
    ],
    ids=["flat", "exponential", "early step", "late step", "later slow-down"],
)
def test_what_the_rule_leaves_and_what_deceives_it(course, low: float, high: float) -> None:
    """The figures of the method's draft, as `docs/method.md` gives them: early changes are waited for, late ones not seen."""
    found = [bias(course, seed) for seed in range(40)]
    assert low <= min(found)
    assert max(found) <= high

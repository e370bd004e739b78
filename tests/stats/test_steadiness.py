"""Change points and labels, against an exhaustive search and series whose course is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.stats.steadiness import (
    MIN_SEGMENT,
    PENALTY,
    Course,
    Steadiness,
    change_points,
    clipped,
    course_of,
    overall,
    stretch_medians,
)


def series(*levels: float, length: int = 100, scatter: float = 0.01, seed: int = 1):
    """Latencies around a millisecond times each level, so many of each."""
    noise = np.random.default_rng(seed).normal(0, scatter, (len(levels), length))
    return np.round(1e6 * np.array(levels)[:, None] * np.exp(noise)).astype(np.int64).ravel()


def cost(values) -> float:
    variance = max(np.var(values), 1e-8)
    return values.size * (math.log(2 * math.pi * variance) + 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=20, max_size=36), st.integers(0, 36), st.floats(0, 40))
def test_the_cuts_are_those_of_an_exhaustive_search(values, place, step):
    logs = np.array(values)
    logs[place:] += step
    n, penalty = logs.size, PENALTY * math.log(logs.size)
    one = cost(logs)
    cuts = {(0,): one}
    for first in range(MIN_SEGMENT, n - MIN_SEGMENT + 1):
        cuts[0, first] = cost(logs[:first]) + cost(logs[first:]) + penalty
        for second in range(first + MIN_SEGMENT, n - MIN_SEGMENT + 1):
            parts = (logs[:first], logs[first:second], logs[second:])
            cuts[0, first, second] = sum(map(cost, parts)) + 2 * penalty

    found = tuple(change_points(logs))

    assert cuts[found] == pytest.approx(min(cuts.values()), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("levels", "label"),
    [
        ((1.0, 1.0, 1.0, 1.0), Steadiness.FLAT),
        ((1.0, 1.008, 1.0, 1.008), Steadiness.FLAT),
        ((1.2, 1.0, 1.0, 1.0), Steadiness.WARM_UP),
        ((1.4, 1.2, 1.0, 1.0), Steadiness.WARM_UP),
        ((1.0, 1.0, 1.1, 1.1), Steadiness.SLOW_DOWN),
        ((1.3, 1.0, 1.1, 1.1), Steadiness.SLOW_DOWN),
        ((1.0, 1.2, 1.0, 1.0), Steadiness.NO_STEADY_STATE),
        ((1.0, 1.2, 1.1, 1.3, 1.05), Steadiness.NO_STEADY_STATE),
    ],
)
def test_each_course_has_its_label(levels, label):
    course = course_of(series(*levels))

    assert course is not None
    assert course.label is label


def test_the_shift_is_found_where_it_is():
    short, long = course_of(series(1.0, 1.1)), course_of(series(1.0, 1.1, length=3000))

    assert short == Course(Steadiness.SLOW_DOWN, 100)
    assert long is not None
    assert long.shift == pytest.approx(3000, abs=21)


def test_a_slow_climb_names_its_first_cut():
    climb = series(*(1 + 0.006 * step for step in range(6)), scatter=0.0005)

    assert course_of(climb) == Course(Steadiness.SLOW_DOWN, 100)


@pytest.mark.parametrize("length", [30, 300, 3000])
def test_flat_blocks_are_called_flat(length):
    labels = [course_of(series(1.0, length=length, scatter=0.03, seed=seed)) for seed in range(40)]

    assert labels == [Course(Steadiness.FLAT)] * 40


def test_spikes_are_no_level():
    values = series(1.0, length=200)
    values[50:53] *= 20

    assert course_of(values) == Course(Steadiness.FLAT)


def test_a_timer_of_coarse_steps_is_flat():
    assert course_of(np.full(100, 1000)) == Course(Steadiness.FLAT)


def test_too_few_iterations_and_a_clock_that_stood_still_have_no_course():
    assert course_of(np.full(19, 1000)) is None
    assert course_of(np.zeros(50, np.int64)) is None


def test_clipping_reaches_three_spans_of_the_middle_eight_tenths():
    values = np.concatenate((np.linspace(0, 10, 101), [1000.0, -1000.0]))
    low, high = np.quantile(values, (0.1, 0.9))

    found = clipped(values)

    assert found.max() == pytest.approx(5 + 3 * (high - low))
    assert found.min() == pytest.approx(5 - 3 * (high - low))
    assert found[:101].tolist() == values[:101].tolist()


def test_blocks_of_one_label_have_it_and_others_are_inconsistent():
    assert overall([]) is None
    assert overall([Steadiness.WARM_UP, Steadiness.WARM_UP]) is Steadiness.WARM_UP
    assert overall([Steadiness.FLAT, Steadiness.WARM_UP]) is Steadiness.INCONSISTENT


def test_every_label_has_a_sentence():
    assert all(label.sentence.endswith(".") for label in Steadiness)


@pytest.mark.parametrize(("n", "count"), [(10, 10), (10, 3), (11, 4), (12, 4), (7, 1)])
def test_stretches_are_those_of_numpy(n, count):
    values = np.random.default_rng(n).integers(1, 1000, n)

    expected = [np.median(part) for part in np.array_split(values, count)]

    assert stretch_medians(values, count).tolist() == expected

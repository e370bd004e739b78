"""Ratio, interval and number of rounds against SciPy and published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.stats.ratio import RatioEstimate, estimate_ratio, more_rounds

medians = st.floats(1e2, 1e11)
pairs = st.lists(st.tuples(medians, medians), min_size=2, max_size=15)


def test_one_round_gives_a_ratio_and_no_interval():
    estimate = estimate_ratio([200.0], [100.0])

    assert estimate == RatioEstimate(0.5, 1, None)
    assert estimate.interval(0.95) is None
    assert more_rounds(estimate, 0.02) is None


def test_a_constant_ratio_has_an_interval_without_width():
    estimate = estimate_ratio([100.0, 400.0, 50.0], [200.0, 800.0, 100.0])

    interval = estimate.interval(0.95)

    assert estimate.ratio == pytest.approx(2)
    assert interval is not None
    assert (interval.low, interval.high) == (estimate.ratio, estimate.ratio)


@pytest.mark.parametrize(("rounds", "t"), [(2, 12.706), (3, 4.303), (8, 2.365), (15, 2.145), (31, 2.042)])
def test_half_width_uses_the_published_t_table(rounds, t):
    estimate = RatioEstimate(1.0, rounds, 0.01)

    interval = estimate.interval(0.95)

    assert interval is not None
    assert math.log(interval.high) * math.sqrt(rounds) / 0.01 == pytest.approx(t, abs=5e-4)


@given(pairs, st.sampled_from([0.90, 0.95, 0.99]))
def test_interval_is_scipys_t_interval_of_the_log_ratios(values, confidence):
    baseline, contender = ([pair[side] for pair in values] for side in (0, 1))
    logs = np.log(contender) - np.log(baseline)
    if np.ptp(logs) == 0:
        return
    expected = stats.ttest_1samp(logs, 0).confidence_interval(confidence)

    estimate = estimate_ratio(baseline, contender)
    interval = estimate.interval(confidence)

    assert interval is not None
    assert estimate.ratio == pytest.approx(math.exp(logs.mean()), rel=1e-9)
    assert math.log(interval.low) == pytest.approx(max(expected.low, -700), rel=1e-6, abs=1e-9)
    assert math.log(interval.high) == pytest.approx(min(expected.high, 700), rel=1e-6, abs=1e-9)


def test_rounds_that_contradict_each_other_wildly_leave_a_wide_interval():
    interval = estimate_ratio([100.0, 5.1e10], [947.0, 100.0]).interval(0.99)

    assert interval is not None
    assert 0 < interval.low < 1e-9
    assert 1e9 < interval.high < math.inf


@given(pairs)
def test_swapping_the_sides_inverts_ratio_and_interval(values):
    baseline, contender = ([pair[side] for pair in values] for side in (0, 1))

    forth, back = estimate_ratio(baseline, contender), estimate_ratio(contender, baseline)
    there, home = forth.interval(0.95), back.interval(0.95)

    assert there is not None
    assert home is not None
    assert forth.ratio * back.ratio == pytest.approx(1)
    assert math.log(there.low) == pytest.approx(-math.log(home.high), abs=1e-9)


@given(pairs, st.floats(0.01, 100))
def test_a_unit_does_not_change_the_ratio(values, factor):
    baseline, contender = ([pair[side] for pair in values] for side in (0, 1))

    scaled = estimate_ratio([value * factor for value in baseline], [value * factor for value in contender])

    assert scaled.ratio == pytest.approx(estimate_ratio(baseline, contender).ratio, rel=1e-9)


def test_sides_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        estimate_ratio([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (RatioEstimate(1.0, 8, 0.05), 134),  # t(7) = 2.365
        (RatioEstimate(1.0, 3, 0.014), 34),  # t(2) = 4.303
        (RatioEstimate(1.0, 31, 0.05), 75),  # t(30) = 2.042
        (RatioEstimate(1.0, 31, 0.05, max_degrees=7), 111),
        (RatioEstimate(1.0, 8, 0.001), 1),
    ],
)
def test_more_rounds_by_the_published_t_table(estimate, expected):
    assert more_rounds(estimate, 0.02) == expected


@given(st.integers(2, 40), st.floats(1e-6, 2), st.floats(0.005, 0.5))
def test_more_rounds_is_the_smallest_number_that_makes_the_interval_narrow_enough(rounds, deviation, margin):
    def half_width(n: int) -> float:
        interval = RatioEstimate(1.0, n, deviation, max_degrees=rounds - 1).interval(0.95)
        return math.log(interval.high)

    wanted, more = math.log1p(margin / 2), more_rounds(RatioEstimate(1.0, rounds, deviation), margin)

    assert more >= 1
    assert half_width(rounds + more) <= wanted * (1 + 1e-9)
    if more > 1:
        assert half_width(rounds + more - 1) > wanted * (1 - 1e-9)


def test_identical_contenders_are_told_apart_in_about_five_of_a_hundred_runs():
    generator = np.random.default_rng(7)
    runs, rounds = 2000, 8
    told_apart = 0
    for _ in range(runs):
        drift = np.linspace(0, 0.03, rounds)
        sides = [np.exp(drift + generator.normal(0, 0.01, rounds)) for _ in range(2)]
        interval = estimate_ratio(*sides).interval(0.95)
        assert interval is not None
        told_apart += not interval.low <= 1 <= interval.high

    assert told_apart / runs == pytest.approx(0.05, abs=0.02)

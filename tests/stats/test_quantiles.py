"""Medians and percentiles against NumPy, SciPy and the table of the method."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.domain.record import Series
from fwcompare.stats.quantiles import (
    Percentile,
    effective_size,
    iterations_needed,
    latencies_ns,
    median,
    order_ranks,
    order_statistic,
    percentile,
    percentile_interval,
    too_few,
)

latencies = st.lists(st.integers(1, 10**12), min_size=1, max_size=200)


def test_chunks_of_several_series_are_joined_in_order():
    first = Series((array("q", [0]), array("q", [1, 2])), (array("q", [5]), array("q", [6, 7])))
    second = Series((array("q", [3]),), (array("q", [8]),))

    joined = latencies_ns([first, second])

    assert joined.dtype == np.int64
    assert joined.tolist() == [5, 6, 7, 8]


def test_no_series_and_an_empty_one_hold_no_latency():
    assert latencies_ns([]).size == 0
    assert latencies_ns([Series()]).size == 0


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([3], 3.0), ([1, 2], 1.5), ([9, 1, 5], 5.0), ([1, 2, 3, 1000], 2.5)]
)
def test_median(values, expected):
    assert median(values) == expected


@pytest.mark.parametrize(("percent", "needed"), [(50, 6), (90, 36), (95, 72), (99, 368), (99.9, 3688)])
def test_iterations_needed_agree_with_the_table_of_the_method(percent, needed):
    assert iterations_needed(percent) == needed


@pytest.mark.parametrize("percent", [50, 75, 90, 95, 99])
def test_iterations_needed_is_where_the_binomial_distribution_first_gives_an_upper_bound(percent):
    needed = iterations_needed(percent)

    def bounded(n: int) -> bool:
        return stats.binom.cdf(n - 1, n, percent / 100) >= 0.975

    assert bounded(needed)
    assert not bounded(needed - 1)


def test_p90_is_the_value_of_rank_ceil_of_nine_tenths():
    values = np.arange(1, 38)[::-1].astype(np.int64)  # 37 × 0.9 = 33.3, so rank 34

    assert percentile(values, 90) == 34


def test_the_rank_is_exact_where_floating_point_is_not():
    values = np.arange(1, 101, dtype=np.int64)  # 0.07 × 100 is above 7 in floating point

    assert order_statistic(values, 7) == 7


def test_35_iterations_are_too_few_for_p90():
    assert percentile(np.ones(35, np.int64), 90) is None
    assert percentile(np.ones(36, np.int64), 90) == 1
    assert too_few(90, 35) == "n too small: p90 needs 36 iterations, has 35"


@given(latencies, st.integers(1, 100))
def test_an_order_statistic_is_numpys_inverted_cdf(values, percent):
    array_ns = np.array(values, np.int64)

    found = order_statistic(array_ns, percent)

    assert found in values
    below = sum(value <= found for value in values)
    assert below * 100 >= percent * len(values), "at least that share is not slower"
    assert sum(value < found for value in values) * 100 < percent * len(values), "and it is the smallest such"


@given(latencies, st.randoms(use_true_random=False))
def test_quantiles_do_not_depend_on_the_order_of_measurement(values, random):
    shuffled = random.sample(values, len(values))

    assert median(shuffled) == median(values)
    assert order_statistic(np.array(shuffled), 90) == order_statistic(np.array(values), 90)


@given(latencies)
def test_an_order_statistic_leaves_the_measured_order_alone(values):
    array_ns = np.array(values, np.int64)

    order_statistic(array_ns, 90)

    assert array_ns.tolist() == values


@pytest.mark.parametrize(("percent", "ranks"), [(50, (469, 532)), (90, (881, 919)), (99, (983, 997))])
def test_ranks_agree_with_the_table_of_the_method(percent, ranks):
    assert order_ranks(percent, 1000) == ranks


@given(st.sampled_from([50, 90, 95, 99]), st.one_of(st.integers(1, 3000), st.integers(3000, 3_000_000)))
def test_ranks_hold_the_percentile_by_the_binomial_distribution(percent, count):
    ranks, q = order_ranks(percent, count), percent / 100
    if count < iterations_needed(percent):
        assert ranks is None
        return
    low, high = ranks
    assert stats.binom.cdf(low - 1, count, q) <= 0.025 < stats.binom.cdf(low, count, q) + 1e-12
    assert stats.binom.cdf(high - 1, count, q) >= 0.975 - 1e-12 > stats.binom.cdf(high - 2, count, q) - 1e-12


def test_below_the_needed_number_there_are_no_ranks():
    assert order_ranks(90, 35) is None
    assert order_ranks(2.5, 1) is None, "no value is low enough for the lower end"


def test_independent_iterations_count_nearly_fully_and_alike_ones_hardly():
    generator = np.random.default_rng(1)
    blocks = [generator.integers(1000, 2000, 200) for _ in range(10)]
    shifted = [block + 1000 * place for place, block in enumerate(blocks)]

    free, bound = percentile_interval(blocks, 90), percentile_interval(shifted, 90)

    assert free is not None
    assert free.low_ns < free.value_ns < free.high_ns
    assert 1000 < free.effective_n <= 2000
    assert bound is not None
    assert (bound.low_ns, bound.high_ns) == (None, None)
    assert bound.effective_n < 36


def test_an_effective_size_is_that_of_korn_and_graubard():
    counts, sizes = np.array([9, 8, 10, 5, 9, 7]), np.full(6, 10)
    share = counts.sum() / 60
    variance = counts.var(ddof=1) / 100 / 6  # of the mean of six shares
    design = variance / (share * (1 - share) / 60)
    expected = 60 / design * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 5)) ** 2

    assert effective_size(counts, sizes) == int(expected)


def test_a_block_alone_is_cut_into_stretches():
    wave = np.repeat(np.arange(1, 11), 100)
    mixed = np.random.default_rng(1).permutation(wave)

    alone, shuffled = (percentile_interval([values], 50) for values in (wave, mixed))

    assert alone is not None
    assert shuffled is not None
    assert alone.effective_n < 10
    assert shuffled.effective_n > 300


def test_equal_iterations_have_an_interval_without_width():
    assert percentile_interval([np.full(40, 7)], 90) == Percentile(7, 7, 7, 40)


def test_no_iterations_and_empty_blocks():
    assert percentile_interval([], 90) is None
    assert percentile_interval([np.full(40, 7), np.array([], np.int64)], 90) == Percentile(7, 7, 7, 40)


@pytest.mark.parametrize("count", range(6, 10))
def test_fewer_iterations_than_stretches_are_not_taken_for_more_clusters(count):
    """GIVEN so few of one block that even independent ones count for less than six THEN there is no interval."""
    found = percentile_interval([np.arange(1, count + 1)], 50)

    assert found is not None
    assert (found.low_ns, found.high_ns) == (None, None)

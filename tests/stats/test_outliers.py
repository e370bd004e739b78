"""Scatter and outliers, against SciPy and Tukey's fences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.stats.outliers import Spread, spread_of

latencies = st.lists(st.integers(1, 10**9), min_size=1, max_size=80)


def test_fences_stand_at_one_and_a_half_and_three_interquartile_ranges():
    calm = [90, 100, 110] * 20  # quartiles 90 and 110, so the fences are 60, 140 and 30, 170

    assert spread_of(np.array([*calm, 140, 60])) == Spread(0.2, 0, 0)
    assert spread_of(np.array([*calm, 141, 170, 171, 29])) == Spread(0.2, 2, 2)


def test_nothing_and_a_clock_that_stood_still_have_no_scatter():
    assert spread_of(np.array([], np.int64)) is None
    assert spread_of(np.zeros(40, np.int64)) is None


@given(latencies)
def test_the_relative_range_is_scipy_s(values):
    found = spread_of(np.array(values))

    assert found is not None
    assert found.relative_iqr == pytest.approx(stats.iqr(values) / np.median(values))


@given(latencies, st.integers(2, 9))
def test_a_unit_changes_nothing(values, factor):
    assert spread_of(np.array(values) * factor).severe == spread_of(np.array(values)).severe

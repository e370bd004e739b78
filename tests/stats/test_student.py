"""Quantiles of Student's t against SciPy's and a printed table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.stats.student import t_quantile, upper_tail


@given(st.floats(0.5, 0.9999), st.integers(1, 2000))
def test_quantiles_are_scipys(probability, degrees):
    assert t_quantile(probability, degrees) == pytest.approx(
        stats.t.ppf(probability, degrees), rel=1e-8, abs=1e-9
    )


@pytest.mark.parametrize(
    ("degrees", "at_950", "at_975"),
    [(1, 6.314, 12.706), (2, 2.920, 4.303), (7, 1.895, 2.365), (30, 1.697, 2.042)],
)
def test_quantiles_are_those_of_the_printed_table(degrees, at_950, at_975):
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2
    assert round(t_quantile(0.95, degrees), 3) == at_950
    assert round(t_quantile(0.975, degrees), 3) == at_975


@given(st.floats(-60, 60), st.integers(1, 500))
def test_tails_are_scipys(t, degrees):
    assert upper_tail(t, degrees) == pytest.approx(stats.t.sf(t, degrees), rel=1e-9, abs=1e-14)

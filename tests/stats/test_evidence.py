"""p-values of the claims, against SciPy and against the intervals that they stand for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.stats.evidence import Evidence, adjusted, evidence_of
from fwcompare.stats.ratio import RatioEstimate, estimate_ratio

estimates = st.builds(RatioEstimate, st.floats(0.5, 2), st.integers(2, 30), st.floats(1e-4, 0.3))
margins = st.floats(0.005, 0.2)


@given(st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=20), margins)
def test_they_are_scipy_s(logs, margin):
    assume(np.ptp(logs) > 1e-6)
    found = evidence_of(estimate_ratio([1.0] * len(logs), list(np.exp(logs))), margin)
    edge = math.log1p(margin)
    above = stats.ttest_1samp(logs, -edge, alternative="greater").pvalue
    below = stats.ttest_1samp(logs, edge, alternative="less").pvalue

    assert found is not None
    assert found.differs == pytest.approx(stats.ttest_1samp(logs, 0).pvalue, rel=1e-6, abs=1e-12)
    assert found.within_margin == pytest.approx(max(above, below), rel=1e-6, abs=1e-12)
    outside = [
        stats.ttest_1samp(logs, sign * edge, alternative=side).pvalue
        for sign, side in ((1, "greater"), (-1, "less"))
    ]
    assert found.beyond_margin == pytest.approx(min(1, 2 * min(outside)), rel=1e-6, abs=1e-12)


@given(estimates, margins)
def test_each_says_what_its_interval_says(estimate, margin):
    found, wide, narrow = evidence_of(estimate, margin), estimate.interval(0.95), estimate.interval(0.90)
    assert found is not None
    assert wide is not None
    assert narrow is not None
    low, high = 1 / (1 + margin), 1 + margin
    for p, ends in (
        (found.differs, (wide.low / 1, 1 / wide.high)),
        (found.beyond_margin, (wide.low / high, low / wide.high)),
    ):
        assume(abs(p - 0.05) > 1e-9)
        assert (p < 0.05) is (max(ends) > 1)
    assume(abs(found.within_margin - 0.05) > 1e-9)
    assert (found.within_margin < 0.05) is (low < narrow.low and narrow.high < high)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.0, Evidence(1.0, 1.0, 0.0)),
        (1.01, Evidence(1.0, 0.0, 0.0)),
        (1.05, Evidence(0.0, 0.0, 1.0)),
    ],
)
def test_without_any_scatter_everything_is_known(ratio, expected):
    assert evidence_of(RatioEstimate(ratio, 5, 0.0), 0.02) == expected


def test_one_round_is_no_evidence():
    assert evidence_of(RatioEstimate(0.5, 1, None), 0.02) is None


def test_fewer_degrees_of_freedom_are_weaker_evidence():
    free, bound = (evidence_of(RatioEstimate(0.9, 15, 0.05, most), 0.02) for most in (None, 4))

    assert free is not None
    assert bound is not None
    assert free.differs < bound.differs


def test_each_kind_of_claim_is_adjusted_for_itself():
    table = [Evidence(0.01, 0.001, 0.9), Evidence(0.04, 0.02, 0.03)]

    assert adjusted(table) == (Evidence(0.02, 0.002, 0.9), Evidence(0.04, 0.02, 0.06))
    assert adjusted([]) == ()

"""The axis of ratios is made for most of them."""

from __future__ import annotations

import math

import pytest

from ui.comparison.bars import reach_of


@pytest.mark.parametrize(
    ("ratios", "furthest"),
    [((), 1.0), ((4.0,), 4.0), ((0.25, 1.1), 4.0), ((1.0, 1.1, 0.8, 1.5, 1.2, 4.0), 1.5)],
    ids=["none", "one", "two", "one far away"],
)
def test_one_that_is_far_away_does_not_make_the_others_small(ratios, furthest: float) -> None:
    assert reach_of(ratios) == pytest.approx(math.log(furthest))

"""Holm's adjustment, against a published example and its definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.stats.multiplicity import factors, holm

p_values = st.lists(st.floats(0, 1), max_size=12)


def test_the_example_of_r_s_p_adjust():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_one_comparison_stays_as_it_is_and_none_is_none():
    assert holm([0.04]) == (0.04,)
    assert holm([]) == ()


@given(p_values)
def test_it_rejects_exactly_what_stepping_down_rejects(values):
    adjusted = holm(values)
    rejected = set()
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        if values[place] * (len(values) - rank) >= 0.05:
            break
        rejected.add(place)

    assert {place for place, value in enumerate(adjusted) if value < 0.05} == rejected


@given(p_values)
def test_it_is_never_below_the_p_value_nor_above_one_and_keeps_the_order(values):
    adjusted = holm(values)

    assert all(p <= found <= 1 for p, found in zip(values, adjusted, strict=True))
    pairs = sorted(zip(values, adjusted, strict=True))
    assert [found for _, found in pairs] == sorted(adjusted)


def test_the_smallest_is_multiplied_by_their_number_and_the_largest_by_one():
    assert factors([0.01, 0.04, 0.03, 0.005]) == (3, 1, 2, 4)
    assert factors([]) == ()

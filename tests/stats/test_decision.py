"""The rule of the verdict, line by line and as a whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.verdict import Reason, Verdict
from fwcompare.stats.decision import Decision, decide
from fwcompare.stats.ratio import RatioEstimate, rounds_to_side

MARGIN = 0.02
estimates = st.builds(RatioEstimate, st.floats(0.2, 5), st.integers(2, 30), st.floats(0, 0.5))


def estimate(ratio: float, half_width: float) -> RatioEstimate:
    """Eight rounds whose 95 % interval is ratio × or ÷ (1 + half_width)."""
    return RatioEstimate(ratio, 8, math.log1p(half_width) * math.sqrt(8) / 2.364624)


@pytest.mark.parametrize(
    ("ratio", "half_width", "verdict", "reasons"),
    [
        (0.80, 0.05, Verdict.FASTER, ()),
        (1.25, 0.05, Verdict.SLOWER, ()),
        (1.000, 0.005, Verdict.NO_PRACTICAL_DIFFERENCE, ()),
        (1.010, 0.005, Verdict.NO_PRACTICAL_DIFFERENCE, ()),
        (0.975, 0.010, Verdict.SLIGHTLY_FASTER, (Reason.TOUCHES_MARGIN,)),
        (1.025, 0.010, Verdict.SLIGHTLY_SLOWER, (Reason.TOUCHES_MARGIN,)),
        (1.000, 0.050, Verdict.INCONCLUSIVE, (Reason.WIDE_INTERVAL,)),
        (0.900, 0.200, Verdict.INCONCLUSIVE, (Reason.WIDE_INTERVAL,)),
    ],
)
def test_each_line_of_the_rule(ratio, half_width, verdict, reasons):
    decision = decide(estimate(ratio, half_width), MARGIN)

    assert (decision.verdict, decision.reasons) == (verdict, reasons)


def test_one_round_is_never_more_than_inconclusive():
    assert decide(RatioEstimate(0.1, 1, None), MARGIN) == Decision(Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))


def test_only_an_open_verdict_asks_for_more_rounds():
    assert decide(estimate(1.0, 0.05), MARGIN).more_rounds == 185  # t(7) = 2.365
    assert decide(estimate(0.8, 0.05), MARGIN).more_rounds is None
    assert decide(estimate(1.0, 0.005), MARGIN).more_rounds is None


def test_slightly_asks_for_as_many_as_show_on_which_side_of_the_margin_it_lies():
    """GIVEN an interval of 1.025 × or ÷ 1.01 THEN its half width has to shrink to ln(1.025 / 1.02), so n to 34."""
    assert decide(estimate(1.025, 0.01), MARGIN).more_rounds == 34 - 8
    assert decide(estimate(1 / 1.025, 0.01), MARGIN).more_rounds == 34 - 8
    assert decide(estimate(1.0201, 0.01), MARGIN) == Decision(
        Verdict.SLIGHTLY_SLOWER, (Reason.TOUCHES_MARGIN,)
    )
    assert rounds_to_side(RatioEstimate(2.0, 8, 0.01), 1.0) is None
    assert rounds_to_side(RatioEstimate(1.5, 1, None), MARGIN) is None


@given(estimates, st.floats(0.001, 0.3))
def test_every_estimate_gets_one_verdict_and_its_mirror_image_the_mirrored_one(one, margin):
    mirror = {
        Verdict.FASTER: Verdict.SLOWER,
        Verdict.SLOWER: Verdict.FASTER,
        Verdict.SLIGHTLY_FASTER: Verdict.SLIGHTLY_SLOWER,
        Verdict.SLIGHTLY_SLOWER: Verdict.SLIGHTLY_FASTER,
    }

    verdict = decide(one, margin).verdict
    other = decide(RatioEstimate(1 / one.ratio, one.rounds, one.log_deviation), margin).verdict

    assert verdict is not Verdict.NOT_COMPARABLE
    assert other is mirror.get(verdict, verdict)


@given(estimates, st.floats(0.001, 0.3))
def test_a_direction_is_only_claimed_where_the_interval_excludes_one(one, margin):
    verdict = decide(one, margin).verdict
    interval = one.interval(0.95)
    assert interval is not None

    if verdict in (Verdict.FASTER, Verdict.SLIGHTLY_FASTER):
        assert interval.high < 1
    if verdict in (Verdict.SLOWER, Verdict.SLIGHTLY_SLOWER):
        assert interval.low > 1


@given(estimates)
def test_a_wider_margin_never_turns_no_practical_difference_into_a_direction(one):
    if decide(one, 0.02).verdict is Verdict.NO_PRACTICAL_DIFFERENCE:
        assert decide(one, 0.10).verdict is Verdict.NO_PRACTICAL_DIFFERENCE

"""What a machine can show, from a contender compared with itself."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from fwcompare.domain.plan import PRESETS, PresetName
from fwcompare.stats.detectable import smallest_detectable, suggested_margin
from fwcompare.stats.ratio import RatioEstimate


def test_it_is_the_half_width_of_each_preset_s_interval():
    found = smallest_detectable(RatioEstimate(1.001, 8, 0.0141))

    assert found is not None
    assert found.keys() == PRESETS.keys()
    for name, effort in PRESETS.items():
        degrees = 4 if name is PresetName.STANDARD else effort.rounds - 1  # it may stop after five rounds
        half = stats.t.ppf(0.975, degrees) * 0.0141 / math.sqrt(effort.rounds)
        assert found[name] == pytest.approx(math.expm1(half))
    assert found[PresetName.QUICK] == pytest.approx(0.0356, abs=5e-4)


def test_one_round_tells_nothing():
    assert smallest_detectable(RatioEstimate(1.0, 1, None)) is None


@pytest.mark.parametrize(
    ("detectable", "margin"), [(0.004, 0.02), (0.0118, 0.025), (0.02, 0.04), (0.1, 0.2), (3.0, 0.5)]
)
def test_the_margin_is_twice_that_in_half_per_cents_within_bounds(detectable, margin):
    assert suggested_margin(detectable) == pytest.approx(margin)

"""How small a difference a machine can show: from a contender that was compared with itself."""

from __future__ import annotations

import math
from typing import Final

from fwcompare.domain.plan import DEFAULT_MARGIN, EARLY_STOPPERS, PRESETS, PresetName
from fwcompare.stats.ratio import CONFIDENCE, RatioEstimate
from fwcompare.stats.stopping import MAX_DEGREES

_STEP: Final = 200
"""Margins are suggested in steps of one two-hundredth."""

MAX_MARGIN: Final = 0.5
"""No larger margin is suggested: where a machine can't tell half from whole, a margin is no remedy."""


def smallest_detectable(estimate: RatioEstimate) -> dict[PresetName, float] | None:
    """For each preset the half-width t · s / √R of its interval, as a fraction of the ratio.

    A preset that may stop early has the few degrees of freedom of such runs.

    Args:
        estimate: Of the same contender in both slots, in a run of any preset.

    Returns:
        None with fewer than two rounds, whose scatter is not known.
    """
    deviation = estimate.log_deviation
    if deviation is None:
        return None
    return {
        name: _half_width(deviation, effort.rounds, MAX_DEGREES if name in EARLY_STOPPERS else None)
        for name, effort in PRESETS.items()
    }


def suggested_margin(detectable: float) -> float:
    """The margin that a machine can decide on: twice what it can detect, from the default to `MAX_MARGIN`.

    An interval of half the margin to either side settles nearly every comparison; see `more_rounds`.
    """
    return min(MAX_MARGIN, max(DEFAULT_MARGIN, math.ceil(round(2 * detectable * _STEP, 6)) / _STEP))


def _half_width(deviation: float, rounds: int, max_degrees: int | None) -> float:
    interval = RatioEstimate(1.0, rounds, deviation, max_degrees).interval(CONFIDENCE)
    assert interval is not None
    return interval.high - 1

"""Iterations far from the others: counted and named, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fwcompare.stats.quantiles import Latencies

MILD: Final = 1.5
SEVERE: Final = 3.0
"""Distances from the quartiles in interquartile ranges (J. Tukey, Exploratory Data Analysis, 1977)."""

MAX_SEVERE: Final = 0.05
"""A larger share of severe ones is to be remarked: the median says little of such iterations."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How widely the iterations of a block are scattered.

    Attributes:
        relative_iqr: Interquartile range over the median.
        mild: Iterations beyond 1.5, but not beyond 3 interquartile ranges from the quartiles.
        severe: Iterations beyond 3.
    """

    relative_iqr: float
    mild: int
    severe: int


def spread_of(values: Latencies) -> Spread | None:
    """The scatter of at least one latency with a median above 0; None of others."""
    if not values.size:
        return None
    first, middle, third = np.quantile(values, (0.25, 0.5, 0.75))
    if middle <= 0:
        return None
    width = third - first
    beyond = np.maximum(first - values, values - third)
    severe = int(np.count_nonzero(beyond > SEVERE * width))
    return Spread(float(width / middle), int(np.count_nonzero(beyond > MILD * width)) - severe, severe)

"""Quantiles and tails of Student's t, by which few rounds are judged.

SciPy has them too, but importing it takes longer than all of the window's own code, and it would be
the largest library of the frozen application, for these two functions. The tests hold them against SciPy.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

_PRECISION: Final = 1e-13

_MANY_DEGREES: Final = 1000
"""From here the series in 1 / degrees is exact to eight digits, and the sums below would only be longer."""


def t_quantile(probability: float, degrees: int) -> float:
    """The value below which Student's t lies with this probability.

    Args:
        probability: From 0.5 to below 1.
        degrees: Degrees of freedom, at least one.
    """
    normal = NormalDist().inv_cdf(probability)
    return _series(normal, degrees) if degrees >= _MANY_DEGREES else _newton(normal, probability, degrees)


def upper_tail(t: float, degrees: int) -> float:
    """The probability that Student's t with these degrees of freedom lies above this value."""
    return max(0.0, 0.5 - _between_0_and(t, degrees))


def _series(x: float, degrees: int) -> float:
    """Abramowitz and Stegun, formula 26.7.5, from the normal quantile x."""
    return (
        x
        + (x**3 + x) / (4 * degrees)
        + (5 * x**5 + 16 * x**3 + 3 * x) / (96 * degrees**2)
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / (384 * degrees**3)
    )


def _newton(start: float, probability: float, degrees: int) -> float:
    """Above 0 the distribution function is concave: from the left no step goes beyond the solution."""
    t = start
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(math.pi * degrees)
    while True:
        density = scale * math.pow(1 + t * t / degrees, -(degrees + 1) / 2)
        step = (probability - 0.5 - _between_0_and(t, degrees)) / density
        t += step
        if step <= _PRECISION * t:
            return t


def _between_0_and(t: float, degrees: int) -> float:
    """Probability between 0 and t: half of Abramowitz and Stegun, formulas 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine = math.cos(angle)
    odd = degrees % 2
    term, total = (cosine if odd else 1.0), 0.0
    for k in range(1 + odd, degrees, 2):
        total += term
        term *= cosine * cosine * k / (k + 1)
    if odd:
        return (angle + math.sin(angle) * total) / math.pi
    return math.sin(angle) * total / 2

"""Round values for axes, and numbers in as many digits as a glance can use. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical range of a plot and its labelled values.

    Attributes:
        low: Lower end, in the coordinates of the plot (its logarithm to base 10 if it is logarithmic).
        high: Upper end.
        ticks: Coordinate and text of each labelled value.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


def linear_scale(highest: float, count: int) -> Scale:
    """From zero to above the highest value, with at most `count` round values above zero."""
    highest = highest if highest > 0 and math.isfinite(highest) else 1.0
    step = round_step(highest / max(1, count))
    top = step * math.ceil(highest / step - 1e-9)
    values = [step * number for number in range(1, round(top / step) + 1)]
    return Scale(0.0, top * 1.18, tuple((value, number_text(value)) for value in values))


def log_scale(lowest: float, highest: float, count: int) -> Scale:
    """A logarithmic scale around two positive values, labelled 1-2-5-10, sparser if that is too many."""
    low, high = math.log10(lowest) - 0.08, math.log10(highest) + 0.08
    for steps in (_STEPS, (1.0, 3.0), (1.0,)):
        values = [value for value in _decades(low, high, steps) if low <= math.log10(value) <= high]
        if len(values) <= count and (values or steps == (1.0,)):
            break
    if len(values) > count:
        values = values[:: -(-len(values) // max(1, count))]
    if not values:
        values = [float(f"{math.sqrt(lowest * highest):.2g}")]
    return Scale(low, high, tuple((math.log10(value), number_text(value)) for value in values))


def _decades(low: float, high: float, steps: Sequence[float]) -> Iterator[float]:
    for decade in range(math.floor(low) - 1, math.ceil(high) + 1):
        for step in steps:
            yield step * 10.0**decade


def time_ticks(start_s: float, end_s: float, count: int) -> tuple[tuple[float, str], ...]:
    """At most about `count` round times in a range, in seconds."""
    step = round_step((end_s - start_s) / max(1, count))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(start_s / step - 1e-9)
    last = math.floor(end_s / step + 1e-9)
    return tuple((number * step, f"{number * step:.{digits}f}") for number in range(first, last + 1))


def round_step(at_least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not smaller."""
    if at_least <= 0 or not math.isfinite(at_least):
        return 1.0
    decade = 10.0 ** math.floor(math.log10(at_least))
    return next(step * decade for step in (*_STEPS, 10.0, 20.0) if step * decade >= at_least * (1 - 1e-9))


def number_text(value: float) -> str:
    """Three digits of a value, without an exponent: 0.123, 1.27, 497, 12 500."""
    if value != 0 and abs(value) < 0.001:
        return f"{value:.1g}"
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.3g}"


def short_text(value: float) -> str:
    """A label of an axis: 0.5, 200, 20k, 3M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return f"{value / min(size, 1e3 if unit == 'k' else size):.3g}{unit}"
    return number_text(value)


def clock_text(seconds: float) -> str:
    """A length of time as a clock shows it: 1:48, 1:02:03."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"

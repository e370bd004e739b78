"""When a program is warm enough to be measured: the start rule of `docs/method.md`.

Windows of iterations are timed; the program is steady when the medians of the last three agree
within what their own scatter explains. The rule is only a trigger: it can be fooled by a late step,
which the check after the measurement is there to find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

WINDOWS = 3
MIN_WINDOW_ITERATIONS = 10
TOLERANCE = 0.02
"""Medians that differ by at most 2 % count as equal, however quiet the windows are."""

MAD_TO_SIGMA = 1.4826
"""Scale of the median absolute deviation for normal data."""

MEDIAN_ERROR = 1.2533
"""Standard error of a median of normal data, in units of sigma / sqrt(n): sqrt(pi / 2)."""


@dataclass(frozen=True)
class Window:
    """Summary of one window of warm-up iterations.

    Attributes:
        median_ns: Median duration.
        spread: Robust relative standard deviation of the durations.
        iterations: How many there were.
        compile_count: The program's count of compilations at the end of the window.
    """

    median_ns: float
    spread: float
    iterations: int
    compile_count: int


def summarise(durations_ns: list[int], compile_count: int) -> Window:
    """The window's summary; `durations_ns` must not be empty."""
    centre = median(durations_ns)
    deviation = median(abs(duration - centre) for duration in durations_ns)
    spread = MAD_TO_SIGMA * deviation / centre if centre else 0.0
    return Window(centre, spread, len(durations_ns), compile_count)


def is_steady(windows: list[Window]) -> bool:
    """True if the last three windows agree and nothing was compiled in the last one."""
    if len(windows) < WINDOWS:
        return False
    last = windows[-WINDOWS:]
    if last[-1].compile_count != last[-2].compile_count:
        return False
    medians = [window.median_ns for window in last]
    centre = median(medians)
    if centre <= 0:
        return True
    scatter = median(window.spread for window in last)
    fewest = min(window.iterations for window in last)
    allowed = max(TOLERANCE, 3 * MEDIAN_ERROR * scatter / math.sqrt(fewest))
    return (max(medians) - min(medians)) / centre <= allowed

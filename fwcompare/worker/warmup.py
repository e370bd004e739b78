"""When a program is warm enough to be measured: the start rule of `docs/method.md`.

Windows of iterations are timed; the program is steady when the medians of the last three agree
within what their own scatter explains. The rule is only a trigger: it can be fooled by a late step,
which the check after the measurement is there to find.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from statistics import median
from typing import Any, Callable

MIN_WINDOW_S = 0.5
"""Length of a window at the default warm-up of 2 s: four fit."""

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


def until_steady(
    iterate: Callable[[], Any],
    compile_count: Callable[[], int],
    limits_s: tuple[float, float],
    after_each: Callable[[], None],
    clock_ns: Callable[[], int] = time.perf_counter_ns,
) -> tuple[list[Window], bool]:
    """Iterate until the program is steady, or until the time is over.

    Args:
        iterate: One iteration.
        compile_count: The program's count of compilations so far.
        limits_s: The shortest and the longest warm-up; an iteration that has begun is ended.
        after_each: Called after each iteration; what it raises ends the warm-up.
        clock_ns: Tells the time.

    Returns:
        The windows, and False if the time limit ended them.
    """
    window_ns = int(min(MIN_WINDOW_S, limits_s[0] / 4) * 1e9)
    now_ns = clock_ns()
    earliest_ns, latest_ns = (now_ns + int(limit_s * 1e9) for limit_s in limits_s)
    windows: list[Window] = []
    while True:
        durations_ns: list[int] = []
        full_ns = now_ns + window_ns
        while True:
            start_ns = clock_ns()
            iterate()
            now_ns = clock_ns()
            durations_ns.append(now_ns - start_ns)
            after_each()
            is_full = now_ns >= full_ns and len(durations_ns) >= MIN_WINDOW_ITERATIONS
            if is_full or now_ns >= latest_ns:
                break
        windows.append(summarise(durations_ns, compile_count()))
        steady = now_ns >= earliest_ns and is_steady(windows)
        if steady or now_ns >= latest_ns:
            return windows, steady


def summarise(durations_ns: list[int], compile_count: int) -> Window:
    """The window's summary; `durations_ns` must not be empty."""
    centre = median(durations_ns)
    deviation = median(abs(duration - centre) for duration in durations_ns)
    spread = MAD_TO_SIGMA * deviation / centre if centre else 0.0
    return Window(centre, spread, len(durations_ns), compile_count)


def is_steady(windows: list[Window]) -> bool:
    """True if the last three windows agree and nothing was compiled in the last one.

    A last window that the time limit cut short of ten iterations says too little.
    """
    if len(windows) < WINDOWS:
        return False
    last = windows[-WINDOWS:]
    if last[-1].compile_count != last[-2].compile_count or last[-1].iterations < MIN_WINDOW_ITERATIONS:
        return False
    medians = [window.median_ns for window in last]
    centre = median(medians)
    if centre <= 0:
        return True
    scatter = median(window.spread for window in last)
    fewest = min(window.iterations for window in last)
    allowed = max(TOLERANCE, 3 * MEDIAN_ERROR * scatter / math.sqrt(fewest))
    return (max(medians) - min(medians)) / centre <= allowed

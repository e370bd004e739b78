"""Nanoseconds for each turn of a loop that calls what does nothing: python bare_loop.py bare|clocked SECONDS."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

CALLS = 100_000


def bare_ns(call: Callable[[], object]) -> int:
    """Time of `CALLS` calls."""
    start_ns = time.perf_counter_ns()
    for _ in range(CALLS):
        call()
    return time.perf_counter_ns() - start_ns


def clocked_ns(call: Callable[[], object]) -> int:
    """The same if the clock is read before and after each call, and nothing is done with that."""
    clock = time.perf_counter_ns
    start_ns = clock()
    for _ in range(CALLS):
        clock()
        call()
        clock()
    return clock() - start_ns


def main() -> None:
    measure = {"bare": bare_ns, "clocked": clocked_ns}[sys.argv[1]]
    result = object()
    total_ns = calls = 0
    while total_ns < float(sys.argv[2]) * 1e9:
        total_ns += measure(lambda: result)
        calls += CALLS
    print(total_ns / calls)


if __name__ == "__main__":
    main()

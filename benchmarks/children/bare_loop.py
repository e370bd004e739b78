"""Nanoseconds for each turn of a loop that calls what does nothing: python bare_loop.py SECONDS."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

CALLS = 100_000


def calls_ns(call: Callable[[], object]) -> int:
    start_ns = time.perf_counter_ns()
    for _ in range(CALLS):
        call()
    return time.perf_counter_ns() - start_ns


def main() -> None:
    result = object()
    total_ns = calls = 0
    while total_ns < float(sys.argv[1]) * 1e9:
        total_ns += calls_ns(lambda: result)
        calls += CALLS
    print(total_ns / calls)


if __name__ == "__main__":
    main()

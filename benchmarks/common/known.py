"""Contenders without a framework, whose ratio is known: they hash so many bytes."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.children.hashing import hash_bytes
from benchmarks.common.runs import CHILDREN
from fwcompare.domain.contender import Contender, Framework, Mode

WORK_NS = 1e6


def calibrated_bytes() -> int:
    """How many take about `WORK_NS` here."""
    count = 1_000_000
    times_ns = []
    for _ in range(50):
        start_ns = time.perf_counter_ns()
        hash_bytes(count)
        times_ns.append(time.perf_counter_ns() - start_ns)
    return round(count * WORK_NS / statistics.median(times_ns))


def slowed(count: int, effect: float) -> int:
    """The bytes of a contender that takes this fraction more."""
    return round(count * (1 + effect))


def contender(folder: Path, name: str, count: int) -> Contender:
    """A contender that hashes so many bytes.

    Args:
        folder: Where its interpreter is written.
        name: By which the contender is told from others.
        count: The bytes.
    """
    path = folder / name
    path.write_text(
        f'#!/bin/sh\nFWCOMPARE_BYTES={count} exec "{sys.executable}" "{CHILDREN / "known_work.py"}" "$@"\n'
    )
    path.chmod(0o755)
    return Contender(Framework.PYTORCH, Mode.EAGER, str(path), named=name)


def two_sides(folder: Path, count: int, effect: float) -> Sequence[Contender]:
    """The baseline, and the contender that takes this fraction more."""
    return contender(folder, "baseline", count), contender(folder, "contender", slowed(count, effect))

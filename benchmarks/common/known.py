"""Contenders without a framework, whose ratio is known: so many turns of a loop."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.runs import CHILDREN
from fwcompare.domain.contender import Contender, Framework, Mode

WORK_NS = 1e6


def calibrated_turns() -> int:
    """Turns that take about `WORK_NS` here."""
    turns = 10_000
    times_ns = []
    for _ in range(50):
        start_ns = time.perf_counter_ns()
        for _ in range(turns):
            pass
        times_ns.append(time.perf_counter_ns() - start_ns)
    return round(turns * WORK_NS / statistics.median(times_ns))


def slowed(turns: int, effect: float) -> int:
    """The turns of a contender that takes this fraction more."""
    return round(turns * (1 + effect))


def contender(folder: Path, name: str, turns: int) -> Contender:
    """A contender that does so many turns.

    Args:
        folder: Where its interpreter is written.
        name: By which the contender is told from others.
        turns: Of its loop.
    """
    path = folder / name
    path.write_text(
        f'#!/bin/sh\nFWCOMPARE_TURNS={turns} exec "{sys.executable}" "{CHILDREN / "known_work.py"}" "$@"\n'
    )
    path.chmod(0o755)
    return Contender(Framework.PYTORCH, Mode.EAGER, str(path), named=name)


def two_sides(folder: Path, turns: int, effect: float) -> Sequence[Contender]:
    """The baseline, and the contender that takes this fraction more."""
    return contender(folder, "baseline", turns), contender(folder, "contender", slowed(turns, effect))

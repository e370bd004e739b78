"""Whether watching disturbs: the same contender in a bare script, headless, window hidden, window visible.

`pytorch:eager` with the product's default of threads, in fresh processes, in turns. The visible window shows all its plots on a
virtual display. A second bare script in each round shows the floor: how much equal processes differ here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.common.display import virtual_display
from benchmarks.common.results import Report, options, ratio_row
from benchmarks.common.runs import (
    CHILDREN,
    EAGER,
    Measuring,
    Times,
    bare,
    child,
    in_turns,
    one_block,
    plan_of,
    times_of,
    workload,
)

NAMES = ("mlp/tiny", "mlp/small")
WORKLOADS = tuple(workload(*name.split("/")) for name in NAMES)
MEDIAN_AIM, P99_AIM = 1.01, 1.05


def scripts(measuring: Measuring, measure_s: float, warm_up_s: float) -> list[Times]:
    """A bare script for each workload."""
    return [bare(measuring, work, "stopwatch", measure_s, warm_up_s) for work in WORKLOADS]


def headless(measuring: Measuring, measure_s: float, warm_up_s: float) -> list[Times]:
    """The engine without a window."""
    record = measuring.run(plan_of(WORKLOADS, [EAGER], one_block(measure_s, warm_up_s)))
    by_workload = {block.workload: times_of(block) for block in record.blocks}
    return [by_workload[work.id] for work in WORKLOADS]


def window(state: str, environment: dict[str, str], seconds: Sequence[float]) -> list[Times]:
    """The engine in the application's window."""
    with tempfile.TemporaryDirectory() as folder:
        found = child(CHILDREN / "window.py", state, Path(folder), *seconds, *NAMES, environment=environment)
    return [Times(**found[work.id]) for work in WORKLOADS]


def main() -> None:
    chosen = options("observer", __doc__)
    report = Report("observer", chosen)
    rounds = chosen.choose(1, 6, 30)
    seconds = (chosen.choose(50, 1_500, 3_000) / 1e3, chosen.choose(50, 1_000, 2_000) / 1e3)
    if not sys.platform.startswith("linux"):
        raise SystemExit("observer.py needs Xvfb, which is there on Linux alone.")
    with Measuring() as measuring, virtual_display() as environment:
        found = in_turns(
            rounds,
            {
                "bare": partial(scripts, measuring, *seconds),
                "floor: the bare script again": partial(scripts, measuring, *seconds),
                "headless engine": partial(headless, measuring, *seconds),
                "window hidden": partial(window, "hidden", environment, seconds),
                "window visible, all plots": partial(window, "visible", environment, seconds),
            },
        )
    reference = found.pop("bare")
    for place, name in enumerate(NAMES):
        for condition, times in found.items():
            is_floor = condition.startswith("floor")
            for figure, aim in (("median_ns", MEDIAN_AIM), ("p99_ns", P99_AIM)):
                pairs = [[getattr(one[place], figure) for one in side] for side in (reference, times)]
                text = f"{name}, {condition}: {figure.removesuffix('_ns')} over the bare script's"
                report.add(ratio_row(text, *pairs, None if is_floor else aim))
    report.write(rounds=rounds, measure_s=seconds[0])


if __name__ == "__main__":
    main()

"""Runs whose GPU was counted by a simulated driver; nothing here was measured."""

from __future__ import annotations

from array import array
from dataclasses import replace

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, RunRecord, Series
from fwcompare.stats.energy import GPU_ENERGY
from tests import runs

S = 10**9
GPU = replace(runs.WORKLOAD, device="cuda:GPU-1234")
JITTER = (1.0, 1.003, 0.998, 1.001, 0.999, 1.002)


def counted(channel: str, *joules: float, start_s: int = 100) -> dict[str, Series]:
    """A counter that is read once a second."""
    times = array("q", [(start_s + second) * S for second in range(len(joules))])
    return {channel: Series((times,), (array("d", joules),))}


def gpu_block(contender, number: int, watts: float, **changes):
    """A block on the GPU that measures for ten seconds, two iterations of eight items a second."""
    starts = array("q", [100 * S + half * S // 2 for half in range(20)])
    fields = {
        "workload": GPU.id,
        "latency": Series((starts,), (array("q", [S // 4] * 20),)),
        "phases": {Phase.IMPORT: PhaseRecord(80 * S, 5 * S), Phase.MEASURE: PhaseRecord(100 * S, 10 * S)},
        "resources": counted(GPU_ENERGY, *(watts * second for second in range(11)))
        | counted("gpu_other_processes", *[0] * 11),
    }
    return replace(runs.block(contender, number, 1), **fields | changes)


def powered(ratio: float, rounds: int = 6, **changes) -> RunRecord:
    """Two contenders that are equally fast; the second draws so many times the power of the first."""
    blocks = [
        gpu_block(contender, number, watts * jitter)
        for number, jitter in enumerate(JITTER[:rounds])
        for contender, watts, jitter in ((runs.BASELINE, 200, 1.0), (runs.CONTENDER, 200 * ratio, jitter))
    ]
    return runs.record(*blocks, plan=runs.plan(workloads=(GPU,), **changes))

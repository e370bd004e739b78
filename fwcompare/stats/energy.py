"""Energy of an item: what the counter of the device grew by while iterations were timed.

The counters are those of a whole device, so they are read only where nothing else used it, and what
it draws when idle is taken off beside the gross figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord
from fwcompare.domain.workload import Workload
from fwcompare.stats.blocks import NOT_MEASURED
from fwcompare.stats.gates import other_use_of_gpu, timed_readings

GPU_ENERGY: Final = "gpu_energy_j"
CPU_ENERGY: Final = "cpu_energy_j"

COUNTER_STEP_S: Final = {GPU_ENERGY: 0.1, CPU_ENERGY: 0.001}
"""How long a counter stands still between two steps: by so much each reading may be late."""

MIN_SPAN_S: Final = 10.0
"""Blocks that together were measured for less say too little beside the steps of the counter."""

MIN_IDLE_SPAN_S: Final = 1.0
"""An import that was watched for less says too little of what the GPU draws when idle."""


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy of the timed iterations of some blocks.

    Attributes:
        joules_per_item: All that the device used.
        net_joules_per_item: Less what it draws when idle, None where that is not known.
        relative_error: By the steps of the counter, at most.
        span_s: For how long it was counted.
    """

    joules_per_item: float
    net_joules_per_item: float | None
    relative_error: float
    span_s: float

    @property
    def error_joules(self) -> float:
        """What the steps of the counter leave open of an item's energy, net or not."""
        return self.joules_per_item * self.relative_error


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Between the first and the last reading of a phase."""

    joules: float
    span_s: float
    items: int


def channel_of(workload: Workload) -> str:
    """The counter of the device on which the workload runs."""
    return CPU_ENERGY if workload.device == "cpu" else GPU_ENERGY


def energy_of(
    blocks: Sequence[BlockRecord], batch: int, channel: str, idle_w: float | None = None
) -> Energy | str:
    """The energy of an item over the blocks of one contender, or why it is not known.

    Args:
        blocks: Those that were measured to their end.
        batch: Items of an iteration.
        channel: `GPU_ENERGY` or `CPU_ENERGY`.
        idle_w: What the device draws when idle.
    """
    if not blocks:
        return NOT_MEASURED
    found = [stretch for block in blocks if (stretch := _stretch(block, Phase.MEASURE, channel, batch))]
    span_s = sum(one.span_s for one in found)
    if not found:
        return _why_nothing(blocks, channel)
    if channel == GPU_ENERGY and (others := next(filter(None, map(other_use_of_gpu, blocks)), "")):
        return others
    if span_s < MIN_SPAN_S:
        return f"needs {MIN_SPAN_S:g} s of measuring, has {span_s:.1f} s"
    joules, items = sum(one.joules for one in found), sum(one.items for one in found)
    if joules <= 0 or not items:
        return "the counter stood still"
    return Energy(
        joules_per_item=joules / items,
        net_joules_per_item=None if idle_w is None else (joules - idle_w * span_s) / items,
        relative_error=len(found) * COUNTER_STEP_S[channel] / span_s,
        span_s=span_s,
    )


def energy_by_round(blocks: Sequence[BlockRecord], batch: int, channel: str) -> dict[int, float] | str:
    """Joules of an item in each block, by its round; or why they are not known, see `energy_of`.

    The steps of the counter make each figure uncertain by up to some per cent. They hit blocks by chance, so
    they are in the scatter between rounds, and with it in the interval of a ratio.
    """
    total = energy_of(blocks, batch, channel)
    if isinstance(total, str):
        return total
    found = {block.round: _stretch(block, Phase.MEASURE, channel, batch) for block in blocks}
    return {
        number: one.joules / one.items
        for number, one in found.items()
        if one and one.items and one.joules > 0
    }


def idle_power_w(blocks: Sequence[BlockRecord]) -> float | None:
    """What the GPU draws when idle: the least in any block while its framework was imported, which uses no GPU."""
    found = (_stretch(block, Phase.IMPORT, GPU_ENERGY, 1) for block in blocks)
    return min(
        (one.joules / one.span_s for one in found if one and one.span_s >= MIN_IDLE_SPAN_S), default=None
    )


def _why_nothing(blocks: Sequence[BlockRecord], channel: str) -> str:
    """Why none of the blocks has a stretch."""
    if any(len(timed_readings(block, channel, Phase.MEASURE)) > 1 for block in blocks):
        return "the counter was reset while iterations were timed"
    reasons = [block.unavailable[channel] for block in blocks if channel in block.unavailable]
    return reasons[-1] if reasons else "no two readings were taken while iterations were timed"


def _stretch(block: BlockRecord, phase: Phase, channel: str, batch: int) -> _Stretch | None:
    """What the counter grew by in a phase, and the items that were timed meanwhile; None if it was reset."""
    found = timed_readings(block, channel, phase)
    if len(found) < 2 or any(later < earlier for (_, earlier), (_, later) in pairwise(found)):
        return None
    (first_ns, first_j), (last_ns, last_j) = found[0], found[-1]
    started = [np.asarray(chunk, np.int64) for chunk in block.latency.time_ns]
    samples = sum(int(np.count_nonzero((times >= first_ns) & (times < last_ns))) for times in started)
    items = batch * block.iterations_per_sample * samples
    return _Stretch(last_j - first_j, (last_ns - first_ns) / 1e9, items)

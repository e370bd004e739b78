"""What a larger batch brings: items a second and latency of each contender by batch.

The workloads of a run that differ in nothing but their batch are one sweep. Each figure is the geometric
mean over the blocks with a t interval of its logarithm, as the ratios of the verdicts are; the summaries
give the median over the blocks instead, which has no such interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Workload, is_throughput
from fwcompare.stats.blocks import GROUPED, NOT_MEASURED, Look, block_figures, blocks_of, medians_ns
from fwcompare.stats.comparison import max_degrees
from fwcompare.stats.ratio import CONFIDENCE, estimate_ratio

_NS_PER_S: Final = 1e9
_ENDS: Final = ("low", "high")
_ONE_BLOCK: Final = "one block has no interval"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, whose ends are None of a single block."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """One contender at one batch.

    Attributes:
        blocks: Blocks that were measured to their end.
        throughput_per_s: Items a second.
        latency_ns: Of an iteration, which is the whole batch.
        gain: Items a second over those at the smallest batch of the sweep.
        efficiency: `gain` over what the batch grew by: 1 where an iteration takes as long as it did.
        unavailable: Reason by name of each figure that is None.
    """

    contender: str
    workload: str
    batch: int
    blocks: int
    throughput_per_s: Estimate | None
    latency_ns: Estimate | None
    gain: float | None
    efficiency: float | None
    unavailable: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Workloads that differ in their batch alone.

    Attributes:
        batches: Ascending, at least two.
        points: By contender in the order of the plan, then by batch.
    """

    workloads: tuple[Workload, ...]
    batches: tuple[int, ...]
    points: tuple[ScalingPoint, ...]


def sweeps(record: RunRecord, look: Look = block_figures) -> tuple[Sweep, ...]:
    """The sweeps of a run, in the order of the plan; none if no workload has a second batch.

    Args:
        record: The run, which may still go on.
        look: Gives the figures of a block.
    """
    families: dict[Workload, list[Workload]] = {}
    for workload in record.plan.workloads:
        families.setdefault(replace(workload, batch=1), []).append(workload)
    return tuple(_sweep(record, family, look) for family in families.values() if len(family) > 1)


def _sweep(record: RunRecord, family: Sequence[Workload], look: Look) -> Sweep:
    ordered = tuple(sorted(family, key=lambda one: one.batch))
    points: list[ScalingPoint] = []
    for contender in record.plan.contenders:
        curve = [_point(record, contender.id, workload, look) for workload in ordered]
        points += [_compared(point, curve[0]) for point in curve]
    return Sweep(ordered, tuple(one.batch for one in ordered), tuple(points))


def _point(record: RunRecord, contender: str, workload: Workload, look: Look) -> ScalingPoint:
    blocks = blocks_of(record, contender, workload.id)
    by_round = medians_ns(blocks, look)
    times_ns, degrees = list(by_round.values()), max_degrees(record, workload.id, by_round)
    throughput = latency = None
    unavailable = {}
    if not times_ns:
        unavailable = dict.fromkeys(("throughput_per_s", "latency_ns"), _why_nothing(blocks))
    else:
        throughput = _estimate([workload.batch * _NS_PER_S / time_ns for time_ns in times_ns], degrees)
        if is_throughput(workload.id):
            unavailable = {"latency_ns": GROUPED}
        else:
            latency = _estimate(times_ns, degrees)
    told = (("throughput_per_s", throughput), ("latency_ns", latency))
    unavailable |= {
        f"{name}.{end}": _ONE_BLOCK for name, one in told if one and one.low is None for end in _ENDS
    }
    return ScalingPoint(
        contender=contender,
        workload=workload.id,
        batch=workload.batch,
        blocks=len(times_ns),
        throughput_per_s=throughput,
        latency_ns=latency,
        gain=None,
        efficiency=None,
        unavailable=unavailable,
    )


def _compared(point: ScalingPoint, smallest: ScalingPoint) -> ScalingPoint:
    """The point with what it gains over the smallest batch of its curve."""
    if point.throughput_per_s is None or smallest.throughput_per_s is None:
        side = f"batch {smallest.batch}" if smallest.throughput_per_s is None else "this batch"
        reasons = dict.fromkeys(("gain", "efficiency"), f"{side} has no result")
        return replace(point, unavailable={**point.unavailable, **reasons})
    gain = point.throughput_per_s.value / smallest.throughput_per_s.value
    return replace(point, gain=gain, efficiency=gain * smallest.batch / point.batch)


def _estimate(values: Sequence[float], degrees: int | None) -> Estimate:
    """Geometric mean of at least one positive value, with the t interval of its logarithm."""
    found = replace(estimate_ratio([1.0] * len(values), values), max_degrees=degrees)
    interval = found.interval(CONFIDENCE)
    return Estimate(found.ratio, *((interval.low, interval.high) if interval else (None, None)))


def _why_nothing(blocks: Sequence[BlockRecord]) -> str:
    """How the last of the blocks that gave no result ended."""
    ended = [block.outcome for block in blocks if block.outcome is not None and block.outcome.is_failure]
    return ended[-1].sentence if ended else NOT_MEASURED

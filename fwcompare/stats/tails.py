"""Ratios of more than the median: p90, p99 and throughput, with intervals and without a verdict.

The verdict of a comparison is that of its median latency, so the family of claims stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from fwcompare.domain.record import RunRecord
from fwcompare.stats.blocks import Look, block_figures, blocks_of, no_percentiles
from fwcompare.stats.bootstrap import MIN_ROUNDS, BootstrapRatio, Means, Percentiles, bootstrap_ratio
from fwcompare.stats.comparison import max_degrees
from fwcompare.stats.quantiles import Latencies, iterations_needed, latencies_ns, too_few

THROUGHPUT: Final = "throughput"
METRICS: Final = {"p90": 90.0, "p99": 99.0, THROUGHPUT: None}
"""Each with its percentile."""


@dataclass(frozen=True, slots=True)
class MetricRatio:
    """A figure of the contender over the baseline's.

    Attributes:
        metric: "p90", "p99" (of latency) or "throughput".
        rounds: Rounds in which both were measured.
        unavailable: Reason by name of each figure that is None.
    """

    workload: str
    metric: str
    baseline: str
    contender: str
    ratio: float | None
    low: float | None
    high: float | None
    rounds: int
    unavailable: dict[str, str] = field(default_factory=dict)


def metric_ratios(record: RunRecord, look: Look = block_figures) -> tuple[MetricRatio, ...]:
    """The ratios of every other contender to the baseline, by workload, in the order of the plan.

    Args:
        record: The run; its seed seeds the bootstrap.
        look: Gives the figures of a block.
    """
    return tuple(
        ratio
        for workload in record.plan.workloads
        for contender in record.plan.contenders
        if contender.id != record.plan.baseline
        for ratio in _ratios(record, workload.id, contender.id, look)
    )


def ratios_of(
    record: RunRecord, contender: str, workload: str, look: Look = block_figures
) -> tuple[MetricRatio, ...]:
    """The ratios of one contender in one workload."""
    return tuple(_ratios(record, workload, contender, look))


def _ratios(record: RunRecord, workload: str, contender: str, look: Look) -> Iterator[MetricRatio]:
    sides = [
        {
            block.round: latencies_ns([block.latency]) // block.iterations_per_sample
            for block in blocks_of(record, who, workload)
            if look(block).median_ns is not None
        }
        for who in (record.plan.baseline, contender)
    ]
    refused = no_percentiles(
        (block for who in (record.plan.baseline, contender) for block in blocks_of(record, who, workload)),
        look,
    )
    rounds = sorted(sides[0].keys() & sides[1].keys())
    degrees = max_degrees(record, workload, rounds)
    baseline, other = ([side[number] for number in rounds] for side in sides)
    for metric, percent in METRICS.items():
        found = (
            refused
            if refused and percent is not None
            else _ratio(baseline, other, percent, record.plan.seed, degrees)
        )
        missing = found if isinstance(found, str) else ""
        known = None if isinstance(found, str) else found
        yield MetricRatio(
            workload=workload,
            metric=metric,
            baseline=record.plan.baseline,
            contender=contender,
            ratio=known.ratio if known else None,
            low=known.low if known else None,
            high=known.high if known else None,
            rounds=len(rounds),
            unavailable=dict.fromkeys(("ratio", "low", "high"), missing) if missing else {},
        )


def _ratio(
    baseline: Sequence[Latencies],
    other: Sequence[Latencies],
    percent: float | None,
    seed: int,
    degrees: int | None,
) -> BootstrapRatio | str:
    """The ratio from paired blocks, or why there is none."""
    if len(baseline) < MIN_ROUNDS:
        return f"needs {MIN_ROUNDS} rounds of both, has {len(baseline)}"
    if percent is None:  # items a second are the inverse of the mean latency
        return bootstrap_ratio(Means(other), Means(baseline), seed, max_degrees=degrees)
    fewest = min(block.size for block in (*baseline, *other))
    if fewest < iterations_needed(percent):
        return f"{too_few(percent, fewest)} in a block"
    sides = Percentiles(baseline, percent), Percentiles(other, percent)
    return bootstrap_ratio(*sides, seed, max_degrees=degrees)

"""One line for each contender and workload: what it took, whatever the others did."""

from __future__ import annotations

from dataclasses import dataclass, field

from fwcompare.domain.record import RunRecord
from fwcompare.stats.comparison import block_median_ns, blocks_of
from fwcompare.stats.quantiles import latencies_ns, median, percentile, too_few

_NS_PER_S = 1e9
_P90 = 90


@dataclass(frozen=True, slots=True)
class Summary:
    """One contender in one workload.

    Attributes:
        blocks: Blocks that were measured to their end.
        n: Iterations in them.
        median_ns: Median over the block medians.
        p90_ns: Order statistic of the iterations of all its blocks together (a percentile is never
            averaged over blocks; it has no interval, because the iterations are not independent).
        throughput_per_s: Examples per second at the median latency.
        unavailable: Reason by name of each figure that is None.
    """

    contender: str
    workload: str
    blocks: int
    n: int
    median_ns: float | None
    p90_ns: int | None
    throughput_per_s: float | None
    unavailable: dict[str, str] = field(default_factory=dict)


def summarise(record: RunRecord) -> tuple[Summary, ...]:
    """A summary of each contender in each workload, in the order of the plan."""
    return tuple(
        _summary(record, contender.id, workload.id, workload.batch)
        for workload in record.plan.workloads
        for contender in record.plan.contenders
    )


def _summary(record: RunRecord, contender: str, workload: str, batch: int) -> Summary:
    blocks = blocks_of(record, contender, workload)
    medians = {block.block: value for block in blocks if (value := block_median_ns(block)) is not None}
    pooled = latencies_ns(block.latency for block in blocks if block.block in medians)
    middle = median(list(medians.values()))
    tail = percentile(pooled, _P90)
    unavailable = {} if tail is not None else {"p90_ns": too_few(_P90, pooled.size)}
    if middle is None:
        nothing = "no block was measured to its end"
        unavailable |= dict.fromkeys(("median_ns", "p90_ns", "throughput_per_s"), nothing)
    return Summary(
        contender=contender,
        workload=workload,
        blocks=len(medians),
        n=pooled.size,
        median_ns=middle,
        p90_ns=tail,
        throughput_per_s=None if middle is None else batch * _NS_PER_S / middle,
        unavailable=unavailable,
    )

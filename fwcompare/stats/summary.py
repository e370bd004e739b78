"""One line for each contender and workload: what it took, whatever the others did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import is_throughput
from fwcompare.stats.blocks import NOT_MEASURED, BlockFigures, Look, block_figures, blocks_of, no_percentiles
from fwcompare.stats.energy import CPU_ENERGY, GPU_ENERGY, Energy, energy_of, idle_power_w
from fwcompare.stats.gates import highest
from fwcompare.stats.quantiles import (
    PERCENTS,
    Percentile,
    in_order,
    latencies_ns,
    median,
    percentile_interval,
    too_few,
)
from fwcompare.stats.steadiness import Steadiness, overall

GPU_MEMORY: Final = "gpu_process_memory_bytes"
"""Name of the resource channel that counts the worker's own memory on the GPU."""

_NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class Summary:
    """One contender in one workload.

    Attributes:
        blocks: Blocks that were measured to their end.
        n: Samples in them: iterations, or groups of them in the throughput scenario.
        median_ns: Median over the block medians, None in the throughput scenario.
        p90_ns: Order statistic of the iterations of all its blocks together (a percentile is never
            averaged over blocks); its interval is in `percentiles`.
        throughput_per_s: Examples per second at the median latency, or in the median group.
        unavailable: Reason by name of each figure that is None.
        percentiles: By name, "p50" to "p99.9"; None where there are too few iterations.
        steadiness: How the level of its blocks went, None if none can be told.
        mild_outliers: Iterations between 1.5 and 3 interquartile ranges from their block's quartiles.
        severe_outliers: Iterations further out; like the mild ones they count in every figure.
        energy: Of an item, by device: "gpu" and "cpu"; None where it is not known.
    """

    contender: str
    workload: str
    blocks: int
    n: int
    median_ns: float | None
    p90_ns: int | None
    throughput_per_s: float | None
    unavailable: dict[str, str] = field(default_factory=dict)
    percentiles: dict[str, Percentile | None] = field(default_factory=dict)
    steadiness: Steadiness | None = None
    mild_outliers: int = 0
    severe_outliers: int = 0
    energy: dict[str, Energy | None] = field(default_factory=dict)


def summarise(record: RunRecord, look: Look = block_figures) -> tuple[Summary, ...]:
    """A summary of each contender in each workload, in the order of the plan.

    Args:
        record: The run.
        look: Gives the figures of a block.
    """
    return tuple(
        _summary(
            contender.id, workload.id, workload.batch, blocks_of(record, contender.id, workload.id), look
        )
        for workload in record.plan.workloads
        for contender in record.plan.contenders
    )


def gpu_memory_bytes(block: BlockRecord) -> int | None:
    """Most GPU memory that the worker held in its whole life, compiling and warming up too; None if nobody looked."""
    found = highest(block, GPU_MEMORY)
    return None if found is None else int(found)


def _summary(contender: str, workload: str, batch: int, blocks: list[BlockRecord], look: Look) -> Summary:
    figures = {block.block: look(block) for block in blocks}
    measured = [block for block in blocks if figures[block.block].median_ns is not None]
    known = [figures[block.block] for block in measured]
    latencies = [latencies_ns([block.latency]) for block in measured]
    middle = median([one.median_ns for one in known if one.median_ns is not None])
    n = sum(values.size for values in latencies)
    refused, ordered = no_percentiles(measured, look), in_order(latencies)
    percentiles = {
        f"p{percent}": None if refused else percentile_interval(latencies, percent, ordered)
        for percent in PERCENTS
    }
    is_grouped = is_throughput(workload)
    label = overall(one.course.label for one in known if one.course)
    tail = percentiles["p90"]
    energy = {
        "gpu": energy_of(measured, batch, GPU_ENERGY, idle_power_w(measured)),
        "cpu": energy_of(measured, batch, CPU_ENERGY),
    }
    unknown = {f"energy.{name}": found for name, found in energy.items() if isinstance(found, str)}
    return Summary(
        contender=contender,
        workload=workload,
        blocks=len(measured),
        n=n,
        median_ns=None if is_grouped else middle,
        p90_ns=tail.value_ns if tail else None,
        throughput_per_s=None if middle is None else batch * _NS_PER_S / middle,
        unavailable={**_reasons(percentiles, label, n, refused=refused, is_grouped=is_grouped), **unknown},
        percentiles=percentiles,
        steadiness=label,
        mild_outliers=_outliers(known, "mild"),
        severe_outliers=_outliers(known, "severe"),
        energy={name: None if isinstance(found, str) else found for name, found in energy.items()},
    )


def _reasons(
    percentiles: dict[str, Percentile | None],
    label: Steadiness | None,
    n: int,
    *,
    refused: str,
    is_grouped: bool,
) -> dict[str, str]:
    """Why each figure that is None is None; `refused` is a reason for all percentiles."""
    names = [f"percentiles.{name}" for name in percentiles]
    if n == 0:
        return dict.fromkeys(("median_ns", "p90_ns", "throughput_per_s", "steadiness", *names), NOT_MEASURED)
    few = {"median_ns": refused} if is_grouped else {}
    few |= {
        f"percentiles.p{percent}": refused or too_few(percent, n)
        for percent in PERCENTS
        if percentiles[f"p{percent}"] is None
    }
    if percentiles["p90"] is None:
        few["p90_ns"] = refused or too_few(90, n)
    return few if label else {**few, "steadiness": "no block has enough iterations to tell"}


def _outliers(known: list[BlockFigures], kind: str) -> int:
    return sum(getattr(one.spread, kind) for one in known if one.spread)

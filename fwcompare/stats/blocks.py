"""What one block amounts to; made once for each block, as blocks that have ended don't change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import is_throughput
from fwcompare.stats.outliers import Spread, spread_of
from fwcompare.stats.quantiles import latencies_ns, median
from fwcompare.stats.steadiness import Course, course_of


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """The figures of a block that comparisons need.

    Attributes:
        median_ns: Of an iteration; None unless the block was measured to its end with latencies above 0.
        spread: None without iterations.
        course: None with too few iterations to tell.
        overhead_share: See the function of this name.
    """

    median_ns: float | None = None
    spread: Spread | None = None
    course: Course | None = None
    overhead_share: float | None = None


Look: TypeAlias = Callable[[BlockRecord], BlockFigures]
"""Gives the figures of a block: `block_figures`, or something that remembers what that gave."""


def block_figures(block: BlockRecord) -> BlockFigures:
    """The figures of a block."""
    values = latencies_ns([block.latency])
    return BlockFigures(block_median_ns(block), spread_of(values), course_of(values), overhead_share(block))


def figures_of(blocks: Iterable[BlockRecord]) -> dict[int, BlockFigures]:
    """The figures of each block, by its number."""
    return {block.block: block_figures(block) for block in blocks}


def figures_of_all(record: RunRecord) -> Look:
    """The figures of each block of the record, made at once."""
    known = figures_of(record.blocks)
    return lambda block: known[block.block]


def blocks_of(record: RunRecord, contender: str, workload: str) -> list[BlockRecord]:
    """The blocks of one contender in one workload that count, in the order in which they ran."""
    replaced = repeated(record.blocks)
    return [
        block
        for block in record.blocks
        if (block.contender, block.workload) == (contender, workload) and block.block not in replaced
    ]


def measured_of(blocks: Iterable[BlockRecord], look: Look) -> list[BlockRecord]:
    """Those that were measured to their end: all others count in no figure."""
    return [block for block in blocks if look(block).median_ns is not None]


def repeated(blocks: Iterable[BlockRecord]) -> frozenset[int]:
    """Numbers of the blocks that don't count, as a repetition of them was measured to its end."""
    return frozenset(
        block.repeats for block in blocks if block.repeats is not None and block.outcome is Outcome.OK
    )


def block_median_ns(block: BlockRecord) -> float | None:
    """Median time of an iteration, None unless the block was measured to its end with latencies above 0.

    In the throughput scenario that is the median of the groups over the iterations of one: not a latency.
    """
    if block.outcome is not Outcome.OK:
        return None
    value = median(latencies_ns([block.latency]))
    return value / block.iterations_per_sample if value is not None and value > 0 else None


def medians_ns(blocks: Iterable[BlockRecord], look: Look) -> dict[int, float]:
    """Median time of an iteration in each block that was measured to its end, by its round.

    Args:
        blocks: Those of one contender in one workload that count, see `blocks_of`.
        look: Gives the figures of a block.
    """
    return {block.round: value for block in blocks if (value := look(block).median_ns) is not None}


NOT_MEASURED: Final = "no block was measured to its end"
"""Why a contender has no figure of what was timed."""

GROUPED: Final = "not available in the throughput scenario, because groups of iterations are timed together"

OVERHEAD: Final = "timer_overhead_ns"
"""Counter of what reading the clock and waiting for an idle device took."""

MAX_OVERHEAD: Final = 0.01
"""More than this share of a sample is to be remarked …"""

PERCENTILE_OVERHEAD: Final = 0.1
"""… and beside more than this a percentile says more of the clock and the wait than of the iteration."""


def overhead_share(block: BlockRecord) -> float | None:
    """Share of a sample that the clock and the wait for the device take, None where it is not known."""
    sample_ns, overhead_ns = median(latencies_ns([block.latency])), block.counters.get(OVERHEAD)
    return overhead_ns / sample_ns if sample_ns and overhead_ns is not None else None


def no_percentiles(blocks: Iterable[BlockRecord], look: Look = block_figures) -> str:
    """Why latencies of these blocks have no percentiles, "" if they have.

    Samples of several iterations tell nothing of one; a throughput block may by chance hold one in each,
    so it is the workload that says which scenario it is.
    """
    measured = list(blocks)
    if any(is_throughput(block.workload) for block in measured):
        return GROUPED
    shares = [share for block in measured if (share := look(block).overhead_share) is not None]
    if max(shares, default=0.0) > PERCENTILE_OVERHEAD:
        return (
            f"the clock and the wait for the device take {100 * max(shares):.0f} % of an iteration; "
            "measure the throughput scenario"
        )
    return ""

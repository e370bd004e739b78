"""What one block amounts to; made once for each block, as blocks that have ended don't change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.stats.outliers import Spread, spread_of
from fwcompare.stats.quantiles import latencies_ns, median
from fwcompare.stats.steadiness import Course, course_of


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """The figures of a block that comparisons need.

    Attributes:
        median_ns: None unless the block was measured to its end with latencies above 0.
        spread: None without iterations.
        course: None with too few iterations to tell.
    """

    median_ns: float | None
    spread: Spread | None
    course: Course | None


Look: TypeAlias = Callable[[BlockRecord], BlockFigures]
"""Gives the figures of a block: `block_figures`, or something that remembers what that gave."""


def block_figures(block: BlockRecord) -> BlockFigures:
    """The figures of a block."""
    values = latencies_ns([block.latency])
    return BlockFigures(block_median_ns(block), spread_of(values), course_of(values))


def figures_of_all(record: RunRecord) -> Look:
    """The figures of each block of the record, made at once."""
    known = {block.block: block_figures(block) for block in record.blocks}
    return lambda block: known[block.block]


def blocks_of(record: RunRecord, contender: str, workload: str) -> list[BlockRecord]:
    """The blocks of one contender in one workload that count, in the order in which they ran."""
    replaced = repeated(record.blocks)
    return [
        block
        for block in record.blocks
        if (block.contender, block.workload) == (contender, workload) and block.block not in replaced
    ]


def repeated(blocks: Iterable[BlockRecord]) -> frozenset[int]:
    """Numbers of the blocks that don't count, as a repetition of them was measured to its end."""
    return frozenset(
        block.repeats for block in blocks if block.repeats is not None and block.outcome is Outcome.OK
    )


def block_median_ns(block: BlockRecord) -> float | None:
    """Median latency of a block, None unless it was measured to its end with latencies above 0."""
    if block.outcome is not Outcome.OK:
        return None
    value = median(latencies_ns([block.latency]))
    return value if value is not None and value > 0 else None

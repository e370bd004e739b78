"""The rows of the measured table, from the record of a run; what did not change is not computed again.

A finished block stays the same object for ever (`fwcompare.execution.session`), so identity tells what
has to be computed anew: the summary of the contender whose block ended, and the comparisons it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fwcompare.domain.contender import Contender
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Comparison
from fwcompare.domain.workload import Workload
from fwcompare.stats.comparison import compare
from fwcompare.stats.summary import Summary, summarise
from ui.comparison.badges import Badge, badge_of
from ui.comparison.columns import Column
from ui.comparison.figures import Figure, digest, figures_of, finished


@dataclass(frozen=True, slots=True)
class Row:
    """One contender in one workload.

    Attributes:
        figures: By numeric column.
        comparison: With the baseline, None for the baseline itself.
    """

    contender: Contender
    workload: Workload
    summary: Summary
    comparison: Comparison | None
    figures: dict[Column, Figure]
    badge: Badge
    margin: float

    @property
    def id(self) -> tuple[str, str]:
        """Contender and workload."""
        return self.contender.id, self.workload.id


@dataclass(frozen=True, slots=True)
class _Known:
    """A result and the blocks that it was computed from."""

    blocks: tuple[BlockRecord, ...]
    baseline: str
    summary: Summary
    comparison: Comparison | None
    figures: dict[Column, Figure]

    def is_of(self, blocks: Sequence[BlockRecord], baseline: str) -> bool:
        return (
            self.baseline == baseline
            and len(self.blocks) == len(blocks)
            and all(mine is other for mine, other in zip(self.blocks, blocks, strict=True))
        )


class RowSource:
    """Rows of a run that grows, or of one after the other."""

    def __init__(self) -> None:
        self._digests: dict[int, tuple[BlockRecord, BlockRecord]] = {}
        self._known: dict[tuple[str, str], _Known] = {}

    def rows(self, record: RunRecord, *, is_over: bool) -> tuple[Row, ...]:
        """All rows, by workload in the order of the plan.

        Args:
            record: The run; the baseline of its plan is what all are compared with.
            is_over: The run won't bring more blocks.
        """
        return tuple(
            self.row(record, contender, workload, is_over=is_over)
            for workload in record.plan.workloads
            for contender in record.plan.contenders
        )

    def row(self, record: RunRecord, contender: Contender, workload: Workload, *, is_over: bool) -> Row:
        """The row of one contender in one workload."""
        blocks = [block for block in record.blocks if _is_in(block, contender.id, workload.id)]
        known = self._figures(record, contender, workload)
        return Row(
            contender=contender,
            workload=workload,
            summary=known.summary,
            comparison=known.comparison,
            figures=known.figures,
            badge=badge_of(blocks, known.comparison, record.plan.margin, is_over=is_over),
            margin=record.plan.margin,
        )

    def _figures(self, record: RunRecord, contender: Contender, workload: Workload) -> _Known:
        baseline = record.plan.baseline
        blocks = tuple(
            block
            for block in finished(record)
            if _is_in(block, contender.id, workload.id) or _is_in(block, baseline, workload.id)
        )
        key = contender.id, workload.id
        known = self._known.get(key)
        if known is None or not known.is_of(blocks, baseline):
            known = self._compute(record, contender, workload, blocks)
            self._known[key] = known
        return known

    def _compute(
        self, record: RunRecord, contender: Contender, workload: Workload, blocks: tuple[BlockRecord, ...]
    ) -> _Known:
        baseline = record.plan.contender(record.plan.baseline)
        own = tuple(block for block in blocks if block.contender == contender.id)
        alone = replace(record.plan, workloads=(workload,), contenders=(contender,), baseline=contender.id)
        summary = summarise(replace(record, plan=alone, blocks=own))[0]
        comparison = None
        if contender != baseline:
            pair = replace(record.plan, workloads=(workload,), contenders=(baseline, contender))
            digests = tuple(self._digest(block) for block in blocks)
            comparison = compare(replace(record, plan=pair, blocks=digests))[0]
        short = [self._digest(block) for block in own]
        figures = figures_of(short, summary, comparison, workload.device)
        return _Known(blocks, baseline.id, summary, comparison, figures)

    def _digest(self, block: BlockRecord) -> BlockRecord:
        """The digest of a block, made once."""
        known = self._digests.get(block.block)
        if known is None or known[0] is not block:
            known = block, digest(block)
            self._digests[block.block] = known
        return known[1]


def _is_in(block: BlockRecord, contender: str, workload: str) -> bool:
    return block.contender == contender and block.workload == workload

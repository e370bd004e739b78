"""The rows of the measured table, from the record of a run; what did not change is not computed again.

A finished block stays the same object for ever (`fwcompare.execution.session`), so identity tells what
has to be computed anew: the summary of the contender whose block ended, and the comparisons it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from time import monotonic
from typing import Final

from fwcompare.domain.contender import Contender
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Comparison
from fwcompare.domain.workload import Workload
from fwcompare.stats.blocks import BlockFigures, block_figures
from fwcompare.stats.comparison import compare_all, judged
from fwcompare.stats.explanation import Explanation, explanation
from fwcompare.stats.summary import Summary, summarise
from ui.comparison.badges import Badge, Symbol, Tone, badge_of, energy_badge
from ui.comparison.columns import Column
from ui.comparison.figures import Figure, figures_of, ratio_figure


@dataclass(frozen=True, slots=True)
class Row:
    """One contender in one workload.

    Attributes:
        figures: By numeric column.
        comparison: With the baseline in latency, None for the baseline itself.
        energy: The same in energy.
    """

    contender: Contender
    workload: Workload
    summary: Summary
    comparison: Comparison | None
    figures: dict[Column, Figure]
    badge: Badge
    margin: float
    energy: Comparison | None
    energy_badge: Badge

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Those that there are, in latency and in energy."""
        return tuple(one for one in (self.comparison, self.energy) if one is not None)

    @property
    def id(self) -> tuple[str, str]:
        """Contender and workload."""
        return self.contender.id, self.workload.id


@dataclass(frozen=True, slots=True)
class _Known:
    """What was computed of a row, and the finished blocks that it was computed from.

    Attributes:
        own: Blocks of the contender.
        others: Blocks of the baseline.
        figures: All but the ratios.
        comparison: With that baseline in latency.
        energy: With that baseline in energy.
    """

    own: tuple[BlockRecord, ...]
    others: tuple[BlockRecord, ...]
    baseline: str
    summary: Summary
    figures: dict[Column, Figure]
    comparison: Comparison | None = None
    energy: Comparison | None = None


_SOON: Final = Figure(None, reason="being computed")
_LATER: Final = Badge(Tone.PLAIN, Symbol.OPEN, "being computed")
_NOTHING: Final = _Known((), (), "", Summary("", "", 0, 0, None, None, None), dict.fromkeys(Column, _SOON))
"""Stands for a row that is computed in a moment."""

_Blocks = dict[tuple[str, str], tuple[BlockRecord, ...]]


class RowSource:
    """Rows of a run that grows, or of one after the other.

    Attributes:
        is_behind: The last rows hold some that are not computed yet, because the time was up.
    """

    def __init__(self) -> None:
        self._looked: dict[int, tuple[BlockRecord, BlockFigures]] = {}
        self._known: dict[tuple[str, str], _Known] = {}
        self.is_behind = False

    def rows(self, record: RunRecord, *, is_over: bool, budget_s: float = inf) -> tuple[Row, ...]:
        """All rows, by workload in the order of the plan.

        Args:
            record: The run; the baseline of its plan is what all are compared with.
            is_over: The run won't bring more blocks.
            budget_s: After so long no further row is computed: it stays as it was, or empty.
        """
        blocks, deadline_s = _by_row(record), monotonic() + budget_s
        self.is_behind = False
        rows: list[Row] = []
        for workload in record.plan.workloads:
            for contender in record.plan.contenders:
                has_time = monotonic() < deadline_s
                rows.append(
                    self._row(record, blocks, (contender, workload), is_over=is_over, has_time=has_time)
                )
        return _judged(rows, blocks, record.plan.margin, is_over=is_over)

    def row(self, record: RunRecord, contender: Contender, workload: Workload, *, is_over: bool) -> Row:
        """The row of one contender in one workload."""
        rows = self.rows(record, is_over=is_over)
        return next(row for row in rows if row.id == (contender.id, workload.id))

    def explanations(self, record: RunRecord, row: Row, *, is_over: bool) -> tuple[Explanation, ...]:
        """How the verdicts of a row came about."""
        family = [one for other in self.rows(record, is_over=is_over) for one in other.comparisons]
        return tuple(explanation(one, family, record, self._look) for one in row.comparisons)

    def median_ns(self, block: BlockRecord) -> float | None:
        """The median latency of a block, None unless it was measured to its end; cheap when asked again."""
        return self._look(block).median_ns

    def _row(
        self,
        record: RunRecord,
        blocks: _Blocks,
        place: tuple[Contender, Workload],
        *,
        is_over: bool,
        has_time: bool,
    ) -> Row:
        contender, workload = place
        mine = blocks.get((contender.id, workload.id), ())
        theirs = blocks.get((record.plan.baseline, workload.id), ())
        own, others = _finished(mine), _finished(theirs)
        known = self._known.get((contender.id, workload.id))
        if known is None or not _is_current(known, own, others, record.plan.baseline):
            if has_time:
                known = self._compute(record, place, own, others, known)
                self._known[contender.id, workload.id] = known
            else:
                self.is_behind = True
                known = known or _NOTHING
        is_known = known is not _NOTHING
        return Row(
            contender=contender,
            workload=workload,
            summary=known.summary if is_known else self._summary(record, place, ()),
            comparison=known.comparison,
            figures={
                **known.figures,
                Column.RATIO: ratio_figure(known.comparison) if is_known else _SOON,
                Column.ENERGY_RATIO: ratio_figure(known.energy) if is_known else _SOON,
            },
            badge=badge_of(mine, known.comparison, record.plan.margin, is_over=is_over)
            if is_known
            else _LATER,
            margin=record.plan.margin,
            energy=known.energy,
            energy_badge=energy_badge(known.energy, record.plan.margin) if is_known else _LATER,
        )

    def _compute(
        self,
        record: RunRecord,
        place: tuple[Contender, Workload],
        own: tuple[BlockRecord, ...],
        others: tuple[BlockRecord, ...],
        before: _Known | None,
    ) -> _Known:
        contender, workload = place
        baseline = record.plan.contender(record.plan.baseline)
        if before is not None and _are_same(before.own, own):
            summary, figures = before.summary, before.figures
        else:
            summary = self._summary(record, place, own)
            figures = figures_of(own, summary, workload.device)
        comparisons: tuple[Comparison, ...] = ()
        if contender != baseline:
            pair = replace(record.plan, workloads=(workload,), contenders=(baseline, contender))
            comparisons = compare_all(replace(record, plan=pair, blocks=(*own, *others)), self._look)
        return _Known(own, others, baseline.id, summary, figures, *comparisons)

    def _summary(
        self, record: RunRecord, place: tuple[Contender, Workload], blocks: tuple[BlockRecord, ...]
    ) -> Summary:
        contender, workload = place
        alone = replace(record.plan, workloads=(workload,), contenders=(contender,), baseline=contender.id)
        return summarise(replace(record, plan=alone, blocks=blocks), self._look)[0]

    def _look(self, block: BlockRecord) -> BlockFigures:
        """The figures of a block, made once."""
        known = self._looked.get(block.block)
        if known is None or known[0] is not block:
            known = block, block_figures(block)
            self._looked[block.block] = known
        return known[1]


def _judged(rows: Sequence[Row], blocks: _Blocks, margin: float, *, is_over: bool) -> tuple[Row, ...]:
    """The rows with the verdicts that they have in one table."""
    verdicts = iter(judged([one for row in rows for one in row.comparisons], margin))
    finished = []
    for row in rows:
        if row.comparison and row.energy:
            latency, energy = next(verdicts), next(verdicts)
            row = replace(  # noqa: PLW2901
                row,
                comparison=latency,
                badge=badge_of(blocks.get(row.id, ()), latency, margin, is_over=is_over),
                energy=energy,
                energy_badge=energy_badge(energy, margin),
            )
        finished.append(row)
    return tuple(finished)


def _by_row(record: RunRecord) -> _Blocks:
    """The blocks of a run by contender and workload, in the order in which they ran."""
    sorted_out: dict[tuple[str, str], list[BlockRecord]] = {}
    for block in record.blocks:
        sorted_out.setdefault((block.contender, block.workload), []).append(block)
    return {place: tuple(blocks) for place, blocks in sorted_out.items()}


def _finished(blocks: tuple[BlockRecord, ...]) -> tuple[BlockRecord, ...]:
    """The blocks that don't change any more."""
    return tuple(block for block in blocks if block.outcome is not None)


def _is_current(
    known: _Known, own: Sequence[BlockRecord], others: Sequence[BlockRecord], baseline: str
) -> bool:
    return known.baseline == baseline and _are_same(known.own, own) and _are_same(known.others, others)


def _are_same(left: Sequence[BlockRecord], right: Sequence[BlockRecord]) -> bool:
    """True if these are the very same blocks."""
    return len(left) == len(right) and all(a is b for a, b in zip(left, right, strict=True))

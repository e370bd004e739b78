"""The rows of the measured table, from the view of a run; what did not change is not computed again.

Percentiles are made from all iterations of a row, which may be millions, so `RowSource` works elsewhere than on
the GUI thread, and only when a block has ended. What a row says of the block that runs costs nothing: `refreshed`.

A finished block stays the same object for ever (`fwcompare.execution.session`), so identity tells what
has to be computed anew: the summary of the contender whose block ended, and the comparisons it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fwcompare.domain.contender import Contender
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Comparison, Reason
from fwcompare.domain.workload import Workload
from fwcompare.execution.view import RunView
from fwcompare.stats.blocks import Look
from fwcompare.stats.comparison import Pairs, cautions_of, compared, judged
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
        pairs: What the comparisons are made of.
        cautions: What is to be said of the contender's own blocks.
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
    pairs: tuple[Pairs | str, ...] = ()
    cautions: tuple[Reason, ...] = ()

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Those that there are, in latency and in energy."""
        return tuple(one for one in (self.comparison, self.energy) if one is not None)

    @property
    def is_awaited(self) -> bool:
        """True while nothing of it is computed yet."""
        return self.badge is LATER

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
        cautions: What is to be said of its own blocks.
        comparisons: With that baseline, in latency and in energy, not judged yet; none of the baseline itself.
        pairs: What they are made of.
    """

    own: tuple[BlockRecord, ...]
    others: tuple[BlockRecord, ...]
    baseline: str
    summary: Summary
    figures: dict[Column, Figure]
    cautions: tuple[Reason, ...]
    comparisons: tuple[Comparison, ...] = ()
    pairs: tuple[Pairs | str, ...] = ()


_SOON: Final = Figure(None, reason="being computed")
LATER: Final = Badge(Tone.PLAIN, Symbol.OPEN, "being computed")

_Place = tuple[Contender, Workload]
_Blocks = dict[tuple[str, str], tuple[BlockRecord, ...]]


def awaited_rows(record: RunRecord) -> tuple[Row, ...]:
    """The rows of a run, by workload in the order of the plan, while nothing of them is computed yet."""
    return tuple(
        Row(
            contender=contender,
            workload=workload,
            summary=Summary(contender.id, workload.id, 0, 0, None, None, None),
            comparison=None,
            figures=dict.fromkeys(Column, _SOON),
            badge=LATER,
            margin=record.plan.margin,
            energy=None,
            energy_badge=LATER,
        )
        for contender, workload in _places(record)
    )


def refreshed(rows: Sequence[Row], view: RunView) -> tuple[Row, ...]:
    """The rows with badges that say what the blocks do now.

    Args:
        rows: What `RowSource` made of this state of the run, or of an earlier one.
        view: The run.
    """
    blocks = blocks_by_row(view.record)
    return tuple(
        replace(
            row,
            badge=badge_of(
                blocks.get(row.id, ()), row.comparison, row.margin, row.cautions, is_over=view.finished
            ),
        )
        for row in rows
    )


def explanations_of(row: Row, rows: Sequence[Row]) -> tuple[Explanation, ...]:
    """How the verdicts of a row came about, among those of all rows."""
    family = [one for other in rows for one in other.comparisons]
    return tuple(
        explanation(one, family, pairs, row.margin)
        for one, pairs in zip(row.comparisons, row.pairs, strict=True)
    )


class RowSource:
    """Rows of a run that grows, or of one after the other; used by one thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}

    def rows(self, view: RunView) -> tuple[Row, ...]:
        """All rows, by workload in the order of the plan; its baseline is what all are compared with."""
        record, places = view.record, _places(view.record)
        blocks = {place: _finished(mine) for place, mine in blocks_by_row(record).items()}
        known = [self._newest(view, place, blocks) for place in places]
        margin = record.plan.margin
        verdicts = iter(judged([one for each in known for one in each.comparisons], margin))
        rows = []
        for (contender, workload), each in zip(places, known, strict=True):
            latency, energy = [next(verdicts) for _ in each.comparisons] or (None, None)
            rows.append(
                Row(
                    contender=contender,
                    workload=workload,
                    summary=each.summary,
                    comparison=latency,
                    figures={
                        **each.figures,
                        Column.RATIO: ratio_figure(latency, each.figures[Column.MEDIAN]),
                        Column.ENERGY_RATIO: ratio_figure(energy, each.figures[Column.ENERGY]),
                    },
                    badge=LATER,
                    margin=margin,
                    energy=energy,
                    energy_badge=energy_badge(energy, margin, each.cautions),
                    pairs=each.pairs,
                    cautions=each.cautions,
                )
            )
        return refreshed(rows, view)

    def _newest(self, view: RunView, place: _Place, blocks: _Blocks) -> _Known:
        """What is known of a row, computed anew if that is needed."""
        contender, workload = place
        own = blocks.get((contender.id, workload.id), ())
        others = blocks.get((view.record.plan.baseline, workload.id), ())
        before = self._known.get((contender.id, workload.id))
        if before is None or not _is_current(before, own, others, view.record.plan.baseline):
            before = self._known[contender.id, workload.id] = _compute(view, place, own, others, before)
        return before


def _compute(
    view: RunView,
    place: _Place,
    own: tuple[BlockRecord, ...],
    others: tuple[BlockRecord, ...],
    before: _Known | None,
) -> _Known:
    record, (contender, workload) = view.record, place
    baseline = record.plan.contender(record.plan.baseline)
    if before is not None and _are_same(before.own, own):
        summary, figures, cautions = before.summary, before.figures, before.cautions
    else:
        summary = _summary(record, place, own, view.look)
        figures = figures_of(own, summary, workload.device, view.look)
        cautions = cautions_of(record, contender.id, workload.id, view.look)
    if contender == baseline:
        return _Known(own, others, baseline.id, summary, figures, cautions)
    plan = replace(record.plan, workloads=(workload,), contenders=(baseline, contender))
    pair = replace(record, plan=plan, blocks=(*own, *others))
    comparisons, pairs = zip(*compared(pair, view.look), strict=True)
    return _Known(own, others, baseline.id, summary, figures, cautions, comparisons, pairs)


def _summary(record: RunRecord, place: _Place, blocks: tuple[BlockRecord, ...], look: Look) -> Summary:
    contender, workload = place
    alone = replace(record.plan, workloads=(workload,), contenders=(contender,), baseline=contender.id)
    return summarise(replace(record, plan=alone, blocks=blocks), look)[0]


def _places(record: RunRecord) -> list[_Place]:
    return [
        (contender, workload) for workload in record.plan.workloads for contender in record.plan.contenders
    ]


def blocks_by_row(record: RunRecord) -> _Blocks:
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

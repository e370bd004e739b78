"""What the finished blocks amount to: ratios with verdicts, the distribution of the latencies, and scaling.

Pure and not cheap with millions of samples, so it is made elsewhere than on the GUI thread, and only
when a block has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from fwcompare.domain.contender import Contender
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Comparison, Reason
from fwcompare.domain.workload import Scenario, Workload
from fwcompare.execution.view import RunView
from fwcompare.stats.blocks import blocks_of
from fwcompare.stats.comparison import cautions_of, compare
from fwcompare.stats.quantiles import latencies_ns
from fwcompare.stats.scaling import Sweep, sweeps
from ui.comparison.badges import Badge, badge_of
from ui.comparison.rows import LATER, blocks_by_row

ECDF_POINTS: Final = 400
"""A distribution is drawn with so many steps: more than its plot is pixels high."""


@dataclass(frozen=True, slots=True)
class RatioRow:
    """A contender in the ratio plot.

    Attributes:
        comparison: None for the baseline itself.
        cautions: What is to be said of the contender's own blocks.
    """

    contender: Contender
    comparison: Comparison | None
    cautions: tuple[Reason, ...]
    badge: Badge


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The latencies of one contender in one workload.

    Attributes:
        latency_ms: Ascending latencies, shape (k,).
        share: Share of all iterations that took no longer, shape (k,).
        n: Iterations behind it.
        median_ms: Half of them took no longer.
    """

    contender: Contender
    latency_ms: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]
    n: int
    median_ms: float


@dataclass(frozen=True, slots=True)
class WorkloadAnalysis:
    """All contenders in one workload."""

    workload: Workload
    rows: tuple[RatioRow, ...]
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All workloads of a run, after so many finished blocks."""

    key: tuple[str, int, bool]
    margin: float
    workloads: tuple[WorkloadAnalysis, ...]
    sweeps: tuple[Sweep, ...]
    contenders: tuple[Contender, ...]


def analysis_key(view: RunView) -> tuple[str, int, bool]:
    """The analysis is another one only if this is."""
    ended = sum(block.outcome is not None for block in view.record.blocks)
    return view.record.run_id, ended, view.finished


def analyse(view: RunView) -> Analysis:
    """Compare the contenders from the blocks that have ended."""
    record = view.record
    comparisons = {(one.workload, one.contender): one for one in compare(record, view.look)}
    return Analysis(
        analysis_key(view),
        record.plan.margin,
        tuple(_workload(view, workload, comparisons) for workload in record.plan.workloads),
        sweeps(record, view.look),
        record.plan.contenders,
    )


def refreshed(analysis: WorkloadAnalysis, view: RunView) -> tuple[RatioRow, ...]:
    """The rows with badges that say what the blocks do now, as in the table."""
    blocks, margin = blocks_by_row(view.record), view.record.plan.margin
    return tuple(
        replace(
            row,
            badge=badge_of(
                blocks.get((row.contender.id, analysis.workload.id), ()),
                row.comparison,
                margin,
                row.cautions,
                is_over=view.finished,
            ),
        )
        for row in analysis.rows
    )


def _workload(
    view: RunView, workload: Workload, comparisons: dict[tuple[str, str], Comparison]
) -> WorkloadAnalysis:
    record, rows, distributions = view.record, [], []
    for contender in record.plan.contenders:
        blocks = blocks_of(record, contender.id, workload.id)
        comparison = comparisons.get((workload.id, contender.id))
        cautions = cautions_of(record, contender.id, workload.id, view.look)
        rows.append(RatioRow(contender, comparison, cautions, LATER))
        values = latencies_ns(block.latency for block in blocks if block.outcome is Outcome.OK)
        if values.size and workload.scenario is Scenario.SINGLE_STREAM:
            distributions.append(distribution(contender, values))
    found = WorkloadAnalysis(workload, tuple(sorted(rows, key=_ratio_of)), tuple(distributions))
    return replace(found, rows=refreshed(found, view))


def _ratio_of(row: RatioRow) -> float:
    """Fastest first, the baseline among them, what has no ratio last."""
    if row.comparison is None:
        return 1.0
    return np.inf if row.comparison.ratio is None else row.comparison.ratio


def distribution(contender: Contender, values_ns: npt.NDArray[np.int64]) -> Distribution:
    """The steps of a distribution, all of them where there are few."""
    ordered = np.sort(values_ns)
    n = ordered.size
    ranks = np.unique(np.linspace(1, n, min(n, ECDF_POINTS)).round().astype(np.int64))
    middle = ordered[-(-n // 2) - 1]
    return Distribution(contender, ordered[ranks - 1] / 1e6, ranks / n, int(n), float(middle) / 1e6)

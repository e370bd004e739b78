"""Ratios of p90, p99 and throughput for the page of a row: their bootstrap is not for the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from fwcompare.execution.view import RunView
from fwcompare.stats.tails import MetricRatio, ratios_of

RatiosKey: TypeAlias = tuple[str, int, str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class RatiosAsked:
    """What the page of a row asks for.

    Attributes:
        view: The run, over.
        baseline: The one that was chosen.
        contender: Of the row.
        workload: Of the row.
    """

    view: RunView
    baseline: str
    contender: str
    workload: str

    @property
    def key(self) -> RatiosKey:
        """The ratios are others only if this is."""
        record = self.view.record
        return record.run_id, len(record.blocks), self.baseline, self.contender, self.workload

    def compute(self) -> tuple[MetricRatio, ...]:
        """The ratios; takes up to seconds."""
        record = self.view.record
        record = replace(record, plan=replace(record.plan, baseline=self.baseline))
        return ratios_of(record, self.contender, self.workload, self.view.look)

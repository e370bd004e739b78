"""Ratios of p90, p99 and throughput for the page of a row: their bootstrap is not for the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from fwcompare.domain.record import RunRecord
from fwcompare.stats.tails import MetricRatio, ratios_of

RatiosKey: TypeAlias = tuple[str, str, int, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class RatiosAsked:
    """What the page of a row asks for.

    Attributes:
        record: The run, with the chosen baseline in its plan.
        contender: Of the row.
        workload: Of the row.
    """

    record: RunRecord
    contender: str
    workload: str

    @property
    def key(self) -> RatiosKey:
        """The ratios are others only if this is."""
        plan = self.record.plan
        return self.record.run_id, plan.baseline, len(self.record.blocks), self.contender, self.workload

    def compute(self) -> tuple[MetricRatio, ...]:
        """The ratios; takes up to seconds."""
        both = (self.contender, self.record.plan.baseline)
        blocks = [
            one for one in self.record.blocks if one.contender in both and one.workload == self.workload
        ]
        return ratios_of(replace(self.record, blocks=tuple(blocks)), self.contender, self.workload)

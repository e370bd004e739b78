"""What the library knows of a snapshot from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fwcompare.domain.plan import Plan
from fwcompare.storage.snapshot import read_outline


@dataclass(frozen=True, slots=True)
class Facts:
    """What is remembered of a file that could be read.

    Attributes:
        content_id: SHA-256 of its manifest in hex, the same for every copy of the file.
        run_id: With its first characters ends the name that the file was given.
        title: What was measured, in a few words.
        workloads: Their ids.
        contenders: Their ids.
        finished_utc: None for a comparison that was recovered without its end.
        measured: How many of the blocks were measured to their end.
    """

    content_id: str
    run_id: str
    title: str
    started_utc: str
    finished_utc: str | None
    cancelled: bool
    workloads: tuple[str, ...]
    contenders: tuple[str, ...]
    blocks: int
    measured: int

    @property
    def oddity(self) -> str:
        """Why it is not like the others: `recovered`, `cancelled`, `nothing measured`; "" if it is."""
        if self.finished_utc is None:
            return "recovered"
        if self.cancelled:
            return "cancelled"
        return "" if self.measured else "nothing measured"


def read_facts(path: Path) -> Facts:
    """The facts of a snapshot.

    Raises:
        SnapshotError: The file can't be used.
    """
    outline = read_outline(path)
    record = outline.record
    return Facts(
        content_id=outline.content_id,
        run_id=record.run_id,
        title=title_of(record.plan),
        started_utc=record.started_utc,
        finished_utc=record.finished_utc,
        cancelled=record.cancelled,
        workloads=tuple(workload.id for workload in record.plan.workloads),
        contenders=tuple(contender.id for contender in record.plan.contenders),
        blocks=outline.blocks,
        measured=outline.measured,
    )


def title_of(plan: Plan) -> str:
    """What is measured, in a few words: `cnn/small inference`, `cnn/small inference and 2 more`."""
    if plan.is_self_test:
        return "Check of this machine"
    first, *others = plan.workloads
    more = f" and {len(others)} more" if others else ""
    return f"{first.architecture}/{first.size} {first.task}{more}"

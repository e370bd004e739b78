"""What the status bar says, as functions of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

from fwcompare.domain.events import Scalar
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.execution.schedule import remaining_s
from fwcompare.execution.sources import Channel
from fwcompare.execution.view import RunView

NOISE_LIMIT_PERCENT: Final = 10.0
"""Load of others, 100 for one core, from which on the machine no longer counts as quiet."""

_READINGS: Final = 5
"""Readings of the newest block whose median is taken: five seconds at the sampler's pace."""


class NoiseLevel(Enum):
    """Whether others use the processor while something is measured."""

    QUIET = auto()
    NOISY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise light: symbol, words, and what they mean."""

    level: NoiseLevel
    text: str
    explanation: str


NOT_KNOWN: Final = Noise(
    NoiseLevel.UNKNOWN,
    "Noise: not known",
    "The load that others make is known once a block has read it.",
)


def noise_of(record: RunRecord) -> Noise:
    """The load of others in the newest block that has readings of it."""
    other = next(
        (load for block in reversed(record.blocks) if (load := _other_load(block)) is not None), None
    )
    if other is None:
        return NOT_KNOWN
    level = NoiseLevel.NOISY if other > NOISE_LIMIT_PERCENT else NoiseLevel.QUIET
    word = "other load" if level is NoiseLevel.NOISY else "quiet, other load"
    return Noise(
        level,
        f"Noise: {word} {other:.0f} %",
        f"Processor time that is not the worker's, 100 % for one core; quiet up to {NOISE_LIMIT_PERCENT:.0f} %.",
    )


def _other_load(block: BlockRecord) -> float | None:
    """Median of the last differences between the machine's load and the worker's, in percent of a core."""
    machine = _last(block.resources.get(Channel.MACHINE_CPU_PERCENT))
    worker = _last(block.resources.get(Channel.CPU_PERCENT))
    differences = [machine[at_ns] - worker[at_ns] for at_ns in machine.keys() & worker.keys()]
    if not differences:
        return None
    return max(0.0, sorted(differences)[len(differences) // 2])


def _last(series: Series | None) -> dict[int, float]:
    """The last readings by their time."""
    if series is None or not series.time_ns:
        return {}
    return dict(zip(series.time_ns[-1][-_READINGS:], series.value[-1][-_READINGS:], strict=True))


def progress(record: RunRecord) -> tuple[int, int]:
    """Blocks that have ended, and all that there will be."""
    ended = sum(block.outcome is not None for block in record.blocks)
    if record.finished_utc is not None:
        return ended, ended
    skipped = sum(
        record.plan.effort.rounds - sum((block.contender, block.workload) == pair for block in record.blocks)
        for pair in record.stopped
    )
    return ended, record.plan.block_count - skipped


def state_text(view: RunView) -> str:
    """How the comparison stands, in a few words."""
    record = view.record
    if view.finished:
        return _finished_text(view)
    if record.cancelled:
        return "Stopping; what was measured is being saved"
    done, total = progress(record)
    left = clock_text(remaining_s(record))
    what = view.activity or f"Running block {min(done + 1, total)} of {total}"
    return f"{what} · {left} left"


def _finished_text(view: RunView) -> str:
    record = view.record
    count = len(record.blocks)
    blocks = f"{count} block" if count == 1 else f"{count} blocks"
    word = "Failed" if view.error else "Cancelled" if record.cancelled else "Finished"
    ended = local_text(record.finished_utc) if record.finished_utc else "time not known"
    return f"{word} · {ended} · {blocks}"


def clock_text(seconds: float) -> str:
    """A length of time as a clock shows it: 5:43, 1:02:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def local_text(utc: str, now: datetime | None = None) -> str:
    """A time of a record on this machine's clock: Today 13:31, 22 Nov 13:31, 22 Nov 2025.

    Args:
        utc: ISO 8601; what can't be read is given back as it stands.
        now: Decides what *today* means; the clock's by default.
    """
    try:
        at = datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc
    today = (now or datetime.now(UTC)).astimezone()
    if at.date() == today.date():
        return f"Today {at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == today.year else f"{at.day} {at:%b %Y}"


def machine_text(machine: Mapping[str, Scalar]) -> str:
    """Processor, cores and GPU in one line."""
    if not machine:
        return ""
    model = str(machine.get("cpu_model") or machine.get("cpu_architecture") or "Processor not known")
    cores = machine.get("available_physical_cores") or machine.get("physical_cores")
    parts = [model if cores is None else f"{model}, {cores} {'core' if cores == 1 else 'cores'}"]
    parts.append(str(machine.get("gpu_0_name") or "no GPU"))
    return " · ".join(parts)

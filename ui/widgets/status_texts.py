"""What the status bar says, as functions of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.execution.schedule import block_counts, remaining_s
from fwcompare.execution.view import RunView
from fwcompare.stats.blocks import BlockFigures
from fwcompare.stats.gates import disturbances, other_load


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise light: symbol, words, and what they mean."""

    is_quiet: bool
    text: str
    explanation: str


def noise_of(record: RunRecord) -> Noise | None:
    """What disturbed the newest block that has readings of the load, by the gates that look at the machine.

    None while no block has any.
    """
    for block in reversed(record.blocks):
        share = other_load(block, record)
        if isinstance(share, str):
            continue
        gates = disturbances([block], record, _unlooked)
        if gates:
            sentences = "\n".join(f"{gate.sentence} {gate.code.remedy}" for gate in gates)
            first = gates[0].sentence.rstrip(".")
            return Noise(is_quiet=False, text=f"Noise: {first[0].lower()}{first[1:]}", explanation=sentences)
        return Noise(
            is_quiet=True,
            text=f"Noise: quiet, other load {100 * share:.0f} %",
            explanation="Processor time that is not the worker's, 100 % for all processors; nothing disturbed the newest block.",
        )
    return None


def _unlooked(_block: BlockRecord) -> BlockFigures:
    """The light is about the machine: how the iterations scatter is not looked at ten times a second."""
    return BlockFigures(None, None, None)


def progress(record: RunRecord) -> tuple[int, int]:
    """Blocks that have ended, and all that there will be."""
    ended, expected = block_counts(record)
    return ended, ended if record.finished_utc is not None else expected


def state_text(view: RunView) -> str:
    """How the comparison stands, in a few words."""
    record = view.record
    if view.finished:
        return _finished_text(view)
    if record.cancelled:
        return "Stopping; what was measured is being saved"
    done, total = progress(record)
    left = clock_text(remaining_s(record))
    doing = "Checking this machine:" if record.plan.is_self_test else "Running"
    what = view.activity or f"{doing} block {min(done + 1, total)} of {total}"
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
    """A time of a record on this machine's clock, as it stands within a sentence: today 13:31, 22 Nov 13:31, 22 Nov 2025.

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
        return f"today {at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == today.year else f"{at.day} {at:%b %Y}"

"""What the timeline draws of a run: growing curves, fed with what is new in each view."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import numpy as np

from fwcompare.domain import words
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.execution.sources import Channel
from fwcompare.execution.view import RunView
from ui.profiler.decimate import Curve, Times, Values

MISSED_PERIODS: Final = 3
"""Readings further apart than so many periods are not joined: nothing is known of what lies between."""

MOST_AT_ONCE: Final = 50_000
"""So many points are taken in by one update: milliseconds, however many came while nobody looked."""


class Style(Enum):
    """How the points of a track are drawn."""

    DOTS = auto()
    AREA = auto()
    STEPS = auto()


@dataclass(frozen=True, slots=True)
class TrackKind:
    """One track of the timeline.

    Attributes:
        channel: Where its readings are kept; None for the latencies.
        scale: From the stored number to the unit that is shown.
        period_s: Time between two readings, None for the latencies.
        absent: What would be drawn here, where the counter is missing.
    """

    name: str
    unit: str
    channel: Channel | None
    scale: float
    style: Style
    period_s: float | None = None
    absent: str = ""


TRACKS: Final = (
    TrackKind("Latency", "ms", None, 1e-6, Style.DOTS),
    TrackKind(
        "Memory",
        "MiB",
        Channel.RSS_BYTES,
        2.0**-20,
        Style.AREA,
        0.1,
        "The worker's memory would be drawn here.",
    ),
    TrackKind(
        "CPU",
        "%",
        Channel.CPU_PERCENT,
        1.0,
        Style.AREA,
        1.0,
        "The worker's processor time would be drawn here.",
    ),
    TrackKind(
        "GPU",
        "%",
        Channel.GPU_UTILIZATION_PERCENT,
        1.0,
        Style.STEPS,
        0.2,
        "Load and memory would be here.",
    ),
    TrackKind(
        "GPU",
        "MiB",
        Channel.GPU_PROCESS_MEMORY_BYTES,
        2.0**-20,
        Style.AREA,
        0.2,
        "The worker's memory on the card would be drawn here.",
    ),
)


@dataclass(slots=True)
class _Place:
    """How far a series was read."""

    chunk: int = 0
    offset: int = 0
    last_ns: int | None = None


@dataclass(frozen=True, slots=True)
class BlockMedian:
    """Where the median of a block is drawn: over the time of its samples."""

    start_ns: int
    end_ns: int
    median_ns: float


@dataclass(slots=True)
class _State:
    """All that belongs to one run."""

    started_ns: int
    curves: dict[tuple[TrackKind, str], Curve] = field(default_factory=dict)
    places: dict[tuple[TrackKind, int], _Place] = field(default_factory=dict)
    medians: list[BlockMedian] = field(default_factory=list)
    reasons: dict[TrackKind, str] = field(default_factory=dict)
    finished: list[BlockRecord] = field(default_factory=list)
    end_ns: int = 0


class Feed:
    """Keeps the curves of the run that is shown; times are nanoseconds since its start.

    Finished blocks never change and keep their identity while a run goes on, so only the blocks after
    them are looked into. Another run, or the same one read from a file, starts anew.

    Attributes:
        is_behind: There may be more in the view than was taken in: update once more.
    """

    def __init__(self) -> None:
        self._run_id = ""
        self._state = _State(0)
        self.is_behind = False

    @property
    def end_ns(self) -> int:
        """The newest moment that is known of the run."""
        return self._state.end_ns

    @property
    def medians(self) -> tuple[BlockMedian, ...]:
        """The medians of the measured blocks."""
        return tuple(self._state.medians)

    def curves(self, kind: TrackKind) -> dict[str, Curve]:
        """The curves of a track by contender id."""
        return {contender: curve for (track, contender), curve in self._state.curves.items() if track is kind}

    def reason(self, kind: TrackKind) -> str:
        """Why a track has no readings at all, "" if it has some or nothing is known yet."""
        return "" if self.curves(kind) else self._state.reasons.get(kind, "")

    def update(self, view: RunView) -> bool:
        """Take in what is new, or a part of it if it is much; see `is_behind`.

        Returns:
            True if the curves began anew, because it is another run.
        """
        record = view.record
        is_new = not self._continues(record)
        if is_new:
            self._run_id = record.run_id
            self._state = _State(record.started_ns)
        state, room = self._state, MOST_AT_ONCE
        for block in record.blocks[len(state.finished) :]:
            for kind in TRACKS:
                room -= self._take(kind, block, room)
            state.end_ns = max(state.end_ns, _end_ns(block) - state.started_ns)
            if not room:
                break
            if block.outcome is not None:
                self._finish(block, view.look(block).median_ns)
        self.is_behind = not room
        return is_new

    def _continues(self, record: RunRecord) -> bool:
        known = self._state.finished
        return (
            record.run_id == self._run_id
            and len(record.blocks) >= len(known)
            and (not known or record.blocks[0] is known[0])
        )

    def _finish(self, block: BlockRecord, median_ns: float | None) -> None:
        state = self._state
        state.finished.append(block)
        if median_ns is not None:
            first, last = block.latency.time_ns[0][0], block.latency.time_ns[-1][-1]
            state.medians.append(BlockMedian(first - state.started_ns, last - state.started_ns, median_ns))

    def _take(self, kind: TrackKind, block: BlockRecord, most: int) -> int:
        """Take in at most so many points of a series; how many it were."""
        series = block.latency if kind.channel is None else block.resources.get(kind.channel)
        if series is None or not len(series):
            if kind.channel is not None and kind.channel in block.unavailable:
                self._state.reasons[kind] = words.reason(block.unavailable[kind.channel])
            return 0
        place = self._state.places.setdefault((kind, block.block), _Place())
        time_ns, value = _new_points(series, place, most)
        if not time_ns.size:
            return 0
        taken = time_ns.size
        timed_together = block.iterations_per_sample if kind.channel is None else 1
        time_ns, value = time_ns - self._state.started_ns, value * kind.scale / timed_together
        period_ns = None if kind.period_s is None else round(kind.period_s * 1e9)
        joined = _with_gaps(time_ns, value, place.last_ns, period_ns)
        place.last_ns = int(time_ns[-1])
        self._state.end_ns = max(self._state.end_ns, place.last_ns)
        self._state.curves.setdefault((kind, block.contender), Curve()).extend(*joined)
        return taken


def _new_points(series: Series, place: _Place, most: int) -> tuple[Times, Values]:
    """What came since the last time, at most so many; moves the place. A last chunk may be replaced by a longer one."""
    times, values = [np.empty(0, np.int64)], [np.empty(0)]
    last = len(series.time_ns) - 1
    while most:
        part = slice(place.offset, place.offset + most)
        times.append(np.asarray(series.time_ns[place.chunk], np.int64)[part])
        values.append(np.asarray(series.value[place.chunk])[part].astype(np.float64))
        most -= times[-1].size
        place.offset += times[-1].size
        if place.chunk == last or place.offset < len(series.time_ns[place.chunk]):
            break
        place.chunk, place.offset = place.chunk + 1, 0
    return np.concatenate(times), np.concatenate(values)


def _with_gaps(
    time_ns: Times, value: Values, last_ns: int | None, period_ns: int | None
) -> tuple[Times, Values]:
    """The readings with a NaN where some are missing, and before the first of a block."""
    if period_ns is None:  # dots are not joined
        return time_ns, value
    before_ns = np.concatenate(([time_ns[0] - 1 if last_ns is None else last_ns], time_ns[:-1]))
    gaps = np.flatnonzero(time_ns - before_ns > MISSED_PERIODS * period_ns)
    if last_ns is None:
        gaps = np.concatenate(([0], gaps))
    return np.insert(time_ns, gaps, before_ns[gaps] + 1), np.insert(value, gaps, np.nan)


def _end_ns(block: BlockRecord) -> int:
    """The last moment that the block tells of."""
    ends = [phase.start_ns + (phase.duration_ns or 0) for phase in block.phases.values()]
    return max([block.started_ns, block.finished_ns or 0, *ends])

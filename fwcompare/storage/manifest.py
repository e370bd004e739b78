"""The manifest of a snapshot, as typed values: `docs/snapshot-format.md` in Python.

These are the words of the file, apart from those of the domain, so that the domain can change without
changing files that people keep.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Final

import msgspec

from fwcompare.domain.events import CompileCache, EarlierRun, EquivalenceChecked, Rung, Scalar
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series

FORMAT: Final = "fwcompare-snapshot"
MAJOR: Final = 1
MINOR: Final = 1

MANIFEST: Final = "manifest.json"
LATENCY_START: Final = "latency/start.i64le"
LATENCY_DURATION: Final = "latency/duration.i64le"
LOGS: Final = "text/logs.txt"
TRACEBACKS: Final = "text/tracebacks.txt"

Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)]
Span = tuple[Count, Count]
"""First item and number of items in an array, or first byte and number of bytes in a text."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """What a member of the archive must be: its uncompressed size, and the SHA-256 of that in hex."""

    bytes: Count
    sha256: str


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """The members that hold a resource channel."""

    time: str
    value: str


@dataclass(frozen=True, slots=True)
class StoppedEntry:
    """A contender that got no more blocks in a workload."""

    contender: str
    workload: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A `RunRecord` less its blocks."""

    run_id: str
    started_utc: str
    started_ns: int
    app_version: str
    plan: Plan
    machine: dict[str, Scalar]
    stopped: tuple[StoppedEntry, ...]
    cancelled: bool
    finished_utc: str | None
    precise: dict[str, int] = field(default_factory=dict)
    history: tuple[EarlierRun, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """A `BlockRecord` in which arrays and long texts are spans of their members."""

    block: int
    contender: str
    workload: str
    round: int
    started_ns: int
    compile_cache: CompileCache
    finished_ns: int | None
    outcome: Outcome | None
    reason: str
    exit_code: int | None
    pid: int | None
    phases: dict[Phase, PhaseRecord]
    versions: dict[str, str]
    settings: dict[str, Scalar]
    device: str
    mode_proof: str | None
    mode_proved: bool | None
    equivalence: tuple[EquivalenceChecked, ...]
    warm_up_iterations: int | None
    steady: bool | None
    counters: dict[str, int]
    unavailable: dict[str, str]
    error: str
    stopping: Rung | None
    latency: Span
    resources: dict[str, Span]
    traceback: Span
    log: Span
    packages: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    repeats: int | None = None
    iterations_per_sample: Annotated[int, msgspec.Meta(ge=1)] = 1
    cool_down_ns: Annotated[int, msgspec.Meta(ge=0)] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of `manifest.json` but `format`, `major` and `minor`, which are looked at first."""

    members: dict[str, MemberEntry]
    channels: dict[str, ChannelEntry]
    run: RunEntry
    blocks: tuple[BlockEntry, ...]


_RUN_APART: Final = ("stopped", "blocks")
_BLOCK_APART: Final = ("latency", "resources", "traceback", "log")


def run_entry(record: RunRecord) -> RunEntry:
    """What the manifest says of the run itself."""
    stopped = tuple(StoppedEntry(*key, outcome) for key, outcome in record.stopped.items())
    return RunEntry(**_shared(record, _RUN_APART), stopped=stopped)


def run_record(entry: RunEntry, blocks: tuple[BlockRecord, ...]) -> RunRecord:
    """The run of a manifest, with the blocks that were put together from its members."""
    stopped = {(one.contender, one.workload): one.outcome for one in entry.stopped}
    return RunRecord(**_shared(entry, _RUN_APART), stopped=stopped, blocks=blocks)


def block_entry(
    block: BlockRecord, latency: Span, resources: dict[str, Span], traceback: Span, log: Span
) -> BlockEntry:
    """What the manifest says of a block whose arrays and texts lie in these spans."""
    return BlockEntry(
        **_shared(block, _BLOCK_APART), latency=latency, resources=resources, traceback=traceback, log=log
    )


def block_record(
    entry: BlockEntry, latency: Series, resources: dict[str, Series], traceback: str, log: str
) -> BlockRecord:
    """The block of a manifest, with its arrays and texts."""
    return BlockRecord(
        **_shared(entry, _BLOCK_APART), latency=latency, resources=resources, traceback=traceback, log=log
    )


def _shared(value: RunRecord | RunEntry | BlockRecord | BlockEntry, apart: tuple[str, ...]) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in apart}

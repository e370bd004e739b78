"""What is known of a run and its blocks: the frozen view that windows draw and files keep.

A running and a reopened comparison are the same value, so they are drawn by the same code.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from fwcompare.domain.events import CompileCache, EarlierRun, EquivalenceChecked, Rung, Scalar
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """One phase of a block.

    Attributes:
        start_ns: On the monotonic axis.
        duration_ns: None while the phase runs, or if the worker died in it.
    """

    start_ns: int
    duration_ns: int | None = None
    rss_bytes: int | None = None
    peak_rss_bytes: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """An append-only series of numbers in chunks; a view shares the chunks, it never copies them.

    Attributes:
        time_ns: Chunks of int64 times on the monotonic axis.
        value: Chunks of the same lengths: int64 nanoseconds for latencies, float64 for resources.
    """

    time_ns: tuple[array[int], ...] = ()
    value: tuple[array[int] | array[float], ...] = ()

    def __len__(self) -> int:
        return sum(len(chunk) for chunk in self.time_ns)

    def __eq__(self, other: object) -> bool:
        """Equal if the numbers are, however they are divided into chunks."""
        if not isinstance(other, Series):
            return NotImplemented
        return _flat(self.time_ns) == _flat(other.time_ns) and _flat(self.value) == _flat(other.value)

    __hash__ = None  # type: ignore[assignment]  # equality looks into mutable arrays


def _flat(chunks: tuple[array[int] | array[float], ...]) -> list[int | float]:
    return [number for chunk in chunks for number in chunk]


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """One block: one fresh worker process that measured one contender once.

    Attributes:
        outcome: None while the block runs.
        latency: Start and duration in nanoseconds of each sample: an iteration, or a group of them.
        iterations_per_sample: Above 1 in the throughput scenario alone.
        resources: Series by channel name, for instance "rss_bytes".
        unavailable: Reason by name of each figure that could not be had.
        mode_proof: Evidence that the mode really ran, None before the worker gave it.
        mode_proved: False if the framework fell back to another mode.
        stopping: The rung of the ladder that is being used to stop the worker.
        repeats: The block that was disturbed or not warm, and was run once more by this one.
        cool_down_ns: How long the cool-down before it took, None if there was none.
    """

    block: int
    contender: str
    workload: str
    round: int
    started_ns: int
    compile_cache: CompileCache
    finished_ns: int | None = None
    outcome: Outcome | None = None
    reason: str = ""
    exit_code: int | None = None
    pid: int | None = None
    phases: dict[Phase, PhaseRecord] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Scalar] = field(default_factory=dict)
    device: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    mode_proof: str | None = None
    mode_proved: bool | None = None
    equivalence: tuple[EquivalenceChecked, ...] = ()
    warm_up_iterations: int | None = None
    steady: bool | None = None
    latency: Series = field(default_factory=Series)
    resources: dict[str, Series] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    unavailable: dict[str, str] = field(default_factory=dict)
    error: str = ""
    traceback: str = ""
    log: str = ""
    stopping: Rung | None = None
    repeats: int | None = None
    iterations_per_sample: int = 1
    cool_down_ns: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One comparison, running or finished: what a snapshot keeps and a window draws.

    Attributes:
        finished_utc: None while it runs, and for one recovered from a journal without an end.
        history: The runs that this one added rounds to, the oldest first; their blocks are here as well.
        precise: Rounds by id of each workload that stopped before its last round, being precise enough.
        stopped: Outcome by (contender id, workload id) of each contender that gets no more blocks.
    """

    run_id: str
    started_utc: str
    started_ns: int
    app_version: str
    plan: Plan
    machine: dict[str, Scalar]
    blocks: tuple[BlockRecord, ...] = ()
    stopped: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    cancelled: bool = False
    finished_utc: str | None = None
    precise: dict[str, int] = field(default_factory=dict)
    history: tuple[EarlierRun, ...] = ()

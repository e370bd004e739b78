"""The stream of a run: everything that happens, in order, as values.

One stream has three readers (journal, live view, command line), and replaying it gives the same
session. `at_ns` is `time.monotonic_ns()`, one axis for all processes of the machine; durations come
from `time.perf_counter_ns()`. Events marked *worker* arrive as one JSON line with the same field
names less `block` (`fwcompare/worker/wire.py`); the others are made by the engine and the sampler.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Plan

Scalar = bool | int | float | str | None
"""A value that JSON can hold as it is."""


class Rung(StrEnum):
    """A step of the ladder by which a worker is stopped."""

    ASKING = "asking"
    TERMINATING = "terminating"
    KILLING = "killing"


class CompileCache(StrEnum):
    """What the block found in its private compile cache."""

    COLD = "cold"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run whose blocks a comparison holds beside its own, because rounds were added to it.

    Attributes:
        rounds: How many it had in all.
        blocks: How many blocks it had in all.
    """

    run_id: str
    started_utc: str
    app_version: str
    rounds: int
    blocks: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    """First event of every stream.

    Attributes:
        started_utc: ISO 8601 date and time with "Z".
        machine: Description of the machine, see `fwcompare.execution.machine`.
        app_version: Version of fwcompare that measures.
        history: The runs that this one adds rounds to, the oldest first.
    """

    run_id: str
    at_ns: int
    started_utc: str
    app_version: str
    plan: Plan
    machine: dict[str, Scalar]
    history: tuple[EarlierRun, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockStarted:
    """A block was taken from the schedule and its worker is being started.

    Attributes:
        block: Number of the block in the run, from 0.
        round: Round it belongs to, from 0.
        variables: The environment variables that fwcompare set for the worker, fit to be shared.
        repeats: The block that was disturbed or not warm, and is run once more by this one.
        cool_down_ns: How long the cool-down before it took, None if there was none.
    """

    block: int
    at_ns: int
    contender: str
    workload: str
    round: int
    compile_cache: CompileCache
    variables: dict[str, str] = field(default_factory=dict)
    repeats: int | None = None
    cool_down_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    """*Worker*: it is up and speaks this version of the protocol."""

    block: int
    at_ns: int
    protocol: int
    pid: int
    python: str


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """*Worker*: a phase begins."""

    block: int
    at_ns: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """*Worker*: a phase ended.

    Attributes:
        peak_rss_bytes: Highest resident set size in this phase by the kernel's count, None where
            the kernel does not keep one.
        rss_bytes: Resident set size at the end of the phase, None where it can't be read.
    """

    block: int
    at_ns: int
    phase: Phase
    duration_ns: int
    rss_bytes: int | None
    peak_rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class EnvironmentReported:
    """*Worker*: what it runs with, read back inside it after the settings were made.

    Attributes:
        versions: Version by distribution name ("torch", "numpy", "python" …).
        settings: Setting by name ("intra_op_threads", "tf32", "onednn" …).
        device: Name of the device as the framework sees it.
        packages: Version of every distribution that is installed beside the framework.
    """

    block: int
    at_ns: int
    versions: dict[str, str]
    settings: dict[str, Scalar]
    device: str
    packages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModeProved:
    """*Worker*: whether the mode that was asked for is the one that ran.

    Attributes:
        evidence: In words, for instance "2 graphs compiled, 0 graph breaks".
    """

    block: int
    at_ns: int
    proved: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class EquivalenceChecked:
    """*Worker*: one quantity compared with the float64 reference.

    Attributes:
        quantity: "output", "loss_after_1", "loss_after_5" or "parameter_change".
        relative_error: None if the contender's value is not finite.
    """

    block: int
    at_ns: int
    quantity: str
    relative_error: float | None
    limit: float
    passed: bool


@dataclass(frozen=True, slots=True)
class WarmedUp:
    """*Worker*: the warm-up is over.

    Attributes:
        steady: False if it was ended by its time limit ("no steady state").
        iterations_per_sample: So many iterations are timed together from now on.
    """

    block: int
    at_ns: int
    iterations: int
    steady: bool
    iterations_per_sample: int = 1


@dataclass(frozen=True, slots=True)
class SamplesMeasured:
    """*Worker*: a batch of timed iterations.

    Attributes:
        first_index: Number of the batch's first iteration in the block, from 0.
        start_ns: Start of each iteration on the monotonic axis.
        duration_ns: Latency of each iteration; as long as `start_ns`.
    """

    block: int
    at_ns: int
    first_index: int
    start_ns: tuple[int, ...]
    duration_ns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountersRead:
    """*Worker*: counters that only the framework itself knows.

    Attributes:
        values: For instance {"framework_allocated_peak_bytes": 1048576}.
        unavailable: Reason by name of each counter that can't be read.
    """

    block: int
    at_ns: int
    values: dict[str, int]
    unavailable: dict[str, str]


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """*Worker*: it caught an error and says what kind it is.

    Attributes:
        kind: `user_error`, `oom_device`, `oom_host`, `env_incompatible` or `output_mismatch`.
        error: Name of the exception's class.
    """

    block: int
    at_ns: int
    kind: Outcome
    error: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class ResultReported:
    """*Worker*: the block measured to its end."""

    block: int
    at_ns: int
    iterations: int


@dataclass(frozen=True, slots=True)
class WorkerCancelled:
    """*Worker*: it stopped because it was asked to."""

    block: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class Bye:
    """*Worker*: last message; the process ends now."""

    block: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class ResourceSampled:
    """One reading of the sampler; only what was due at this moment is present.

    Attributes:
        values: By channel name, see `fwcompare.execution.sources`.
    """

    block: int
    at_ns: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class ResourcesUnavailable:
    """Channels that the sampler can't read, with the reason of each."""

    block: int
    at_ns: int
    unavailable: dict[str, str]


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """The user asked to stop the run."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class StopStepped:
    """The running worker is being stopped, by this rung of the ladder."""

    block: int
    at_ns: int
    rung: Rung


@dataclass(frozen=True, slots=True)
class BlockFinished:
    """The worker and all its children are gone.

    Attributes:
        reason: What happened in this case, with figures where there are any.
        exit_code: Exit status, negative for a signal; None if no process came up.
        log: The last lines that the worker wrote to its standard output and error.
    """

    block: int
    at_ns: int
    outcome: Outcome
    reason: str
    exit_code: int | None
    log: str


@dataclass(frozen=True, slots=True)
class ContenderStopped:
    """A contender gets no further block in a workload, because the next would fail like the last."""

    at_ns: int
    contender: str
    workload: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RoundsStopped:
    """A workload gets no further rounds, because its comparisons are precise enough.

    Attributes:
        rounds: How many it got.
    """

    at_ns: int
    workload: str
    rounds: int


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Last event of every stream that came to its end, also when cancelled."""

    at_ns: int
    finished_utc: str
    cancelled: bool


WorkerEvent = (
    Hello
    | PhaseStarted
    | PhaseFinished
    | EnvironmentReported
    | ModeProved
    | EquivalenceChecked
    | WarmedUp
    | SamplesMeasured
    | CountersRead
    | WorkerFailed
    | ResultReported
    | WorkerCancelled
    | Bye
)

ResourceEvent = ResourceSampled | ResourcesUnavailable

BlockEvent = WorkerEvent | BlockStarted | ResourceEvent | StopStepped | BlockFinished

Event = RunStarted | BlockEvent | CancelRequested | ContenderStopped | RoundsStopped | RunFinished

"""The session: what is known of a run after each event. No I/O, no clock, no thread.

Theory of operation. The session is one frozen `RunRecord`, and each event replaces it by the next
one; nothing else changes state anywhere. Since records are frozen and share what did not change,
`record()` costs nothing, may be called from any thread, and a finished block stays the same object.
Numbers go into chunks that are never changed either: a small last chunk is replaced by a larger one.
An event that is not allowed raises and leaves the session as it was.

A run:    RunStarted → (blocks, CancelRequested, ContenderStopped, RoundsStopped)* → RunFinished
A block:  BlockStarted → worker's messages, resource samples, rungs → BlockFinished; one at a time
A worker: Hello → messages → one terminal message → (the phase "teardown")? → Bye

    waiting ──Hello──▶ talking ──ResultReported, WorkerFailed, WorkerCancelled──▶ ended ──Bye──▶ gone

The worker may die anywhere, so BlockFinished is allowed in each of these states. Phases don't
overlap, and none happens twice in a block; one that is open when the worker dies keeps the duration
None. "spawn" is nobody's message: it lasts from BlockStarted to Hello. Samples belong to "measure".
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from fwcompare.domain.events import (
    BlockEvent,
    BlockFinished,
    BlockStarted,
    Bye,
    CancelRequested,
    ContenderStopped,
    CountersRead,
    EnvironmentReported,
    EquivalenceChecked,
    Event,
    Hello,
    ModeProved,
    PhaseFinished,
    PhaseStarted,
    ResourceSampled,
    ResourcesUnavailable,
    ResultReported,
    RoundsStopped,
    RunFinished,
    RunStarted,
    SamplesMeasured,
    StopStepped,
    WarmedUp,
    WorkerCancelled,
    WorkerEvent,
    WorkerFailed,
)
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series
from fwcompare.errors import ProtocolError

CHUNK_LENGTH: Final = 1024
"""A chunk shorter than this is replaced when more numbers come; 10⁶ samples make at most 1000 chunks."""


class _Worker(Enum):
    """How far the running block's worker has come."""

    WAITING = auto()
    TALKING = auto()
    ENDED = auto()
    GONE = auto()


class Session:
    """The state of one run. Only the thread that owns the run applies events; any may read the record.

    Args:
        earlier: The comparison that the run adds rounds to, on the same axis of time.
    """

    def __init__(self, earlier: RunRecord | None = None) -> None:
        self._earlier = earlier
        self._record: RunRecord | None = None
        self._worker = _Worker.GONE

    def record(self) -> RunRecord:
        """The run as it is known now; it does not change any more.

        Raises:
            ProtocolError: No RunStarted was applied yet.
        """
        if self._record is None:
            raise ProtocolError("The stream does not begin with RunStarted.")
        return self._record

    @property
    def running(self) -> BlockRecord | None:
        """The block that runs now."""
        blocks = self._record.blocks if self._record else ()
        return blocks[-1] if blocks and blocks[-1].outcome is None else None

    def apply(self, event: Event) -> None:
        """Take in one event.

        Raises:
            ProtocolError: The event is not allowed in this state, which stays as it was.
        """
        match event:
            case RunStarted():
                self._start(event)
            case CancelRequested():
                self._record = replace(self._open(event), cancelled=True)
            case ContenderStopped(contender=contender, workload=workload, outcome=outcome):
                run = self._open(event)
                self._record = replace(run, stopped={**run.stopped, (contender, workload): outcome})
            case RoundsStopped(workload=workload, rounds=rounds):
                run = self._open(event)
                _require(self.running is None, event, "a block is running")
                self._record = replace(run, precise={**run.precise, workload: rounds})
            case RunFinished():
                self._finish(event)
            case BlockStarted():
                self._start_block(event)
            case _:
                self._change_block(event)

    def _open(self, event: Event) -> RunRecord:
        run = self.record()
        _require(run.finished_utc is None, event, "the run is over")
        return run

    def _start(self, event: RunStarted) -> None:
        _require(self._record is None, event, "the run has started already")
        begun = RunRecord(
            event.run_id,
            event.started_utc,
            event.at_ns,
            event.app_version,
            event.plan,
            event.machine,
            history=event.history,
        )
        if self._earlier is not None:
            known = self._earlier
            begun = replace(
                begun,
                started_ns=known.started_ns,
                blocks=known.blocks,
                stopped=known.stopped,
                precise=known.precise,
            )
        self._record = begun

    def _finish(self, event: RunFinished) -> None:
        run = self._open(event)
        _require(self.running is None, event, "a block is running")
        self._record = replace(
            run, finished_utc=event.finished_utc, cancelled=run.cancelled or event.cancelled
        )

    def _start_block(self, event: BlockStarted) -> None:
        run = self._open(event)
        _require(self.running is None, event, "a block is running")
        _require(not run.blocks or event.block > run.blocks[-1].block, event, "its number was used already")
        _require(
            event.contender in {one.id for one in run.plan.contenders}, event, "no such contender is planned"
        )
        _require(
            event.workload in {one.id for one in run.plan.workloads}, event, "no such workload is planned"
        )
        repeated = {one.block for one in run.blocks if _is_same_turn(one, event)}
        _require(event.repeats is None or event.repeats in repeated, event, "it repeats no block of its turn")
        block = BlockRecord(
            block=event.block,
            contender=event.contender,
            workload=event.workload,
            round=event.round,
            started_ns=event.at_ns,
            compile_cache=event.compile_cache,
            variables=event.variables,
            repeats=event.repeats,
            cool_down_ns=event.cool_down_ns,
            phases={Phase.SPAWN: PhaseRecord(event.at_ns)},
        )
        self._record = replace(run, blocks=(*run.blocks, block))
        self._worker = _Worker.WAITING

    def _change_block(self, event: BlockEvent) -> None:
        run = self._open(event)
        block = self.running
        if block is None or event.block != block.block:
            if isinstance(event, ResourceSampled) and run.blocks and event.block <= run.blocks[-1].block:
                return  # the sampler is a thread of its own: its last reading may come after the block's end
            raise _illegal(event, f"block {event.block} is not running")
        worker = self._worker
        if isinstance(event, WorkerEvent):
            worker = _next_state(worker, event)
        changed = _changed(block, event)
        self._record, self._worker = replace(run, blocks=(*run.blocks[:-1], changed)), worker


def _is_same_turn(block: BlockRecord, event: BlockStarted) -> bool:
    """The block is one that this event may repeat: nobody repeats a repetition."""
    turn = (event.contender, event.workload, event.round)
    return (block.contender, block.workload, block.round) == turn and block.repeats is None


def _next_state(worker: _Worker, event: WorkerEvent) -> _Worker:
    """What the worker's state becomes by this message."""
    match worker, event:
        case _Worker.WAITING, Hello():
            return _Worker.TALKING
        case _Worker.WAITING, _:
            raise _illegal(event, "the worker has not said hello")
        case _, Hello():
            raise _illegal(event, "the worker has said hello already")
        case _Worker.TALKING, ResultReported() | WorkerFailed() | WorkerCancelled():
            return _Worker.ENDED
        case _Worker.ENDED, Bye():
            return _Worker.GONE
        case _Worker.TALKING, Bye():
            raise _illegal(event, "the worker has not said how the block ended")
        case _Worker.ENDED, PhaseStarted(phase=Phase.TEARDOWN) | PhaseFinished(phase=Phase.TEARDOWN):
            return worker
        case ((_Worker.ENDED | _Worker.GONE), _):
            raise _illegal(event, "the worker has said how the block ended already")
    return worker


def _changed(block: BlockRecord, event: BlockEvent) -> BlockRecord:  # noqa: PLR0911, PLR0912  # a line an event
    """The running block after one of its events."""
    match event:
        case Hello() | PhaseStarted() | PhaseFinished():
            return _with_phase(block, event)
        case EnvironmentReported():
            return replace(
                block,
                versions=event.versions,
                settings=event.settings,
                device=event.device,
                packages=event.packages,
            )
        case ModeProved():
            return replace(block, mode_proof=event.evidence, mode_proved=event.proved)
        case EquivalenceChecked():
            return replace(block, equivalence=(*block.equivalence, event))
        case WarmedUp():
            return replace(
                block,
                warm_up_iterations=event.iterations,
                steady=event.steady,
                iterations_per_sample=event.iterations_per_sample,
            )
        case SamplesMeasured():
            return _with_samples(block, event)
        case ResourceSampled():
            return _with_resources(block, event)
        case CountersRead():
            return replace(
                block,
                counters={**block.counters, **event.values},
                unavailable={**block.unavailable, **event.unavailable},
            )
        case ResourcesUnavailable():
            return replace(block, unavailable={**block.unavailable, **event.unavailable})
        case ResultReported():
            measured = len(block.latency)
            _require(event.iterations == measured, event, f"{measured} samples came, not {event.iterations}")
        case WorkerFailed():
            error = f"{event.error}: {event.message}" if event.message else event.error
            return replace(block, error=error, traceback=event.traceback)
        case StopStepped():
            return replace(block, stopping=event.rung)
        case BlockFinished():
            return _finished(block, event)
    return block


def _with_phase(block: BlockRecord, event: Hello | PhaseStarted | PhaseFinished) -> BlockRecord:
    match event:
        case Hello():
            spawn = block.phases[Phase.SPAWN]
            duration_ns = event.at_ns - spawn.start_ns
            _require(duration_ns >= 0, event, "its time is before the start of the block")
            spawned = replace(spawn, duration_ns=duration_ns)
            return replace(block, pid=event.pid, phases={**block.phases, Phase.SPAWN: spawned})
        case PhaseStarted(phase=phase):
            _require(phase not in block.phases, event, f"the phase {phase} was there already")
            open_phase = _open_phase(block)
            _require(
                open_phase is None or phase is Phase.TEARDOWN, event, f"the phase {open_phase} is not over"
            )
            return replace(block, phases={**block.phases, phase: PhaseRecord(event.at_ns)})
        case PhaseFinished(phase=phase):
            _require(phase is _open_phase(block), event, f"the phase {phase} does not run")
            done = PhaseRecord(
                block.phases[phase].start_ns, event.duration_ns, event.rss_bytes, event.peak_rss_bytes
            )
            return replace(block, phases={**block.phases, phase: done})


def _open_phase(block: BlockRecord) -> Phase | None:
    """The phase that runs now: the last one, because phases don't overlap."""
    last, phase = next(reversed(block.phases.items()))
    return last if phase.duration_ns is None else None


def _with_samples(block: BlockRecord, event: SamplesMeasured) -> BlockRecord:
    _require(Phase.MEASURE in block.phases, event, "nothing is measured yet")
    measured = len(block.latency)
    _require(event.first_index == measured, event, f"sample {measured} comes next, not {event.first_index}")
    times, values = array("q", event.start_ns), array("q", event.duration_ns)
    return replace(block, latency=_extended(block.latency, times, values))


def _with_resources(block: BlockRecord, event: ResourceSampled) -> BlockRecord:
    resources = dict(block.resources)
    for channel, value in event.values.items():
        series = resources.get(channel, Series())
        resources[channel] = _extended(series, array("q", (event.at_ns,)), array("d", (value,)))
    return replace(block, resources=resources)


def _extended(series: Series, times: array[int], values: array[int] | array[float]) -> Series:
    if not series.time_ns or len(series.time_ns[-1]) >= CHUNK_LENGTH:
        return Series((*series.time_ns, times), (*series.value, values))
    return Series(
        (*series.time_ns[:-1], series.time_ns[-1] + times),
        (*series.value[:-1], series.value[-1] + values),  # type: ignore[operator]  # a series has one type of value
    )


def _finished(block: BlockRecord, event: BlockFinished) -> BlockRecord:
    return replace(
        block,
        finished_ns=event.at_ns,
        outcome=event.outcome,
        reason=event.reason,
        exit_code=event.exit_code,
        log=event.log,
        stopping=None,
    )


def _require(allowed: bool, event: Event, reason: str) -> None:  # noqa: FBT001  # reads as a sentence at its calls
    if not allowed:
        raise _illegal(event, reason)


def _illegal(event: Event, reason: str) -> ProtocolError:
    return ProtocolError(f"A {type(event).__name__} message is out of order: {reason}.")

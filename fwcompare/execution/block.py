"""One block from launch to the last descendant's end, driven by the engine's thread."""

from __future__ import annotations

import queue
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Protocol

from fwcompare.domain.events import (
    BlockEvent,
    BlockFinished,
    Hello,
    PhaseStarted,
    ResourceEvent,
    ResourceSampled,
    ResourcesUnavailable,
    ResultReported,
    Rung,
    SamplesMeasured,
    StopStepped,
    WorkerEvent,
    WorkerFailed,
)
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.errors import ProtocolError
from fwcompare.execution.classification import Ending
from fwcompare.execution.launch import (
    WORKER_PROGRAM,
    ChannelBroken,
    ChannelClosed,
    Exited,
    Signal,
    WorkerProcess,
    launch,
)
from fwcompare.execution.processes import end_marked
from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.gpu import wait_until_released
from fwcompare.execution.sources.memory import is_memory_short, is_memory_tight
from fwcompare.execution.supervision import Deadlines, Liveness, StopLadder
from fwcompare.worker import wire

TICK_S: Final = 0.1
"""How often a silent worker is looked at."""

QUEUE_LENGTH: Final = 4096
"""A worker that floods its channel fills this, then its own socket, and then waits.

More than the lines of one read of the channel (64 KiB), so that once the channel is closed and the
queue was emptied, no thread can be left waiting for room in it.
"""

DRAIN_S: Final = 2.0
"""How long an ended worker's channel may stay silent before it is given up."""

STACKS_S: Final = 0.5
"""How long a hung worker gets to write its stacks before it is stopped."""


class Watcher(Protocol):
    """Samples the resources of one worker; see `fwcompare.execution.sampler`."""

    def watch(self, block: int, pid: int, device: str) -> None:
        """Begin to sample this process."""

    def stop(self) -> None:
        """Sample no more; returns when nothing more will be emitted."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the engine gives every block.

    Attributes:
        record: Takes each event, in order; raises ProtocolError if it breaks the order.
        make_watcher: Makes the sampler of one block from what takes its events.
        is_cancelled: Asked at least every `TICK_S`.
        oom_kill_count: The kernel's count of out-of-memory kills, None if it keeps none.
        memory_floor_bytes: A worker is ended when less memory than this is available.
    """

    record: Callable[[BlockEvent], None]
    is_cancelled: Callable[[], bool]
    make_watcher: Callable[[Callable[[ResourceEvent], None]], Watcher]
    deadlines: Deadlines
    oom_kill_count: Callable[[], int | None]
    memory_floor_bytes: int
    clock_ns: Callable[[], int] = time.monotonic_ns


@dataclass(frozen=True, slots=True)
class WorkerOrder:
    """How the worker of one block is started and what it is asked to do.

    Attributes:
        folder: Working folder of the worker.
        run_folder: The run's folder, by whose mark in the environment everything that descends from
            the worker is found (`fwcompare.execution.processes`).
    """

    block: int
    interpreter: str
    environment: Mapping[str, str]
    folder: Path
    request: wire.BlockRequest
    device: str
    run_folder: Path


class BlockRun:
    """Runs one block; `run` returns its outcome when no process of it is left."""

    def __init__(self, order: WorkerOrder, supply: Supply) -> None:
        self._order = order
        self._supply = supply
        self._signals: queue.Queue[Signal | ResourceEvent] = queue.Queue(QUEUE_LENGTH)
        self._watcher = supply.make_watcher(self._signals.put)
        self._liveness = Liveness(supply.deadlines, supply.clock_ns(), order.request.max_warm_up_s)
        self._ladder: StopLadder | None = None
        self._phase = Phase.SPAWN
        self._finished = self._broke_protocol = self._channel_closed = False
        self._taken_ns = supply.clock_ns()
        self._failed: WorkerFailed | None = None
        self._exit_code: int | None = None
        self._memory_was_tight = order.request.memory_limit_bytes is not None

    def run(self) -> Outcome:
        """Launch, supervise, clean up, report."""
        order, supply = self._order, self._supply
        kills_before = supply.oom_kill_count()
        try:
            worker = launch(
                [order.interpreter, "-u", "-X", "faulthandler", str(WORKER_PROGRAM)],
                environment=order.environment,
                folder=order.folder,
                block=order.block,
                emit=self._signals.put,
            )
        except OSError as error:
            return self._report(
                Outcome.LAUNCH_FAILED, f"{order.interpreter}: {error.strerror or error}.", None, ""
            )
        try:
            self._watcher.watch(order.block, worker.pid, order.device)
            worker.send(wire.encode_request(order.request))
            exit_code = self._supervise(worker)
        finally:
            self._clean_up(worker)
        if order.device != "cpu":
            wait_until_released(order.device.removeprefix("cuda:"), worker.pid, supply.deadlines.kill_s)
        kills_after = supply.oom_kill_count()
        known = kills_before is not None and kills_after is not None
        ending = Ending(
            exit_code=exit_code,
            finished=self._finished,
            failed=self._failed,
            stopped=(self._ladder.outcome, self._ladder.reason) if self._ladder else None,
            out_of_memory_kills=(kills_after or 0) - (kills_before or 0) if known else None,
            phase=self._phase,
            memory_was_tight=self._memory_was_tight,
            log=worker.log.text(),
        )
        outcome, reason = ending.classify()
        return self._report(outcome, reason, exit_code, ending.log)

    def _report(self, outcome: Outcome, reason: str, exit_code: int | None, log: str) -> Outcome:
        self._supply.record(
            BlockFinished(
                block=self._order.block,
                at_ns=self._supply.clock_ns(),
                outcome=outcome,
                reason=reason,
                exit_code=exit_code,
                log=log,
            )
        )
        return outcome

    def _supervise(self, worker: WorkerProcess) -> int:
        """Take in what the worker does until it is gone; returns its exit status."""
        while not self._is_over():
            if self._ladder is not None and self._ladder.is_exhausted(self._supply.clock_ns()):
                return -signal.SIGKILL  # stuck in the kernel; it dies when its system call returns
            with suppress(queue.Empty):
                self._take(self._signals.get(timeout=TICK_S))
            now_ns = self._supply.clock_ns()
            if self._ladder is None:
                self._look_for_trouble(worker, now_ns)
            else:
                self._climb(worker, now_ns)
        assert self._exit_code is not None
        return self._exit_code

    def _is_over(self) -> bool:
        """The process ended, and all that it said was taken in.

        A grandchild may hold the channel open for ever, so after some silence it does not matter.
        """
        silent_ns = self._supply.clock_ns() - self._taken_ns
        return self._exit_code is not None and (self._channel_closed or silent_ns > DRAIN_S * 1e9)

    def _take(self, item: Signal | ResourceEvent) -> None:
        self._taken_ns = self._supply.clock_ns()
        match item:
            case Exited(code):
                self._exit_code = code
            case ChannelClosed():
                self._channel_closed = True
            case ChannelBroken(error):
                self._stop(Outcome.PROTOCOL_ERROR, error.message, Rung.KILLING)
            case ResourceSampled():
                self._supply.record(item)
                self._liveness.resources(item)
                self._guard_memory(item)
            case ResourcesUnavailable():
                self._supply.record(item)
            case _:
                self._take_event(item)

    def _take_event(self, event: WorkerEvent) -> None:
        if self._broke_protocol:
            return  # what else it says is not to be trusted
        try:
            self._supply.record(event)
        except ProtocolError as error:
            self._broke_protocol = True
            self._stop(Outcome.PROTOCOL_ERROR, error.message, Rung.KILLING)
            return
        self._liveness.message(self._supply.clock_ns())
        match event:
            case Hello(protocol=protocol) if protocol != wire.PROTOCOL_VERSION:
                reason = f"It speaks protocol {protocol}, this fwcompare speaks {wire.PROTOCOL_VERSION}."
                self._stop(Outcome.PROTOCOL_ERROR, reason, Rung.KILLING)
            case PhaseStarted(phase=phase):
                self._phase = phase
                self._liveness.phase(phase, self._supply.clock_ns())
            case SamplesMeasured(duration_ns=duration_ns) if duration_ns:
                self._liveness.iterations(median(duration_ns) / 1e9)
            case ResultReported():
                self._finished = True
            case WorkerFailed():
                self._failed = event

    def _guard_memory(self, sampled: ResourceSampled) -> None:
        available = sampled.values.get(Channel.AVAILABLE_BYTES)
        if available is None:
            return
        self._memory_was_tight |= is_memory_tight(available, self._supply.memory_floor_bytes)
        if is_memory_short(available, self._supply.memory_floor_bytes):
            floor_mib = self._supply.memory_floor_bytes >> 20
            reason = f"Only {int(available) >> 20} MiB of memory were left (floor {floor_mib} MiB), so the worker was ended."
            self._stop(Outcome.OOM_HOST, reason, Rung.KILLING)

    def _look_for_trouble(self, worker: WorkerProcess, now_ns: int) -> None:
        if self._supply.is_cancelled():
            self._stop(Outcome.CANCELLED, Outcome.CANCELLED.sentence, Rung.ASKING)
        elif complaint := self._liveness.complaint(now_ns):
            worker.dump_stacks()
            self._stop(Outcome.HUNG, complaint, Rung.TERMINATING, delay_s=STACKS_S)

    def _stop(self, outcome: Outcome, reason: str, first: Rung, delay_s: float = 0.0) -> None:
        """Begin to stop the worker; what began first stays the reason, a harder way replaces a softer one."""
        if self._ladder is not None:
            if first is Rung.KILLING:
                self._ladder.kill_now(self._supply.clock_ns())
            return
        start_ns = self._supply.clock_ns() + int(delay_s * 1e9)
        self._ladder = StopLadder(self._supply.deadlines, outcome, reason, first, start_ns)

    def _climb(self, worker: WorkerProcess, now_ns: int) -> None:
        assert self._ladder is not None
        rung = self._ladder.step(now_ns)
        if rung is None:
            return
        self._supply.record(StopStepped(block=self._order.block, at_ns=now_ns, rung=rung))
        match rung:
            case Rung.ASKING:
                worker.send(wire.encode("cancel", {}))
            case Rung.TERMINATING:
                worker.signal_group(signal.SIGTERM)
            case Rung.KILLING:
                self._end_group(worker)

    def _clean_up(self, worker: WorkerProcess) -> None:
        """Leave no process, thread or file descriptor of this worker behind."""
        self._end_group(worker)
        worker.close()
        self._record_resources()  # which also lets go whoever waits for room in the queue
        self._watcher.stop()
        self._record_resources()  # the sampler's last words: why a channel gave no reading

    def _record_resources(self) -> None:
        with suppress(queue.Empty):
            while True:
                item = self._signals.get_nowait()
                if isinstance(item, ResourceEvent):
                    self._supply.record(item)

    def _end_group(self, worker: WorkerProcess) -> None:
        """Kill the worker's group and whatever else it started, also what left the group."""
        worker.signal_group(signal.SIGKILL)
        end_marked(self._order.run_folder)

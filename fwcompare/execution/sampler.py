"""Reads memory, load and GPU of the running worker, from outside it and on the run's time axis.

`Watch` decides what is read when, and has neither thread nor clock; `Sampler` gives it both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from fwcompare.domain.events import ResourceEvent, ResourceSampled, ResourcesUnavailable
from fwcompare.execution.sources import Channel, Source
from fwcompare.execution.sources.energy import CpuEnergy
from fwcompare.execution.sources.gpu import CPU_RUN_REASON, GpuCounters
from fwcompare.execution.sources.host import HostLoad
from fwcompare.execution.sources.memory import AvailableMemory
from fwcompare.execution.sources.power import Power
from fwcompare.execution.sources.process import WorkerCpu, worker_memory
from fwcompare.execution.sources.strain import Strain

STOP_TIMEOUT_S: Final = 5.0
"""A driver call that takes longer is left behind; its thread emits nothing any more."""

NO_READING_REASON: Final = "not available: the worker ended before the first reading"

_Found = TypeVar("_Found", float, str)


def sources_for(pid: int, device: str) -> tuple[Source, ...]:
    """All sources for one worker.

    Args:
        pid: The worker.
        device: A workload's device: "cpu", or "cuda:" and the GPU's UUID.
    """
    uuid = device.removeprefix("cuda:")
    gpu = GpuCounters(pid, uuid) if uuid != device else GpuCounters(pid, "", lambda: CPU_RUN_REASON)
    host = AvailableMemory(), HostLoad(), Strain(), Power(), CpuEnergy()
    return worker_memory(pid), WorkerCpu(pid), *host, gpu


class Ticker:
    """When each of several periods is due, on one grid: late wake-ups neither shift nor pile up.

    Args:
        periods_ns: The periods, each a whole number of nanoseconds.
        start_ns: When all are due for the first time.
    """

    def __init__(self, periods_ns: Sequence[int], start_ns: int) -> None:
        self._periods_ns = tuple(periods_ns)
        self._due_ns = [start_ns] * len(periods_ns)

    @property
    def next_ns(self) -> int:
        """When the next of them is due."""
        return min(self._due_ns)

    def due(self, now_ns: int) -> list[int]:
        """The positions of those that are due, each once; they are then due at their next grid point."""
        found = [index for index, due_ns in enumerate(self._due_ns) if due_ns <= now_ns]
        for index in found:
            period_ns = self._periods_ns[index]
            self._due_ns[index] += ((now_ns - self._due_ns[index]) // period_ns + 1) * period_ns
        return found


class Watch:
    """The sampling of one block, step by step.

    Args:
        block: Number of the block, for the events.
        sources: What to read.
        start_ns: Time of the first reading.

    Attributes:
        is_over: The worker is gone.
        next_ns: When `tick` is to be called again.
    """

    def __init__(self, block: int, sources: Sequence[Source], start_ns: int) -> None:
        self.is_over = False
        self._block = block
        self._sources = tuple(sources)
        self._ticker = Ticker([round(source.period_s * 1e9) for source in sources], start_ns)
        self._failed: dict[Source, str] = {}
        self._seen: set[Channel] = set()
        self._reported: set[Channel] = set()

    @property
    def next_ns(self) -> int:
        """When the next reading is due."""
        return self._ticker.next_ns

    def open(self, now_ns: int) -> list[ResourceEvent]:
        """Opens all sources."""
        for source in self._sources:
            self._call(source, source.open)
        return self._news(now_ns)

    def tick(self, now_ns: int) -> list[ResourceEvent]:
        """Reads what is due, as one event, after one for the channels that were lost by it."""
        values: dict[Channel, float] = {}
        for index in self._ticker.due(now_ns):
            source = self._sources[index]
            if not self.is_over and source not in self._failed:
                values.update(self._call(source, source.read) or {})
        self._seen.update(values)
        sampled = [ResourceSampled(self._block, now_ns, _by_name(values))] if values else []
        return [*self._news(now_ns), *sampled]

    def close(self, now_ns: int) -> list[ResourceEvent]:
        """Closes all sources; a channel that gave neither reading nor reason now gets a reason."""
        for source in self._sources:
            self._call(source, source.close)
        missing = [
            channel
            for source in self._sources
            for channel in source.channels
            if channel not in self._seen | self._reported | set(source.unavailable)
        ]
        return self._news(now_ns, dict.fromkeys(missing, NO_READING_REASON))

    def _call(
        self, source: Source, action: Callable[[], dict[Channel, float] | None]
    ) -> dict[Channel, float] | None:
        """The seam 'sampler source': one that fails unexpectedly is given up, the others go on."""
        try:
            return action()
        except ProcessLookupError:
            self.is_over = True
        except Exception as error:  # noqa: BLE001  a counter must never end a measurement
            self._failed[source] = f"not available: reading failed with {type(error).__name__}: {error}"
        return None

    def _news(self, now_ns: int, more: dict[Channel, str] | None = None) -> list[ResourceEvent]:
        """Reasons that were not reported yet."""
        reasons = dict(more or {})
        for source in self._sources:
            reasons.update(source.unavailable)
            if source in self._failed:
                reasons.update(
                    dict.fromkeys(source.channels, self._failed[source]) | dict(source.unavailable)
                )
        fresh = {channel: reason for channel, reason in reasons.items() if channel not in self._reported}
        self._reported.update(fresh)
        return [ResourcesUnavailable(self._block, now_ns, _by_name(fresh))] if fresh else []


def _by_name(found: Mapping[Channel, _Found]) -> dict[str, _Found]:
    return {channel.value: what for channel, what in found.items()}


class Sampler:
    """Watches one worker at a time, in a thread that lives as long as the block.

    Args:
        emit: Takes each event; called in the sampler's thread.
        make_sources: From the worker's pid and the workload's device.
        clock_ns: The run's time axis.
    """

    def __init__(
        self,
        emit: Callable[[ResourceEvent], None],
        make_sources: Callable[[int, str], Sequence[Source]] = sources_for,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._emit = emit
        self._make_sources = make_sources
        self._clock_ns = clock_ns
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, block: int, pid: int, device: str) -> None:
        """Begins to sample a worker; returns at once. It ends by itself when the worker does."""
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(block, pid, device, self._stopping),
            name=f"sampler-{block}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends sampling; when it returns no further event of the block comes. Can be called twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT_S)
            self._thread = None

    def _run(self, block: int, pid: int, device: str, stopping: threading.Event) -> None:
        watch = Watch(block, self._make_sources(pid, device), self._clock_ns())
        self._send(watch.open(self._clock_ns()))
        while not (stopping.is_set() or watch.is_over):
            self._send(watch.tick(self._clock_ns()))
            stopping.wait(max(0, watch.next_ns - self._clock_ns()) / 1e9)
        self._send(watch.close(self._clock_ns()))

    def _send(self, events: Sequence[ResourceEvent]) -> None:
        if threading.current_thread() is not self._thread:  # left behind by `stop`
            return
        for event in events:
            self._emit(event)

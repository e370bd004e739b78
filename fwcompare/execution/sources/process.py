"""Memory and processor time of the worker, by its pid."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from fwcompare.execution.processes import descendants
from fwcompare.execution.sources import Channel, Source, cgroups


def worker_memory(pid: int) -> Source:
    """The cheapest way on this system to read the worker's memory."""
    return StatmMemory(pid) if sys.platform == "linux" else PsutilMemory(pid)


class StatmMemory:
    """Resident set size on Linux, from a file that is opened once: 2 µs a reading, psutil takes 9."""

    period_s = 0.1
    channels = (Channel.RSS_BYTES,)

    def __init__(self, pid: int) -> None:
        self.unavailable: Mapping[Channel, str] = {}
        self._pid = pid
        self._descriptor: int | None = None
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")

    def open(self) -> None:
        """Opens the file; from then on it means this process, even if its pid is reused."""
        try:
            self._descriptor = os.open(f"/proc/{self._pid}/statm", os.O_RDONLY)
        except FileNotFoundError:
            raise ProcessLookupError(self._pid) from None

    def read(self) -> dict[Channel, float]:
        """The resident set size; a process that has none is ending."""
        assert self._descriptor is not None
        pages = int(os.pread(self._descriptor, 128, 0).split()[1])
        if pages == 0:
            raise ProcessLookupError(self._pid)
        return {Channel.RSS_BYTES: float(pages * self._page_bytes)}

    def close(self) -> None:
        """Closes the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PsutilMemory:
    """Resident set size on any system."""

    period_s = 0.1
    channels = (Channel.RSS_BYTES,)

    def __init__(self, pid: int) -> None:
        self.unavailable: Mapping[Channel, str] = {}
        self._pid = pid
        self._process: psutil.Process | None = None

    def open(self) -> None:
        """Takes hold of the process."""
        with _gone_as_lookup_error():
            self._process = psutil.Process(self._pid)

    def read(self) -> dict[Channel, float]:
        """The resident set size; a process that has none is ending."""
        assert self._process is not None
        with _gone_as_lookup_error():
            rss_bytes = float(self._process.memory_info().rss)
        if rss_bytes == 0:
            raise ProcessLookupError(self._pid)
        return {Channel.RSS_BYTES: rss_bytes}

    def close(self) -> None:
        """Nothing is held."""


class WorkerCpu:
    """Processor time of the worker and its descendants, and how often they lost a processor, at 1 Hz.

    A process's own time plus that of the children that it has waited for, summed over the living
    tree, counts short-lived children (compilers) too, and none twice.

    Args:
        clock_ns: Monotonic clock.
        root: Root of the file system.
    """

    period_s = 1.0
    channels = (Channel.CPU_PERCENT, Channel.INVOLUNTARY_SWITCHES_PER_S)

    def __init__(
        self, pid: int, clock_ns: Callable[[], int] = time.monotonic_ns, root: Path = Path("/")
    ) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._root = root
        self._pid = pid
        self._clock_ns = clock_ns
        self._process: psutil.Process | None = None
        self._last: tuple[int, float, dict[str, int]] | None = None

    def open(self) -> None:
        """Takes hold of the process."""
        with _gone_as_lookup_error():
            self._process = psutil.Process(self._pid)
        if not involuntary_switches(self._pid, self._root):
            self.unavailable[Channel.INVOLUNTARY_SWITCHES_PER_S] = (
                "not available: this system does not count how often a thread loses its processor"
            )

    def read(self) -> dict[Channel, float]:
        """The load since the last reading.

        A part of the tree that was cut off takes its time with it; then there is no reading of the load.
        """
        assert self._process is not None
        with _gone_as_lookup_error():
            used_s = _cpu_seconds(self._process)
        children = descendants(self._pid)
        used_s += sum(_seconds_if_alive(child) for child in children)
        switches: dict[str, int] = {}
        for pid in (self._pid, *(child.pid for child in children)):
            switches |= involuntary_switches(pid, self._root)
        now, last = self._clock_ns(), self._last
        self._last = now, used_s, switches
        if last is None or now <= last[0]:
            return {}
        elapsed_s = (now - last[0]) / 1e9
        values = {Channel.CPU_PERCENT: 100 * (used_s - last[1]) / elapsed_s} if used_s >= last[1] else {}
        if switches:
            lost = sum(count - last[2].get(thread, 0) for thread, count in switches.items())
            values[Channel.INVOLUNTARY_SWITCHES_PER_S] = lost / elapsed_s
        return values

    def close(self) -> None:
        """Nothing is held."""


def involuntary_switches(pid: int, root: Path) -> dict[str, int]:
    """How often each thread of a process lost its processor to another, by its number; empty without /proc.

    The process's own `status` counts its first thread alone.
    """
    found = {}
    for status in root.glob(f"proc/{pid}/task/*/status"):
        count = cgroups.fields(status).get("nonvoluntary_ctxt_switches")
        if count is not None:  # else the thread has just ended
            found[status.parent.name] = count
    return found


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _seconds_if_alive(process: psutil.Process) -> float:
    try:
        return _cpu_seconds(process)
    except psutil.Error:
        return 0.0


@contextmanager
def _gone_as_lookup_error() -> Iterator[None]:
    try:
        yield
    except psutil.NoSuchProcess as error:
        raise ProcessLookupError(error.pid) from None

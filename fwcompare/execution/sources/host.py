"""Load of the whole machine, by psutil."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final

import psutil

from fwcompare.execution.sources import Channel

_BUSY: Final = ("user", "nice", "system", "irq", "softirq")
"""Times that somebody on this machine used; guests are in `user`, and stolen time is nobody's here."""


class HostLoad:
    """Processor time of the machine and what its hypervisor took away, at 1 Hz.

    Args:
        clock_ns: Monotonic clock.
        cpu_times: `psutil.cpu_times`.
    """

    period_s = 1.0
    channels = (Channel.MACHINE_CPU_PERCENT, Channel.STEAL_PERCENT, Channel.LOAD_1M)

    def __init__(
        self,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        cpu_times: Callable[[], Any] = psutil.cpu_times,
    ) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._clock_ns = clock_ns
        self._cpu_times = cpu_times
        self._last: tuple[int, dict[Channel, float]] | None = None

    def open(self) -> None:
        """Finds out what this system does not keep."""
        if Channel.STEAL_PERCENT not in self._times():
            self.unavailable[Channel.STEAL_PERCENT] = "not available: this system does not count stolen time"
        if not hasattr(os, "getloadavg"):
            self.unavailable[Channel.LOAD_1M] = "not available: this system keeps no load average"

    def read(self) -> dict[Channel, float]:
        """The load since the last reading; the load average is there from the first."""
        now, times = self._clock_ns(), self._times()
        values: dict[Channel, float] = {}
        if self._last is not None and now > self._last[0]:
            elapsed_s = (now - self._last[0]) / 1e9
            before = self._last[1]
            values = {channel: 100 * (times[channel] - before[channel]) / elapsed_s for channel in times}
        self._last = now, times
        if hasattr(os, "getloadavg"):
            values[Channel.LOAD_1M] = os.getloadavg()[0]
        # The kernel's counters may step back a little; a negative load is no reading.
        return {channel: value for channel, value in values.items() if value >= 0}

    def close(self) -> None:
        """Nothing is held."""

    def _times(self) -> dict[Channel, float]:
        """Seconds of processor time since the machine started, by the channel that they make."""
        times = self._cpu_times()
        found = {Channel.MACHINE_CPU_PERCENT: sum(getattr(times, name, 0.0) for name in _BUSY)}
        if hasattr(times, "steal"):
            found[Channel.STEAL_PERCENT] = times.steal
        return found

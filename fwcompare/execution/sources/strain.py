"""What says that the machine has more to do than it can: tasks that wait, memory that comes from swap."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from fwcompare.execution.sources import Channel, cgroups

_NO_PRESSURE = "not available: this system does not tell how long tasks wait for a processor"
_NO_SWAP = "not available: this system does not count what it reads back from swap"


class Strain:
    """Pressure on the processors and reading from swap, at 1 Hz.

    The kernel's totals are read, not its averages: those of ten seconds still hold what the import of
    a framework did when a short block is measured.

    Args:
        root: Root of the file system.
        clock_ns: Monotonic clock.
    """

    period_s = 1.0
    channels = (Channel.CPU_PRESSURE_PERCENT, Channel.SWAPPED_IN_BYTES)

    def __init__(self, root: Path = Path("/"), clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._root = root
        self._clock_ns = clock_ns
        self._last: tuple[int, dict[Channel, float]] | None = None

    def open(self) -> None:
        """Finds out what this system does not keep."""
        known = self._totals()
        reasons = {Channel.CPU_PRESSURE_PERCENT: _NO_PRESSURE, Channel.SWAPPED_IN_BYTES: _NO_SWAP}
        self.unavailable = {channel: reason for channel, reason in reasons.items() if channel not in known}

    def read(self) -> dict[Channel, float]:
        """What came since the last reading."""
        now, totals, last = self._clock_ns(), self._totals(), self._last
        self._last = now, totals
        if last is None or now <= last[0]:
            return {}
        grown = {channel: total - last[1][channel] for channel, total in totals.items() if channel in last[1]}
        if Channel.CPU_PRESSURE_PERCENT in grown:
            grown[Channel.CPU_PRESSURE_PERCENT] *= 100 * 1e9 / (now - last[0])
        return grown

    def close(self) -> None:
        """Nothing is held."""

    def _totals(self) -> dict[Channel, float]:
        """Seconds in which some task waited, and bytes read back, since the machine started."""
        found = {}
        waited_us = _some_total_us(self._root / "proc/pressure/cpu")
        if waited_us is not None:
            found[Channel.CPU_PRESSURE_PERCENT] = waited_us / 1e6
        pages = cgroups.fields(self._root / "proc/vmstat").get("pswpin")
        if pages is not None:
            found[Channel.SWAPPED_IN_BYTES] = float(pages * os.sysconf("SC_PAGE_SIZE"))
        return found


def _some_total_us(path: Path) -> int | None:
    """The total in the line `some avg10=0.00 … total=123` of a pressure file; None where there is none."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:  # an older kernel, or one without pressure accounting: it refuses the reading
        return None
    words = next((line.split() for line in lines if line.startswith("some ")), ["total="])
    number = words[-1].removeprefix("total=")
    return int(number) if number.isdecimal() else None

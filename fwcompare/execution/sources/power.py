"""How the machine is powered: the governors of its cores, and whether it runs on its battery."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psutil

from fwcompare.execution.sources import Channel

NO_GOVERNOR: Final = "not available: this system does not tell how the processor's clock is governed"
_NO_BATTERY: Final = "not available: the machine has no battery, or does not tell"


class Power:
    """Governors and battery, read every two seconds: they change seldom, and each core has a file of its own.

    Args:
        root: Root of the file system.
    """

    period_s = 2.0
    channels = (Channel.GOVERNED_CORES, Channel.ON_BATTERY)

    def __init__(self, root: Path = Path("/")) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._root = root

    def open(self) -> None:
        """Finds out what this system does not tell."""
        known = self.read()
        reasons = {Channel.GOVERNED_CORES: NO_GOVERNOR, Channel.ON_BATTERY: _NO_BATTERY}
        self.unavailable = {channel: reason for channel, reason in reasons.items() if channel not in known}

    def read(self) -> dict[Channel, float]:
        """The state now."""
        found = {}
        if governors := cpu_governors(self._root):
            found[Channel.GOVERNED_CORES] = float(sum(one != "performance" for one in governors))
        plugged = is_plugged()
        if plugged is not None:
            found[Channel.ON_BATTERY] = float(not plugged)
        return found

    def close(self) -> None:
        """Nothing is held."""


def cpu_governors(root: Path) -> list[str]:
    """The governor of each core that is switched on; none where the system does not tell."""
    found = []
    for path in (root / "sys/devices/system/cpu").glob("cpu[0-9]*/cpufreq/scaling_governor"):
        try:
            found.append(path.read_text(encoding="ascii").strip())
        except OSError:  # switched off since it was listed
            continue
    return found


def is_plugged() -> bool | None:
    """False on battery; None where there is no battery or the system can't tell."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return None if battery is None else battery.power_plugged

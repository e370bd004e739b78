"""Energy of the processors by RAPL, their own counter (Linux's powercap files)."""

from __future__ import annotations

from pathlib import Path

from fwcompare.execution.sources import Channel

_ZONES = "sys/class/powercap"


class CpuEnergy:
    """Energy of all processor packages, at 1 Hz.

    The counters run over after minutes, so what they grew by is summed up.

    Args:
        root: Root of the file system.
    """

    period_s = 1.0
    channels = (Channel.CPU_ENERGY_J,)

    def __init__(self, root: Path = Path("/")) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._root = root
        self._last_uj: dict[Path, int] = {}
        self._ranges_uj: dict[Path, int] = {}
        self._sum_uj = 0

    def open(self) -> None:
        """Finds the packages."""
        zones = sorted((self._root / _ZONES).glob("intel-rapl:*"))
        reason = "not available: this machine shows no energy counter of its processors (RAPL)"
        try:
            # other zones are parts of a package ("core"), or the whole platform with the packages in it ("psys")
            for package in (zone for zone in zones if _text(zone / "name").startswith("package")):
                self._last_uj[package] = _number(package / "energy_uj")
                self._ranges_uj[package] = _number(package / "max_energy_range_uj")
        except PermissionError:
            reason = "not available: only an administrator may read the energy counter of the processors"
            self._last_uj = {}
        except (OSError, ValueError) as error:
            reason = f"not available: the energy counter of the processors can't be read: {error}"
            self._last_uj = {}
        if not self._last_uj:
            self.unavailable[Channel.CPU_ENERGY_J] = reason

    def read(self) -> dict[Channel, float]:
        """What was used since `open`."""
        if not self._last_uj:
            return {}
        for package, before in self._last_uj.items():
            now = _number(package / "energy_uj")
            self._sum_uj += (now - before) % (self._ranges_uj[package] + 1)
            self._last_uj[package] = now
        return {Channel.CPU_ENERGY_J: self._sum_uj / 1e6}

    def close(self) -> None:
        """Nothing is held."""


def _number(path: Path) -> int:
    return int(_text(path))


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii")

"""Memory of the machine, within the limits of this process's cgroups; and the guard over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from fwcompare.execution.sources import Channel, cgroups

ROOT: Final = Path("/")

MIN_FLOOR_BYTES: Final = 512 << 20
FLOOR_SHARE: Final = 0.03
MAX_FLOOR_SHARE: Final = 0.25
"""In a small container half a gigabyte would leave a worker no room at all."""


def default_floor_bytes(total_bytes: int) -> int:
    """Below this the worker is ended: 512 MiB or 3 % of the memory, but at most a quarter of it.

    A judgement: enough for the desktop to stay usable while the worker is being ended.
    """
    return int(min(max(MIN_FLOOR_BYTES, FLOOR_SHARE * total_bytes), MAX_FLOOR_SHARE * total_bytes))


def is_memory_short(available_bytes: float, floor_bytes: int) -> bool:
    """True if the worker must be ended before the kernel or the desktop suffers."""
    return available_bytes < floor_bytes


def is_memory_tight(available_bytes: float, floor_bytes: int) -> bool:
    """True if so little is left that an allocation may be refused before the guard looks again."""
    return available_bytes < 2 * floor_bytes


def total_memory_bytes(root: Path = ROOT) -> int:
    """All memory that this process may use."""
    limits = (cgroups.memory_limit_bytes(group) for group in cgroups.groups("memory", root))
    return min([_machine("MemTotal", root), *(limit for limit in limits if limit is not None)])


def available_memory_bytes(root: Path = ROOT) -> int:
    """Memory that this process and its children can still get."""
    return _available(root, _limited_groups(root))


def memory_floor_bytes(root: Path = ROOT) -> int:
    """The floor on this machine."""
    return default_floor_bytes(total_memory_bytes(root))


def budget_bytes(root: Path = ROOT) -> int:
    """What a worker can take now before the guard ends it: what is available less the floor."""
    return max(0, available_memory_bytes(root) - memory_floor_bytes(root))


def oom_kill_count(root: Path = ROOT) -> int | None:
    """How often the kernel has killed a process for want of memory; only its growth means something.

    The sum of the machine's count and that of this process's cgroup, to which its workers belong:
    either may be hidden in a container.

    Returns:
        None where neither is kept.
    """
    counts = (cgroups.fields(root / "proc/vmstat").get("oom_kill"), cgroups.oom_kills(root))
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


class AvailableMemory:
    """The memory that the guard looks at, at 10 Hz."""

    period_s = 0.1
    channels = (Channel.AVAILABLE_BYTES,)

    def __init__(self, root: Path = ROOT) -> None:
        self.unavailable: Mapping[Channel, str] = {}
        self._root = root
        self._groups: tuple[Path, ...] = ()

    def open(self) -> None:
        """Finds the groups that limit memory; only these are read later."""
        self._groups = _limited_groups(self._root)

    def read(self) -> dict[Channel, float]:
        """The available memory."""
        return {Channel.AVAILABLE_BYTES: float(_available(self._root, self._groups))}

    def close(self) -> None:
        """Nothing is held."""


def _limited_groups(root: Path) -> tuple[Path, ...]:
    """Groups with a limit that is one: version 1 writes a huge number for none."""
    total = _machine("MemTotal", root)
    found = cgroups.groups("memory", root)
    return tuple(group for group in found if (cgroups.memory_limit_bytes(group) or total) < total)


def _available(root: Path, groups: tuple[Path, ...]) -> int:
    left = (cgroups.memory_left_bytes(group) for group in groups)
    return min([_machine("MemAvailable", root), *(rest for rest in left if rest is not None)])


def _machine(field: str, root: Path) -> int:
    """A figure of the whole machine: MemTotal or MemAvailable."""
    known = cgroups.fields(root / "proc/meminfo")
    if field in known:
        return known[field]
    memory = psutil.virtual_memory()
    return int(memory.total if field == "MemTotal" else memory.available)

"""Limits that Linux control groups set for this process, version 1 and 2.

Every function takes the root of the file system, so that a made-up tree can stand in for it, and
finds nothing where there are no control groups.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath


def groups(controller: str, root: Path) -> tuple[Path, ...]:
    """The folders of the groups whose limits hold for this process, the innermost first.

    Args:
        controller: "memory" or "cpu".
        root: Root of the file system.
    """
    memberships = [line.split(":", 2) for line in _lines(root / "proc/self/cgroup")]
    mounts = [_Mount(line) for line in _lines(root / "proc/self/mountinfo")]
    first = next((path for _, names, path in memberships if controller in names.split(",")), None)
    if first is not None:
        points = [mount for mount in mounts if mount.kind == "cgroup" and controller in mount.options]
        return _chain(points, first, root)
    second = next((path for number, names, path in memberships if number == "0" and not names), None)
    points = [mount for mount in mounts if mount.kind == "cgroup2"]
    return _chain(points, second, root) if second is not None else ()


def memory_limit_bytes(group: Path) -> int | None:
    """The group's limit; None if it has none."""
    return _number(group / "memory.max", group / "memory.limit_in_bytes")


def memory_left_bytes(group: Path) -> int | None:
    """What is left of the group's limit, counting cached files that the kernel would drop as free."""
    limit = memory_limit_bytes(group)
    usage = _number(group / "memory.current", group / "memory.usage_in_bytes")
    if limit is None or usage is None:
        return None
    counters = fields(group / "memory.stat")
    droppable = counters.get("total_inactive_file", counters.get("inactive_file", 0))
    return max(0, limit - max(0, usage - droppable))


def cpu_quota_cores(root: Path) -> float | None:
    """The smallest processor time per time that the groups allow; None if it is not limited."""
    quotas = [quota for group in groups("cpu", root) if (quota := _quota(group)) is not None]
    return min(quotas, default=None)


def oom_kills(root: Path) -> int | None:
    """How many processes of the innermost group the kernel killed for want of memory, ever."""
    for group in groups("memory", root):
        for name in ("memory.events", "memory.oom_control"):
            count = fields(group / name).get("oom_kill")
            if count is not None:
                return count
    return None


def fields(path: Path) -> dict[str, int]:
    """Numbers by name in a file of lines like `name 12` or `name: 12 kB`; kB are given as bytes."""
    found = {}
    for line in _lines(path):
        name, number, unit, *_ = *line.split(), "", "", ""
        if number.isdecimal():
            found[name.rstrip(":")] = int(number) * (1024 if unit == "kB" else 1)
    return found


class _Mount:
    """A line of mountinfo, see proc(5): what is mounted where, and which part of it."""

    def __init__(self, line: str) -> None:
        left, _, right = line.partition(" - ")
        places, kinds = left.split(), right.split()
        self.part, self.point = PurePosixPath(places[3]), places[4]
        self.kind, self.options = kinds[0], kinds[-1].split(",")


def _chain(mounts: list[_Mount], path: str, root: Path) -> tuple[Path, ...]:
    """The group and its parents up to the mount point.

    In a container the path may lie outside what is mounted; then the mount point is the group.
    """
    if not mounts:
        return ()
    mount = mounts[0]
    point = root / mount.point.lstrip("/")
    inside = PurePosixPath(path)
    relative = inside.relative_to(mount.part) if inside.is_relative_to(mount.part) else PurePosixPath()
    group = point if ".." in relative.parts else point / relative
    chain = [group, *group.parents]
    return tuple(folder for folder in chain[: chain.index(point) + 1] if folder.is_dir())


def _quota(group: Path) -> float | None:
    words = [word for line in _lines(group / "cpu.max") for word in line.split()]
    if len(words) == 2:
        quota, period = words
    else:
        quota = "".join(_lines(group / "cpu.cfs_quota_us"))
        period = "".join(_lines(group / "cpu.cfs_period_us"))
    if not quota.isdecimal() or not period.isdecimal():  # "max", "-1" or no such file
        return None
    return int(quota) / int(period)


def _number(*paths: Path) -> int | None:
    """The number in the first of the files that holds one."""
    for path in paths:
        text = "".join(_lines(path))
        if text.isdecimal():
            return int(text)
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []

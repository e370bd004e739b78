from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from fwcompare.execution.sources import Channel, memory

GIB = 1 << 30
MIB = 1 << 20
V1_UNLIMITED = "9223372036854771712"


def machine(root: Path, files: dict[str, str], total: int = 8 * GIB, available: int = 6 * GIB) -> Path:
    """A machine whose process is in the version 2 group /app; `files` are under its control groups."""
    group = root / "sys/fs/cgroup/app"
    group.mkdir(parents=True)
    proc = root / "proc/self"
    proc.mkdir(parents=True)
    (proc / "cgroup").write_text("0::/app\n")
    (proc / "mountinfo").write_text("31 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    (root / "proc/meminfo").write_text(f"MemTotal: {total >> 10} kB\nMemAvailable: {available >> 10} kB\n")
    for name, text in files.items():
        (root / "sys/fs/cgroup" / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("total", "floor"),
    [(64 * GIB, int(0.03 * 64 * GIB)), (8 * GIB, 512 * MIB), (4 * GIB, 512 * MIB), (1 * GIB, 256 * MIB)],
)
def test_the_floor_is_a_share_within_bounds(total: int, floor: int) -> None:
    assert memory.default_floor_bytes(total) == floor


@pytest.mark.parametrize(("available", "short"), [(99.0, True), (100.0, False), (101.0, False)])
def test_memory_is_short_below_the_floor(available: float, short: bool) -> None:
    assert memory.is_memory_short(available, 100) is short


def test_memory_is_tight_before_it_is_short() -> None:
    assert memory.is_memory_tight(199, 100)
    assert not memory.is_memory_tight(200, 100)


def test_without_a_limit_the_machine_counts(tmp_path) -> None:
    root = machine(tmp_path, {"app/memory.max": "max", "app/memory.current": "1"})
    assert memory.total_memory_bytes(root) == 8 * GIB
    assert memory.available_memory_bytes(root) == 6 * GIB
    assert memory.memory_floor_bytes(root) == 512 * MIB


def test_a_limit_counts_where_it_leaves_less_than_the_machine(tmp_path) -> None:
    files = {
        "app/memory.max": str(2 * GIB),
        "app/memory.current": str(GIB),
        "app/memory.stat": f"inactive_file {GIB // 2}",
    }
    root = machine(tmp_path, files)
    assert memory.total_memory_bytes(root) == 2 * GIB
    assert memory.available_memory_bytes(root) == 3 * GIB // 2


def test_the_machine_counts_where_it_has_less_than_the_limit_leaves(tmp_path) -> None:
    root = machine(tmp_path, {"app/memory.max": str(4 * GIB), "app/memory.current": "0"}, available=GIB)
    assert memory.available_memory_bytes(root) == GIB


def test_the_limit_of_a_parent_counts_too(tmp_path) -> None:
    files = {"app/memory.max": "max", "memory.max": str(GIB), "memory.current": str(GIB // 4)}
    assert memory.available_memory_bytes(machine(tmp_path, files)) == 3 * GIB // 4


def test_the_huge_number_of_version_1_is_no_limit(tmp_path) -> None:
    files = {"app/memory.limit_in_bytes": V1_UNLIMITED, "app/memory.usage_in_bytes": "1"}
    root = machine(tmp_path, files)
    assert memory.total_memory_bytes(root) == 8 * GIB
    assert memory.available_memory_bytes(root) == 6 * GIB


def test_a_system_without_proc_is_asked_by_psutil(tmp_path) -> None:
    assert memory.total_memory_bytes(tmp_path) == psutil.virtual_memory().total
    assert 0 < memory.available_memory_bytes(tmp_path) < psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("vmstat", "events", "count"),
    [("oom_kill 3", "oom_kill 2", 5), ("oom_kill 3", "", 3), ("pgfault 9", "oom_kill 2", 2), ("", "", None)],
)
def test_kills_for_want_of_memory_are_counted_where_they_can_be_seen(tmp_path, vmstat, events, count) -> None:
    root = machine(tmp_path, {"app/memory.events": events})
    (root / "proc/vmstat").write_text(vmstat)
    assert memory.oom_kill_count(root) == count


def test_the_source_follows_the_group(tmp_path) -> None:
    root = machine(tmp_path, {"app/memory.max": str(2 * GIB), "app/memory.current": "0"})
    source = memory.AvailableMemory(root)
    source.open()
    assert source.read() == {"available_bytes": 2 * GIB}
    (root / "sys/fs/cgroup/app/memory.current").write_text(str(2 * GIB - 5))
    assert source.read() == {"available_bytes": 5}
    source.close()
    assert source.channels == (Channel.AVAILABLE_BYTES,)


def test_this_machine_can_be_read() -> None:
    assert 0 < memory.available_memory_bytes() <= memory.total_memory_bytes()
    assert 0 < memory.memory_floor_bytes() < memory.total_memory_bytes()

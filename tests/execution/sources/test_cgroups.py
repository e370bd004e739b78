from __future__ import annotations

from pathlib import Path

import pytest

from fwcompare.execution.sources import cgroups

V2_MOUNT = "31 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1_MEMORY = "35 31 0:32 {part} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory"
V1_CPU = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct"


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def v2(root: Path, files: dict[str, str], path: str = "/user/app") -> Path:
    (root / "sys/fs/cgroup" / path.lstrip("/")).mkdir(parents=True)
    base = {
        "proc/self/cgroup": f"0::{path}",
        "proc/self/mountinfo": f"22 1 8:1 / / rw - ext4 /dev/x rw\n{V2_MOUNT}",
    }
    return tree(root, base | {f"sys/fs/cgroup/{name}": text for name, text in files.items()})


def test_version_2_gives_the_group_and_its_parents(tmp_path) -> None:
    root = v2(tmp_path, {})
    mount = tmp_path / "sys/fs/cgroup"
    assert cgroups.groups("memory", root) == (mount / "user/app", mount / "user", mount)


def test_version_1_is_preferred_for_a_controller_that_it_holds(tmp_path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/app\n1:cpu,cpuacct:/\n0::/elsewhere",
            "proc/self/mountinfo": f"{V1_MEMORY.format(part='/')}\n{V1_CPU}\n{V2_MOUNT}",
            "sys/fs/cgroup/memory/app/memory.limit_in_bytes": "1000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1",
        },
    )
    memory = tmp_path / "sys/fs/cgroup/memory"
    assert cgroups.groups("memory", root) == (memory / "app", memory)
    assert cgroups.groups("cpu", root) == (tmp_path / "sys/fs/cgroup/cpu,cpuacct",)


def test_in_a_container_the_path_is_taken_within_what_is_mounted(tmp_path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/docker/abc/job",
            "proc/self/mountinfo": V1_MEMORY.format(part="/docker/abc"),
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1000",
        },
    )
    memory = tmp_path / "sys/fs/cgroup/memory"
    assert cgroups.groups("memory", root) == (memory / "job", memory)


@pytest.mark.parametrize("path", ["/../../outside", "/host/only"])
def test_a_path_outside_what_is_mounted_means_the_mount_point(tmp_path, path: str) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": f"4:memory:{path}",
            "proc/self/mountinfo": V1_MEMORY.format(part="/" if ".." in path else "/docker/abc"),
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000",
        },
    )
    assert cgroups.groups("memory", root) == (tmp_path / "sys/fs/cgroup/memory",)


@pytest.mark.parametrize("files", [{}, {"proc/self/cgroup": "0::/"}, {"proc/self/cgroup": "4:memory:/"}])
def test_without_control_groups_there_is_no_limit(tmp_path, files) -> None:
    root = tree(tmp_path, files)
    assert cgroups.groups("memory", root) == ()
    assert cgroups.cpu_quota_cores(root) is None
    assert cgroups.oom_kills(root) is None


@pytest.mark.parametrize(
    ("files", "limit", "left"),
    [
        ({"memory.max": "max", "memory.current": "70"}, None, None),
        ({"memory.max": "100", "memory.current": "70", "memory.stat": "anon 40\ninactive_file 25"}, 100, 55),
        ({"memory.max": "100", "memory.current": "70"}, 100, 30),
        ({"memory.max": "100", "memory.current": "120"}, 100, 0),
        ({"memory.max": "100", "memory.current": "20", "memory.stat": "inactive_file 30"}, 100, 100),
        ({"memory.max": "100"}, 100, None),
        (
            {
                "memory.limit_in_bytes": "100",
                "memory.usage_in_bytes": "70",
                "memory.stat": "inactive_file 1\ntotal_inactive_file 30",
            },
            100,
            60,
        ),
    ],
)
def test_what_is_left_counts_droppable_cache_as_free(tmp_path, files, limit, left) -> None:
    group = tree(tmp_path, files)
    assert cgroups.memory_limit_bytes(group) == limit
    assert cgroups.memory_left_bytes(group) == left


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"user/app/cpu.max": "max 100000"}, None),
        ({"user/app/cpu.max": "250000 100000"}, 2.5),
        (
            {"user/app/cpu.max": "max 100000", "user/cpu.max": "150000 100000", "cpu.max": "400000 100000"},
            1.5,
        ),
        ({"user/app/cpu.cfs_quota_us": "50000", "user/app/cpu.cfs_period_us": "100000"}, 0.5),
        ({"user/app/cpu.cfs_quota_us": "-1", "user/app/cpu.cfs_period_us": "100000"}, None),
        ({"user/app/cpu.max": "nonsense"}, None),
    ],
)
def test_the_smallest_quota_counts(tmp_path, files, quota) -> None:
    assert cgroups.cpu_quota_cores(v2(tmp_path, files)) == quota


def test_kills_are_counted_in_the_innermost_group_that_counts(tmp_path) -> None:
    files = {"user/memory.events": "low 1\noom 3\noom_kill 2", "memory.events": "oom_kill 9"}
    assert cgroups.oom_kills(v2(tmp_path, files)) == 2


def test_version_1_counts_kills_in_another_file(tmp_path) -> None:
    files = {"user/app/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4"}
    assert cgroups.oom_kills(v2(tmp_path, files)) == 4


def test_fields_are_read_in_bytes_and_nonsense_is_left_out(tmp_path) -> None:
    path = tmp_path / "meminfo"
    path.write_text("MemTotal:       24 kB\nHugePages_Total:   3\nodd\nname: text kB\n")
    assert cgroups.fields(path) == {"MemTotal": 24 * 1024, "HugePages_Total": 3}
    assert cgroups.fields(tmp_path / "none") == {}

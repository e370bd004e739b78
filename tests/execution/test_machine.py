from __future__ import annotations

import json
import os
import platform
import socket
from pathlib import Path

import psutil
import pytest

from fwcompare.execution import machine
from tests.execution.sources.simulated_nvml import GIB, SimulatedGpu, SimulatedNvml


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def topology(*cores: tuple[int, int]) -> dict[str, str]:
    """Files for logical cores that are these (package, core)."""
    files = {}
    for cpu, (package, core) in enumerate(cores):
        folder = f"sys/devices/system/cpu/cpu{cpu}/topology"
        files[f"{folder}/physical_package_id"] = str(package)
        files[f"{folder}/core_id"] = str(core)
    return files


def quota(cores: float) -> dict[str, str]:
    return {
        "proc/self/cgroup": "0::/",
        "proc/self/mountinfo": "31 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw",
        "sys/fs/cgroup/cpu.max": f"{round(cores * 100_000)} 100000",
    }


@pytest.fixture
def allow(monkeypatch):
    """Sets the logical cores on which this process may run."""
    return lambda *cpus: monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(cpus), raising=False)


FOUR_CORES_TWICE = topology((0, 0), (0, 1), (1, 0), (1, 1), (0, 0), (0, 1), (1, 0), (1, 1))


@pytest.mark.parametrize(
    ("cpus", "cores"), [(range(8), 4), ((0, 4), 1), ((0, 1, 4), 2), ((0, 2), 2), ((3,), 1)]
)
def test_logical_cores_of_one_physical_core_count_once(tmp_path, allow, cpus, cores: int) -> None:
    allow(*cpus)
    assert machine.available_physical_cores(tree(tmp_path, FOUR_CORES_TWICE)) == cores
    assert machine.available_cores() == len(cpus)


@pytest.mark.parametrize(("limit", "cores"), [(0.5, 1), (1.9, 1), (2.5, 2), (4.0, 4), (64.0, 4)])
def test_the_quota_limits_the_cores_but_leaves_one(tmp_path, allow, limit: float, cores: int) -> None:
    allow(*range(8))
    assert machine.available_physical_cores(tree(tmp_path, FOUR_CORES_TWICE | quota(limit))) == cores


def test_without_topology_no_more_than_the_machine_has(tmp_path, allow, monkeypatch) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 8 if logical else 4)
    allow(*range(8))
    assert machine.available_physical_cores(tmp_path) == 4
    allow(1, 2)
    assert machine.available_physical_cores(tmp_path) == 2


def test_a_system_without_affinity_has_all_cores(tmp_path, monkeypatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 8 if logical else None)
    assert machine.available_cores() == 8
    assert machine.available_physical_cores(tmp_path) == 1


@pytest.mark.parametrize(("cpus", "threads"), [(range(8), 3), ((0, 1), 1), ((0,), 1)])
def test_one_core_is_left_to_the_application(tmp_path, allow, cpus, threads: int) -> None:
    allow(*cpus)
    assert machine.default_threads(tree(tmp_path, FOUR_CORES_TWICE)) == threads


def describe(root: Path, files: dict[str, str], *gpus: SimulatedGpu) -> dict[str, object]:
    return machine.describe_machine(tree(root, files), lambda: SimulatedNvml(*gpus))


def test_this_machine_is_described_in_json_scalars_without_its_name() -> None:
    described = machine.describe_machine()
    assert json.loads(json.dumps(described, allow_nan=False)) == described
    assert all(isinstance(value, bool | int | float | str | None) for value in described.values())
    words = json.dumps(described).replace('"', " ").split()
    assert socket.gethostname() not in words
    assert platform.node() not in words
    assert described["python"] == platform.python_version()
    assert described["logical_cores"] == psutil.cpu_count()
    assert described["memory_bytes"] == psutil.virtual_memory().total


def test_a_linux_machine_tells_its_state(tmp_path, allow) -> None:
    allow(0, 4)
    described = describe(
        tmp_path,
        FOUR_CORES_TWICE
        | {
            "proc/cpuinfo": "processor\t: 0\nmodel name\t: Fast CPU @ 4 GHz\nflags\t\t: fpu sse2\n",
            "etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12"',
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
            "sys/devices/system/cpu/cpufreq/boost": "1",
        },
    )
    expected = {
        "cpu_model": "Fast CPU @ 4 GHz",
        "os_name": "Debian GNU/Linux 12",
        "cpu_governor": "powersave",
        "cpu_turbo": True,
        "clock_source": "tsc",
        "virtual_machine": False,
        "container": False,
        "available_cores": 2,
        "available_physical_cores": 1,
        "cpu_quota_cores": None,
    }
    assert {name: described[name] for name in expected} == expected
    assert "cpu_governor_unavailable" not in described


def test_what_is_unknown_is_none_and_explained_where_it_matters(tmp_path) -> None:
    described = describe(tmp_path, {})
    for name in ("cpu_governor", "cpu_turbo", "clock_source", "virtual_machine", "gpu_count"):
        assert described[name] is None
    assert described["cpu_governor_unavailable"].startswith("not available: ")
    assert described["gpu_count_unavailable"].startswith("not available: ")
    assert described["os_name"]


@pytest.mark.parametrize(("text", "turbo"), [("0", True), ("1", False)])
def test_intels_switch_says_the_contrary(tmp_path, text: str, turbo: bool) -> None:
    assert describe(tmp_path, {"sys/devices/system/cpu/intel_pstate/no_turbo": text})["cpu_turbo"] is turbo


def test_a_hypervisor_is_seen_at_the_processor(tmp_path) -> None:
    assert describe(tmp_path, {"proc/cpuinfo": "flags : fpu hypervisor sse"})["virtual_machine"] is True


@pytest.mark.parametrize(
    "files",
    [{".dockerenv": ""}, {"run/.containerenv": ""}, {"proc/1/cgroup": "4:memory:/docker/abc"}],
)
def test_a_container_is_seen(tmp_path, files) -> None:
    assert describe(tmp_path, files)["container"] is True


def test_windows_subsystem_for_linux_is_seen(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "5.15.153.1-microsoft-standard-WSL2")
    assert describe(tmp_path, {})["wsl"] is True


def test_gpus_are_described_one_by_one(tmp_path) -> None:
    described = describe(
        tmp_path, {}, SimulatedGpu(uuid="GPU-1"), SimulatedGpu(uuid="GPU-2", name="B", total=GIB)
    )
    assert described["gpu_count"] == 2
    assert described["gpu_driver"] == "580.65.06"
    assert [described["gpu_0_uuid"], described["gpu_1_uuid"]] == ["GPU-1", "GPU-2"]
    assert [described["gpu_1_name"], described["gpu_1_memory_bytes"]] == ["B", GIB]
    assert "gpu_count_unavailable" not in described


@pytest.mark.parametrize(("plugged", "expected"), [(True, True), (False, False)])
def test_a_battery_tells_whether_it_is_used(tmp_path, monkeypatch, plugged: bool, expected: bool) -> None:
    class Battery:
        power_plugged = plugged

    monkeypatch.setattr(psutil, "sensors_battery", Battery, raising=False)
    assert describe(tmp_path, {})["power_plugged"] is expected


def test_the_governors_of_all_cores_are_named(tmp_path) -> None:
    folder = "sys/devices/system/cpu/cpu{}/cpufreq/scaling_governor"
    governors = ("performance", "powersave", "performance")
    files = {folder.format(core): governor for core, governor in enumerate(governors)}
    assert describe(tmp_path, files)["cpu_governor"] == "performance, powersave"

"""What kind of machine this is, as far as it matters to a measurement; never its name.

What can't be found out is None, and where that needs explaining `<name>_unavailable` says why. All
files are read under a root that tests can put elsewhere.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path
from typing import Final

import psutil

from fwcompare.domain.events import Scalar
from fwcompare.execution import devices
from fwcompare.execution.sources import cgroups
from fwcompare.execution.sources.memory import total_memory_bytes
from fwcompare.execution.sources.nvml import NvmlLoader, shared_nvml
from fwcompare.execution.sources.power import NO_GOVERNOR, cpu_governors, is_plugged

ROOT: Final = Path("/")

_CPUS: Final = "sys/devices/system/cpu"
_CONTAINER_WORDS: Final = ("docker", "kubepods", "containerd", "lxc", "libpod")


def available_cores() -> int:
    """Logical cores on which this process may run."""
    return len(_affinity())


def available_physical_cores(root: Path = ROOT) -> int:
    """Physical cores that this process may use, within its affinity and its cgroups' quota; at least 1.

    A quota of 2.5 cores counts as 2. Where the system does not tell which logical cores share a
    physical one, each is taken for one of its own, but for no more than the machine has.
    """
    logical = _affinity()
    cores = {_physical(cpu, root) for cpu in logical}
    count = len(cores) if None not in cores else min(len(logical), psutil.cpu_count(logical=False) or 1)
    quota = cgroups.cpu_quota_cores(root)
    return max(1, count if quota is None else min(count, int(quota)))


def default_threads(root: Path = ROOT) -> int:
    """Threads for a worker: one physical core is left to the application, so that drawing disturbs less."""
    return max(1, available_physical_cores(root) - 1)


def describe_machine(root: Path = ROOT, load: NvmlLoader = shared_nvml) -> dict[str, Scalar]:
    """The machine as a snapshot keeps it: JSON scalars by name, with the unit in the name."""
    return {**_processor(root), **_system(root), **_gpus(load)}


def _processor(root: Path) -> dict[str, Scalar]:
    return {
        "cpu_model": _cpu_info(root, "model name") or platform.processor() or None,
        "cpu_architecture": platform.machine(),
        "physical_cores": psutil.cpu_count(logical=False),
        "logical_cores": psutil.cpu_count(),
        "available_cores": available_cores(),
        "available_physical_cores": available_physical_cores(root),
        "cpu_quota_cores": cgroups.cpu_quota_cores(root),
        "memory_bytes": psutil.virtual_memory().total,
        "memory_limit_bytes": total_memory_bytes(root),
        **_or_reason("cpu_governor", ", ".join(sorted(set(cpu_governors(root)))) or None, NO_GOVERNOR),
        "cpu_turbo": _turbo(root),
        "power_plugged": is_plugged(),
    }


def _system(root: Path) -> dict[str, Scalar]:
    kernel = platform.release()
    return {
        "os": platform.system(),
        "os_name": _os_name(root),
        "kernel": kernel,
        "container": _is_container(root),
        "wsl": "microsoft" in kernel.lower(),
        "virtual_machine": _is_virtual(root),
        "python": platform.python_version(),
        "python_implementation": platform.python_implementation(),
        "clock": time.get_clock_info("perf_counter").implementation,
        "clock_source": _text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource"),
    }


def _gpus(load: NvmlLoader) -> dict[str, Scalar]:
    found = devices.gpus(load)
    described: dict[str, Scalar] = {"gpu_count": len(found) or None}
    reason = devices.gpu_unavailable_reason(load)
    if reason is not None:
        return {**described, "gpu_count_unavailable": reason}
    described["gpu_driver"] = devices.driver_version(load)
    for number, gpu in enumerate(found):  # instances of one GPU share its index
        described[f"gpu_{number}_name"] = gpu.name
        described[f"gpu_{number}_uuid"] = gpu.uuid
        described[f"gpu_{number}_memory_bytes"] = gpu.memory_bytes
    return described


def _affinity() -> tuple[int, ...]:
    """Numbers of the logical cores on which this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(psutil.cpu_count() or 1))


def _physical(cpu: int, root: Path) -> tuple[str, str] | None:
    """Package and core that a logical core is part of."""
    topology = root / _CPUS / f"cpu{cpu}/topology"
    package, core = _text(topology / "physical_package_id"), _text(topology / "core_id")
    return None if package is None or core is None else (package, core)


def _turbo(root: Path) -> bool | None:
    """Whether the processor may clock above its base frequency."""
    boost = _text(root / _CPUS / "cpufreq/boost")
    if boost is not None:
        return boost == "1"
    no_turbo = _text(root / _CPUS / "intel_pstate/no_turbo")
    return None if no_turbo is None else no_turbo == "0"


def _is_container(root: Path) -> bool:
    if (root / ".dockerenv").exists() or (root / "run/.containerenv").exists():
        return True
    membership = _text(root / "proc/1/cgroup") or ""
    return any(word in membership for word in _CONTAINER_WORDS)


def _is_virtual(root: Path) -> bool | None:
    """Whether the processor says that a hypervisor runs it; None where processors do not say."""
    flags = _cpu_info(root, "flags")
    return None if flags is None else "hypervisor" in flags.split()


def _os_name(root: Path) -> str:
    for line in (_text(root / "etc/os-release") or "").splitlines():
        name, _, value = line.partition("=")
        if name == "PRETTY_NAME":
            return value.strip("\"'")
    return f"{platform.system()} {platform.version() if sys.platform != 'linux' else platform.release()}"


def _cpu_info(root: Path, field: str) -> str | None:
    """A field of the first processor in /proc/cpuinfo."""
    for line in (_text(root / "proc/cpuinfo") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return None


def _or_reason(name: str, value: Scalar, reason: str) -> dict[str, Scalar]:
    return {name: value} if value is not None else {name: None, f"{name}_unavailable": reason}


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None

"""Counters of the GPU that the worker runs on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from fwcompare.execution.processes import is_in_tree
from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.nvml import (
    CLOCK_SM,
    HARDWARE_SLOWDOWN,
    INVALID_ARGUMENT,
    NOT_SUPPORTED,
    TEMPERATURE_GPU,
    THERMAL_REASONS,
    Nvml,
    NvmlLoader,
    is_mig,
    reason_of,
    shared_nvml,
)

CPU_RUN_REASON: Final = "not available: this workload runs on the CPU"
_MIG_REASON: Final = "not available: the GPU is divided by MIG and does not report it then"
_UNSUPPORTED: Final = (NOT_SUPPORTED, INVALID_ARGUMENT)
"""What NVML says to a question about an instance that only a whole GPU can answer."""

_NO_SIZE_REASON: Final = (
    "not available: the driver does not tell how much GPU memory a process uses (on Windows, WDDM never does)"
)
_UNSEEN_REASON: Final = (
    "not available: the driver never listed the worker among the GPU's processes, "
    "as it used no GPU or is hidden from the driver in a container"
)


class GpuCounters:
    """Counters of one GPU at 5 Hz; a channel that fails is given up with its reason, the others go on.

    Args:
        pid: The worker.
        uuid: The GPU, as NVML and CUDA name it ("GPU-…", "MIG-…").
        load: Gives NVML.
    """

    period_s = 0.2

    def __init__(self, pid: int, uuid: str, load: NvmlLoader = shared_nvml) -> None:
        self.unavailable: dict[Channel, str] = {}
        self._pid = pid
        self._uuid = uuid
        self._load = load
        self._nvml: Nvml | None = None
        self._handle: Any = None
        self._saw_worker = False
        self._was_slowed = False
        self._readers: dict[Channel, Callable[[Nvml], float | str | None]] = {
            Channel.GPU_UTILIZATION_PERCENT: self._utilization_percent,
            Channel.GPU_MEMORY_BYTES: lambda nvml: float(nvml.nvmlDeviceGetMemoryInfo(self._handle).used),
            Channel.GPU_PROCESS_MEMORY_BYTES: self._process_memory_bytes,
            Channel.GPU_POWER_W: lambda nvml: nvml.nvmlDeviceGetPowerUsage(self._handle) / 1e3,
            Channel.GPU_TEMPERATURE_C: lambda nvml: float(
                nvml.nvmlDeviceGetTemperature(self._handle, TEMPERATURE_GPU)
            ),
            Channel.GPU_SM_CLOCK_HZ: lambda nvml: nvml.nvmlDeviceGetClockInfo(self._handle, CLOCK_SM) * 1e6,
            Channel.GPU_OTHER_PROCESSES: self._other_processes,
            Channel.GPU_THERMAL_LIMIT: self._thermal_limit,
            Channel.GPU_ENERGY_J: lambda nvml: nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle) / 1e3,
        }

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All counters of a GPU."""
        return tuple(self._readers)

    def open(self) -> None:
        """Finds the GPU."""
        nvml = self._load()
        if isinstance(nvml, str):
            self.unavailable = dict.fromkeys(self.channels, nvml)
            return
        try:
            self._handle = nvml.nvmlDeviceGetHandleByUUID(self._uuid)
        except nvml.NVMLError as error:
            self.unavailable = dict.fromkeys(self.channels, reason_of(error))
            return
        self._nvml = nvml

    def read(self) -> dict[Channel, float]:
        """Every counter that still works."""
        if self._nvml is None:
            return {}
        values = {}
        for channel in self.channels:
            if channel in self.unavailable:
                continue
            value = self._read_one(self._nvml, channel)
            if isinstance(value, str):
                self.unavailable[channel] = value
            elif value is not None:
                values[channel] = value
        return values

    def close(self) -> None:
        """Says why the worker and those beside it were never seen; NVML stays for the next worker."""
        if self._nvml is not None and not self._saw_worker:
            for channel in (Channel.GPU_PROCESS_MEMORY_BYTES, Channel.GPU_OTHER_PROCESSES):
                self.unavailable.setdefault(channel, _UNSEEN_REASON)

    def _read_one(self, nvml: Nvml, channel: Channel) -> float | str | None:
        """A reading, the reason why there is none, or None if there is none just now."""
        try:
            return self._readers[channel](nvml)
        except nvml.NVMLError as error:
            if getattr(error, "value", -1) in _UNSUPPORTED and self._is_divided(nvml):
                return _MIG_REASON
            return reason_of(error)

    def _is_divided(self, nvml: Nvml) -> bool:
        return self._uuid.startswith("MIG-") or is_mig(nvml, self._handle)

    def _utilization_percent(self, nvml: Nvml) -> float:
        return float(nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu)

    def _thermal_limit(self, nvml: Nvml) -> float:
        """Heat and the power brake at once; a slow-down without a cause from its second reading in a row on."""
        reasons = nvml.nvmlDeviceGetCurrentClocksEventReasons(self._handle)
        is_slowed = bool(reasons & HARDWARE_SLOWDOWN)
        limited = bool(reasons & THERMAL_REASONS) or (is_slowed and self._was_slowed)
        self._was_slowed = is_slowed
        return float(limited)

    def _listed(self, nvml: Nvml) -> tuple[list[Any], int]:
        """The worker tree's entries in the list of processes, and how many there are of others."""
        listed = nvml.nvmlDeviceGetComputeRunningProcesses_v3(self._handle)
        own = [entry for entry in listed if is_in_tree(entry.pid, self._pid)]
        self._saw_worker |= bool(own)
        return own, len(listed) - len(own)

    def _other_processes(self, nvml: Nvml) -> float | None:
        """None while the driver does not list the worker, as it may not list others either."""
        own, others = self._listed(nvml)
        return float(others) if own else None

    def _process_memory_bytes(self, nvml: Nvml) -> float | str | None:
        """The worker tree's memory; None while the driver does not list it, which is not 0."""
        own, _ = self._listed(nvml)
        sizes = [entry.usedGpuMemory for entry in own]
        if any(size is None for size in sizes):
            return _NO_SIZE_REASON
        return float(sum(sizes)) if sizes else None


RELEASE_POLL_S: Final = 0.1


def wait_until_released(uuid: str, pid: int, timeout_s: float, load: NvmlLoader = shared_nvml) -> bool:
    """Wait until the driver no longer lists a worker that has ended: its memory is given back late.

    Args:
        uuid: The GPU.
        pid: The worker.
        timeout_s: How long to wait at most.
        load: Gives NVML.

    Returns:
        False if it was still listed at the end; True also where the driver can't be asked.
    """
    nvml = load()
    if isinstance(nvml, str):
        return True
    pause = threading.Event()
    for _ in range(max(1, round(timeout_s / RELEASE_POLL_S))):
        if not _lists(nvml, uuid, pid):
            return True
        pause.wait(RELEASE_POLL_S)
    return False


def _lists(nvml: Nvml, uuid: str, pid: int) -> bool:
    try:
        listed = nvml.nvmlDeviceGetComputeRunningProcesses_v3(nvml.nvmlDeviceGetHandleByUUID(uuid))
    except nvml.NVMLError:
        return False
    return any(entry.pid == pid for entry in listed)

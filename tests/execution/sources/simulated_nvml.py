# ruff: noqa: N802  NVML's own names
"""NVML without a GPU: the calls that fwcompare uses, in NVML's units, failing with its own errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pynvml

GIB = 1 << 30


def error(name: str) -> Exception:
    """An error of NVML by the end of its name in nvml.h, for instance "NOT_SUPPORTED"."""
    return pynvml.NVMLError(getattr(pynvml, f"NVML_ERROR_{name}"))


_ONLY_WHOLE = ("clock_reasons", "energy_mj")


@dataclass
class SimulatedGpu:
    """A GPU whose counters are given; one that is an exception is raised instead."""

    uuid: str = "GPU-11111111-aaaa"
    name: str = "Simulated GPU"
    total: int = 80 * GIB
    capability: tuple[int, int] = (9, 0)
    used: Any = 3 * GIB
    utilization: Any = 87
    processes: Any = ()
    power_mw: Any = 250_500
    temperature: Any = 61
    sm_mhz: Any = 1980
    clock_reasons: Any = 0
    energy_mj: Any = 7_500
    mig: Any = field(default_factory=lambda: error("NOT_SUPPORTED"))
    instances: tuple[SimulatedGpu | None, ...] = ()

    def lose(self) -> None:
        """Falls off the bus: every call fails from now on."""
        for counter in (
            "used",
            "utilization",
            "processes",
            "power_mw",
            "temperature",
            "sm_mhz",
            *_ONLY_WHOLE,
        ):
            setattr(self, counter, error("GPU_IS_LOST"))


def mig_gpu(**counters: Any) -> SimulatedGpu:
    """A GPU that is divided by MIG."""
    return SimulatedGpu(utilization=error("NOT_SUPPORTED"), mig=[1, 1], **counters)


def instance(uuid: str, **counters: Any) -> SimulatedGpu:
    """An instance of a GPU that is divided by MIG: what only the whole GPU has is an invalid argument."""
    names = ("utilization", "power_mw", "temperature", "sm_mhz", "mig", *_ONLY_WHOLE)
    return SimulatedGpu(uuid=uuid, **{name: error("INVALID_ARGUMENT") for name in names} | counters)


def process(pid: int, used: int | None) -> Any:
    """An entry of the list of processes; Windows (WDDM) gives no memory, for which pynvml has None."""
    return SimpleNamespace(pid=pid, usedGpuMemory=used)


class SimulatedNvml:
    """The library; its handles are the GPUs."""

    NVMLError = pynvml.NVMLError

    def __init__(self, *gpus: SimulatedGpu, init: Exception | None = None) -> None:
        self.gpus = gpus
        self.init = init
        self.calls: list[str] = []

    def nvmlInit(self) -> None:
        self._answer("nvmlInit", self.init)

    def nvmlSystemGetDriverVersion(self) -> str:
        return self._answer("nvmlSystemGetDriverVersion", "580.65.06")

    def nvmlDeviceGetCount(self) -> int:
        return self._answer("nvmlDeviceGetCount", len(self.gpus))

    def nvmlDeviceGetHandleByIndex(self, index: int) -> SimulatedGpu:
        return self._answer("nvmlDeviceGetHandleByIndex", self.gpus[index])

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> SimulatedGpu:
        whole = [*self.gpus, *(one for gpu in self.gpus for one in gpu.instances if one)]
        found = [gpu for gpu in whole if gpu.uuid == uuid]
        return self._answer("nvmlDeviceGetHandleByUUID", found[0] if found else error("NOT_FOUND"))

    def nvmlDeviceGetUUID(self, handle: SimulatedGpu) -> str:
        return self._answer("nvmlDeviceGetUUID", handle.uuid)

    def nvmlDeviceGetName(self, handle: SimulatedGpu) -> str:
        return self._answer("nvmlDeviceGetName", handle.name)

    def nvmlDeviceGetCudaComputeCapability(self, handle: SimulatedGpu) -> list[int]:
        return self._answer("nvmlDeviceGetCudaComputeCapability", list(handle.capability))

    def nvmlDeviceGetMemoryInfo(self, handle: SimulatedGpu) -> Any:
        used = self._answer("nvmlDeviceGetMemoryInfo", handle.used)
        return SimpleNamespace(total=handle.total, used=used, free=handle.total - used)

    def nvmlDeviceGetUtilizationRates(self, handle: SimulatedGpu) -> Any:
        return SimpleNamespace(
            gpu=self._answer("nvmlDeviceGetUtilizationRates", handle.utilization), memory=0
        )

    def nvmlDeviceGetComputeRunningProcesses_v3(self, handle: SimulatedGpu) -> list[Any]:
        return list(self._answer("nvmlDeviceGetComputeRunningProcesses_v3", handle.processes))

    def nvmlDeviceGetPowerUsage(self, handle: SimulatedGpu) -> int:
        return self._answer("nvmlDeviceGetPowerUsage", handle.power_mw)

    def nvmlDeviceGetTemperature(self, handle: SimulatedGpu, sensor: int) -> int:
        assert sensor == pynvml.NVML_TEMPERATURE_GPU
        return self._answer("nvmlDeviceGetTemperature", handle.temperature)

    def nvmlDeviceGetClockInfo(self, handle: SimulatedGpu, clock: int) -> int:
        assert clock == pynvml.NVML_CLOCK_SM
        return self._answer("nvmlDeviceGetClockInfo", handle.sm_mhz)

    def nvmlDeviceGetCurrentClocksEventReasons(self, handle: SimulatedGpu) -> int:
        return self._answer("nvmlDeviceGetCurrentClocksEventReasons", handle.clock_reasons)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: SimulatedGpu) -> int:
        return self._answer("nvmlDeviceGetTotalEnergyConsumption", handle.energy_mj)

    def nvmlDeviceGetMigMode(self, handle: SimulatedGpu) -> list[int]:
        return self._answer("nvmlDeviceGetMigMode", handle.mig)

    def nvmlDeviceGetMaxMigDeviceCount(self, handle: SimulatedGpu) -> int:
        return self._answer("nvmlDeviceGetMaxMigDeviceCount", len(handle.instances))

    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: SimulatedGpu, index: int) -> SimulatedGpu:
        return self._answer(
            "nvmlDeviceGetMigDeviceHandleByIndex", handle.instances[index] or error("NOT_FOUND")
        )

    def _answer(self, call: str, value: Any) -> Any:
        self.calls.append(call)
        if isinstance(value, Exception):
            raise value
        return value


def play(path: Path, gpu: SimulatedGpu, pid: int) -> list[Callable[[], None]]:
    """The steps of a sequence file: each sets the GPU's counters to the next frame.

    Args:
        path: A JSON file; `frames` is a list of counters by name, in NVML's units. {"error": NAME} stands
            for an error of NVML, and the pid "worker" for the worker's.
        gpu: What is set.
        pid: The worker.
    """
    frames = json.loads(path.read_text())["frames"]
    return [lambda frame=frame: _set(frame, gpu, pid) for frame in frames]


def _set(frame: dict[str, Any], gpu: SimulatedGpu, pid: int) -> None:
    for counter, value in frame.items():
        if isinstance(value, dict):
            setattr(gpu, counter, error(value["error"]))
        elif counter == "processes":
            gpu.processes = [process(pid if who == "worker" else who, used) for who, used in value]
        else:
            setattr(gpu, counter, value)

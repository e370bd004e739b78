# ruff: noqa: D102, N802  NVML's own names, explained in its own manual
"""NVML, NVIDIA's management library: the calls that are used, and why they may fail.

NVML is loaded and initialised once in the application's life, by the thread that asks first: the
sampler's or the engine's, never the window's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol


class Nvml(Protocol):
    """The calls of the module `pynvml` that are used, in its own names and units.

    Of the list of processes the version is named: the call without one raises something else than an
    `NVMLError` where the driver is older than the binding.
    """

    NVMLError: type[Exception]

    def nvmlInit(self) -> None: ...
    def nvmlSystemGetDriverVersion(self) -> str: ...
    def nvmlDeviceGetCount(self) -> int: ...
    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> Any: ...
    def nvmlDeviceGetHandleByUUID(self, uuid: str, /) -> Any: ...
    def nvmlDeviceGetUUID(self, handle: Any, /) -> str: ...
    def nvmlDeviceGetName(self, handle: Any, /) -> str: ...
    def nvmlDeviceGetCudaComputeCapability(self, handle: Any, /) -> Sequence[int]: ...
    def nvmlDeviceGetMemoryInfo(self, handle: Any, /) -> Any: ...
    def nvmlDeviceGetUtilizationRates(self, handle: Any, /) -> Any: ...
    def nvmlDeviceGetComputeRunningProcesses_v3(self, handle: Any, /) -> Sequence[Any]: ...
    def nvmlDeviceGetPowerUsage(self, handle: Any, /) -> int: ...
    def nvmlDeviceGetTemperature(self, handle: Any, sensor: int, /) -> int: ...
    def nvmlDeviceGetClockInfo(self, handle: Any, clock: int, /) -> int: ...
    def nvmlDeviceGetCurrentClocksEventReasons(self, handle: Any, /) -> int: ...
    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any, /) -> int: ...
    def nvmlDeviceGetMigMode(self, handle: Any, /) -> Sequence[int]: ...
    def nvmlDeviceGetMaxMigDeviceCount(self, handle: Any, /) -> int: ...
    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: Any, index: int, /) -> Any: ...


NvmlLoader = Callable[[], "Nvml | str"]
"""Gives NVML, initialised, or the reason why there is none."""

# Numbers from nvml.h, where they never change.
TEMPERATURE_GPU: Final = 0
CLOCK_SM: Final = 1
MIG_ENABLED: Final = 1
THERMAL_REASONS: Final = 0x20 | 0x40 | 0x80
"""Reasons for a lower clock: the temperature, in software or hardware, and the power brake."""
HARDWARE_SLOWDOWN: Final = 0x8
"""A hardware slow-down of any kind; it also stands while the power state changes, so one reading says nothing."""
INVALID_ARGUMENT: Final = 2
NOT_SUPPORTED: Final = 3
NOT_FOUND: Final = 6

_REASONS: Final = {
    NOT_SUPPORTED: "this GPU does not report it",
    4: "the driver does not permit this user to read it",
    NOT_FOUND: "this machine has no such GPU",
    9: "the NVIDIA driver is not loaded",
    12: "no NVIDIA driver was found",
    13: "the NVIDIA driver is too old to report it",
    15: "the GPU is lost: it has fallen off the bus or was reset",
    18: "the NVIDIA driver and its library differ in version; restart the machine",
}


def reason_of(error: Exception) -> str:
    """The sentence for an error of NVML."""
    known = _REASONS.get(getattr(error, "value", -1))
    return f"not available: {known or f'NVML says “{error}”'}"


def is_mig(nvml: Nvml, gpu: Any) -> bool:
    """True for a GPU that is divided by MIG; False for an undivided one and for an instance."""
    try:
        return nvml.nvmlDeviceGetMigMode(gpu)[0] == MIG_ENABLED
    except nvml.NVMLError:  # a GPU that can't be divided, or an instance
        return False


def mig_instances(nvml: Nvml, gpu: Any) -> list[Any]:
    """Handles of the instances of a divided GPU.

    Raises:
        NVMLError: NVML fails otherwise than by saying that there is no instance of some number.
    """
    handles = []
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)):
        try:
            handles.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, index))
        except nvml.NVMLError as error:
            if getattr(error, "value", -1) != NOT_FOUND:
                raise
    return handles


def connect(library: Nvml) -> Nvml | str:
    """Initialises NVML.

    Returns:
        The library, or the reason why it can't be used.
    """
    try:
        library.nvmlInit()
    except library.NVMLError as error:
        return reason_of(error)
    return library


@functools.cache
def shared_nvml() -> Nvml | str:
    """The application's NVML, or the reason why there is none; the first call initialises it."""
    import pynvml  # noqa: PLC0415  at the first use: a window's thread imports this module at start

    return connect(pynvml)

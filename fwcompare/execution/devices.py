"""Which device a run uses: the CPU, or a GPU by its UUID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fwcompare.domain.workload import Precision
from fwcompare.errors import UsageError
from fwcompare.execution.sources.nvml import (
    Nvml,
    NvmlLoader,
    is_mig,
    mig_instances,
    reason_of,
    shared_nvml,
)

CPU = "cpu"
_CUDA = "cuda"
_UUIDS = ("GPU-", "MIG-")
_NO_INSTANCE = "not available: the GPU is divided by MIG and has no instance (nvidia-smi mig -lgi lists them)"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU of this machine, or an instance of one that is divided by MIG.

    Attributes:
        index: NVML's, in the order of the PCI bus; CUDA's own order may differ. Instances have that
            of the GPU they are part of.
        uuid: "GPU-…" or, of an instance, "MIG-…": by it NVML and CUDA mean the same device.
        memory_bytes: All its memory.
        capability: Its compute capability.
    """

    index: int
    uuid: str
    name: str
    memory_bytes: int
    capability: tuple[int, int]


def gpus(load: NvmlLoader = shared_nvml) -> tuple[Gpu, ...]:
    """The GPUs of this machine; empty where there are none or NVML can't be used."""
    found = _find(load)
    return () if isinstance(found, str) else found


def gpu_unavailable_reason(load: NvmlLoader = shared_nvml) -> str | None:
    """Why there is no GPU to use; None if there is one."""
    found = _find(load)
    if isinstance(found, str):
        return found
    return None if found else "not available: this machine has no NVIDIA GPU"


def driver_version(load: NvmlLoader = shared_nvml) -> str | None:
    """Version of the NVIDIA driver, None where there is none."""
    nvml = load()
    if isinstance(nvml, str):
        return None
    try:
        return nvml.nvmlSystemGetDriverVersion()
    except nvml.NVMLError:
        return None


def precision_obstacle(precision: Precision, device: str, known: Iterable[Gpu]) -> str:
    """Sentence that says why no framework computes in this precision on a device, "" if some can.

    Args:
        precision: What is asked for.
        device: "cpu", or "cuda:" and the GPU's full UUID.
        known: The GPUs of this machine.
    """
    capability = next((gpu.capability for gpu in known if device == f"{_CUDA}:{gpu.uuid}"), None)
    return precision.obstacle_on(device, capability)


def resolve_device(text: str, load: NvmlLoader = shared_nvml) -> str:
    """The device that the user means.

    Args:
        text: "auto" (the first GPU, else the CPU), "cpu", "cuda" (the first GPU), "cuda:1", or
            "cuda:" and the beginning of one UUID, at least "GPU-" or "MIG-".
        load: Gives NVML.

    Returns:
        "cpu", or "cuda:" and the GPU's full UUID.

    Raises:
        UsageError: It is no device, or this machine has no such GPU.
    """
    kind, colon, which = text.partition(":")
    if text == CPU:
        return CPU
    if text == "auto":
        found = gpus(load)
        return f"{_CUDA}:{found[0].uuid}" if found else CPU
    if kind != _CUDA or (colon and not which):
        raise UsageError(
            f"{text!r} is no device.", "Write auto, cpu, cuda, cuda:0, or cuda: and the UUID of a GPU."
        )
    reason = gpu_unavailable_reason(load)
    if reason is not None:
        raise UsageError(
            f"The device {text!r} is {reason}.",
            "Install the NVIDIA driver and see that nvidia-smi lists the GPU, or use --device cpu.",
        )
    found = gpus(load)
    return f"{_CUDA}:{(_pick(which, found) if which else found[0]).uuid}"


def _pick(which: str, found: tuple[Gpu, ...]) -> Gpu:
    """The one GPU with this index, or whose UUID begins so."""
    matching = [gpu for gpu in found if which == str(gpu.index) or gpu.uuid == which]
    if not matching and which.startswith(_UUIDS):
        matching = [gpu for gpu in found if gpu.uuid.startswith(which)]
    if len(matching) != 1:
        several = "There is no GPU" if not matching else "There is more than one GPU"
        listed = ", ".join(f"{gpu.index} ({gpu.name}, {gpu.uuid})" for gpu in found)
        raise UsageError(f"{several} {which!r} on this machine.", f"Choose one of: {listed}.")
    return matching[0]


def _find(load: NvmlLoader) -> tuple[Gpu, ...] | str:
    """What can be used; one GPU that fails does not hide the others."""
    nvml = load()
    if isinstance(nvml, str):
        return nvml
    found: list[Gpu] = []
    reason = ""
    try:
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError as error:
        return reason_of(error)
    for index in range(count):
        try:
            found += _describe(nvml, index)
        except nvml.NVMLError as error:
            reason = reason or reason_of(error)
    if not found and count:
        return reason or _NO_INSTANCE
    return tuple(found)


def _describe(nvml: Nvml, index: int) -> list[Gpu]:
    """The GPU, or its instances if it is divided: CUDA can't use it as a whole then."""
    gpu = nvml.nvmlDeviceGetHandleByIndex(index)
    handles = mig_instances(nvml, gpu) if is_mig(nvml, gpu) else [gpu]
    major, minor = nvml.nvmlDeviceGetCudaComputeCapability(gpu)
    return [
        Gpu(
            index,
            nvml.nvmlDeviceGetUUID(handle),
            nvml.nvmlDeviceGetName(handle),
            int(nvml.nvmlDeviceGetMemoryInfo(handle).total),
            (int(major), int(minor)),
        )
        for handle in handles
    ]

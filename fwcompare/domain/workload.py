"""What is run: architecture, task, size, batch, precision, device and scenario."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_CPU: Final = "cpu"
_CUDA: Final = "cuda"


class Task(StrEnum):
    """What one iteration does."""

    INFERENCE = "inference"
    TRAINING = "training"


class Size(StrEnum):
    """How large the architecture is; the figures are in each workload's `spec.py`."""

    TINY = "tiny"
    SMALL = "small"
    BASE = "base"


class Precision(StrEnum):
    """What products of matrices and convolutions are computed in; weights, losses and updates are float32 in all."""

    FLOAT32 = "float32"
    TF32 = "tf32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"

    def obstacle_on(self, device: str, capability: tuple[int, int] | None = None) -> str:
        """Sentence that says why no framework computes in it on a device, "" if some can.

        Args:
            device: "cpu", or "cuda:" and the GPU's UUID.
            capability: The GPU's compute capability, None if it is not known.
        """
        if device == _CPU and self in _GPU_ONLY:
            return f"{self} is not available on the CPU, because {_GPU_ONLY[self]}."
        if self is Precision.TF32 and capability is not None and capability < TF32_CAPABILITY:
            return (
                f"tf32 is not available on this GPU, because its compute capability is "
                f"{_dotted(capability)} and TF32 begins at {_dotted(TF32_CAPABILITY)}."
            )
        return ""


TF32_CAPABILITY: Final = (8, 0)
"""Of the first GPUs that compute in TF32."""

_GPU_ONLY: Final = {
    Precision.TF32: "only NVIDIA's GPUs compute in it",
    Precision.FLOAT16: "the frameworks mean it for GPUs; the CPU's 16-bit type is bfloat16",
}
"""Why a precision is for GPUs alone."""


_OTHERWISE: Final = {
    "gan": (Precision.BFLOAT16, Precision.FLOAT16),
    "dynamic": (Precision.TF32, Precision.BFLOAT16, Precision.FLOAT16),
}
"""Precisions that an architecture is not measured in."""

_WHY_NOT: Final = {
    "gan": "the scale of a loss and the casts are made for one network, and it has two",
    "dynamic": "how many turns its loop takes would depend on it",
}
"""And why."""


def _dotted(capability: tuple[int, int]) -> str:
    return ".".join(map(str, capability))


class Scenario(StrEnum):
    """How iterations follow each other."""

    SINGLE_STREAM = "single-stream"
    """Each waits for the device: a sample is one iteration and its latency."""
    THROUGHPUT = "throughput"
    """A group is handed to the device before one wait: a sample is a group, of which items a second are told."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One piece of work that every contender does in the same way.

    Attributes:
        architecture: Name of a folder under `fwcompare/worker/workloads/`.
        batch: Examples in one iteration.
        device: "cpu", or "cuda:" and the GPU's UUID.
    """

    architecture: str
    task: Task
    size: Size
    batch: int
    device: str
    precision: Precision = Precision.FLOAT32
    scenario: Scenario = Scenario.SINGLE_STREAM

    @property
    def device_kind(self) -> str:
        """The device without its address: "cpu" or "cuda"."""
        return _CPU if self.gpu_uuid is None else _CUDA

    @property
    def gpu_uuid(self) -> str | None:
        """The GPU's UUID, None on the CPU."""
        return None if self.device == _CPU else self.device.removeprefix(f"{_CUDA}:")

    @property
    def obstacle(self) -> str:
        """Sentence that says why nobody can run it, "" if somebody can."""
        if self.precision in _OTHERWISE.get(self.architecture, ()):
            return f"{self.architecture} is not measured in {self.precision}, because {_WHY_NOT[self.architecture]}."
        return self.precision.obstacle_on(self.device)

    @property
    def id(self) -> str:
        """Full name, for instance `cnn/inference/small/b32/float32/cpu`; the device is its last part."""
        parts = [self.architecture, self.task, self.size, f"b{self.batch}", self.precision]
        if self.scenario is not Scenario.SINGLE_STREAM:
            parts.append(self.scenario)
        return "/".join((*parts, self.device))


def is_throughput(workload_id: str) -> bool:
    """Whether the workload with this id is in the throughput scenario."""
    return Scenario.THROUGHPUT in workload_id.split("/")


def is_on_gpu(workload_id: str) -> bool:
    """Whether the workload with this id runs on a GPU."""
    return workload_id.rpartition("/")[2] != _CPU

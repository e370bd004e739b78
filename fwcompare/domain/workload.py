"""What is run: architecture, task, size, batch, precision and device."""

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
    """Number format of the maths."""

    FLOAT32 = "float32"


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

    @property
    def device_kind(self) -> str:
        """The device without its address: "cpu" or "cuda"."""
        return _CPU if self.gpu_uuid is None else _CUDA

    @property
    def gpu_uuid(self) -> str | None:
        """The GPU's UUID, None on the CPU."""
        return None if self.device == _CPU else self.device.removeprefix(f"{_CUDA}:")

    @property
    def id(self) -> str:
        """Full name, for instance `cnn/inference/small/b32/float32/cpu`."""
        return f"{self.architecture}/{self.task}/{self.size}/b{self.batch}/{self.precision}/{self.device}"

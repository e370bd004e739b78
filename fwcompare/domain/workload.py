"""What is run: architecture, task, size, batch, precision and device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    def id(self) -> str:
        """Full name, for instance `cnn/inference/small/b32/float32/cpu`."""
        return f"{self.architecture}/{self.task}/{self.size}/b{self.batch}/{self.precision}/{self.device}"

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
    """Number format of the maths."""

    FLOAT32 = "float32"


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

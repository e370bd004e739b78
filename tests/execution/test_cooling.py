"""Pauses between blocks, with a simulated GPU that cools down while one waits."""

from __future__ import annotations

import pytest

from fwcompare.execution.cooling import Cooling
from tests.execution.sources.simulated_nvml import SimulatedGpu, SimulatedNvml, error

DEVICE = "cuda:GPU-11111111-aaaa"


class Clock:
    """Takes the waits down; each second of them cools the GPU by this much."""

    def __init__(
        self, gpu: SimulatedGpu | None = None, cools_c: int = 0, cancelled_after: int = 1000
    ) -> None:
        self.waits: list[float] = []
        self.now_ns = 0
        self._gpu, self._cools_c, self._left = gpu, cools_c, cancelled_after

    def pause(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now_ns += int(seconds * 1e9)
        self._left -= 1
        if self._gpu is not None:
            self._gpu.temperature -= self._cools_c
        return self._left <= 0


def cooling(gpu: SimulatedGpu, clock: Clock, at_most_s: float = 30) -> Cooling:
    return Cooling(at_most_s, clock.pause, lambda: SimulatedNvml(gpu), lambda: clock.now_ns)


def test_a_gpu_is_waited_for_until_it_is_as_cool_as_before_the_first_block() -> None:
    gpu = SimulatedGpu(temperature=40)
    clock = Clock(gpu, cools_c=5)
    found = cooling(gpu, clock)
    assert found.before_block(DEVICE) is None
    gpu.temperature = 61

    took_ns = found.before_block(DEVICE)

    assert clock.waits == [1.0] * 4
    assert took_ns == 4_000_000_000
    assert gpu.temperature == 41


def test_a_gpu_that_stays_warm_is_waited_for_no_longer_than_it_may() -> None:
    gpu = SimulatedGpu(temperature=40)
    clock = Clock(gpu)
    found = cooling(gpu, clock, at_most_s=2.5)
    found.before_block(DEVICE)
    gpu.temperature = 61

    found.before_block(DEVICE)

    assert clock.waits == [1.0, 1.0, 0.5]


def test_a_gpu_that_is_cool_is_not_waited_for() -> None:
    gpu = SimulatedGpu(temperature=40)
    clock = Clock(gpu)
    found = cooling(gpu, clock)
    found.before_block(DEVICE)
    gpu.temperature = 43

    assert found.before_block(DEVICE) == 0
    assert clock.waits == []


@pytest.mark.parametrize("device", ["cpu", DEVICE, "cuda:GPU-unknown"])
def test_without_a_temperature_it_is_plain_seconds(device) -> None:
    gpu, clock = SimulatedGpu(temperature=error("NOT_SUPPORTED")), Clock()
    found = cooling(gpu, clock)
    for _ in range(3):
        found.before_block(device)

    assert clock.waits == [30, 30]


def test_a_gpu_that_no_driver_knows_is_plain_seconds() -> None:
    clock = Clock()
    found = Cooling(30, clock.pause, lambda: "not available: no NVIDIA driver was found")
    for _ in range(2):
        found.before_block(DEVICE)

    assert clock.waits == [30]


def test_a_cancelled_pause_ends_at_once() -> None:
    gpu = SimulatedGpu(temperature=40)
    clock = Clock(cancelled_after=1)
    found = cooling(gpu, clock)
    found.before_block(DEVICE)
    gpu.temperature = 61

    found.before_block(DEVICE)

    assert clock.waits == [1.0]


def test_no_pause_was_asked_for() -> None:
    """THEN nothing is waited for, and the driver is not even asked."""
    nvml, clock = SimulatedNvml(SimulatedGpu()), Clock()
    found = Cooling(0, clock.pause, lambda: nvml)
    for _ in range(2):
        assert not found.is_due
        assert found.before_block(DEVICE) is None

    assert (clock.waits, nvml.calls) == ([], [])

"""The pause between blocks, in which the machine gets back to the temperature at which it began."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from fwcompare.execution.sources.nvml import TEMPERATURE_GPU, NvmlLoader, shared_nvml

NEAR_C: Final = 3.0
"""A GPU that is at most so much warmer than before the first block has cooled down."""

LOOK_S: Final = 1.0
"""How often the GPU is asked."""


class Cooling:
    """Waits before each block but the first: on a GPU until it has cooled down, elsewhere as long as it may.

    Args:
        at_most_s: How long a pause may be; 0 for none.
        pause: Waits so many seconds; True, and at once, if the run is cancelled.
        load: Gives NVML.
        clock_ns: Tells how long a pause took.
    """

    def __init__(
        self,
        at_most_s: float,
        pause: Callable[[float], bool],
        load: NvmlLoader = shared_nvml,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._at_most_s = at_most_s
        self._pause = pause
        self._load = load
        self._clock_ns = clock_ns
        self._is_first = True
        self._first_c: dict[str, float | None] = {}

    @property
    def is_due(self) -> bool:
        """There is a pause to be made now."""
        return self._at_most_s > 0 and not self._is_first

    def before_block(self, device: str) -> int | None:
        """Wait, unless this is the first block; returns early where the run is cancelled.

        Returns:
            How long it took in nanoseconds, None if there was nothing to wait for.
        """
        if self._at_most_s <= 0:
            return None
        start_ns = self._clock_ns()
        temperature_c = self._temperature_c(device)
        first_c = self._first_c.setdefault(device, temperature_c)
        if self._is_first:
            self._is_first = False
            return None
        self._wait(device, first_c)
        return self._clock_ns() - start_ns

    def _wait(self, device: str, first_c: float | None) -> None:
        left_s = self._at_most_s
        while left_s > 0:
            now_c = None if first_c is None else self._temperature_c(device)
            if now_c is not None and first_c is not None and now_c <= first_c + NEAR_C:
                return
            step_s = left_s if now_c is None else min(LOOK_S, left_s)
            if self._pause(step_s):
                return
            left_s -= step_s

    def _temperature_c(self, device: str) -> float | None:
        """Of the GPU, None of a processor and of a GPU that does not tell."""
        if device == "cpu":
            return None
        nvml = self._load()
        if isinstance(nvml, str):
            return None
        try:
            handle = nvml.nvmlDeviceGetHandleByUUID(device.partition(":")[2])
            return float(nvml.nvmlDeviceGetTemperature(handle, TEMPERATURE_GPU))
        except nvml.NVMLError:
            return None

"""Where resource samples come from: one module for each source of counters.

All percentages of processor time count 100 for one core, of the worker as of the machine, so that
their difference is the load that others make. Nothing that can't be read is ever given as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """The names under which readings are stored; the unit is in the name."""

    RSS_BYTES = "rss_bytes"
    """Resident set size of the worker process."""

    CPU_PERCENT = "cpu_percent"
    """Processor time of the worker and all its descendants, 100 for one core."""

    MACHINE_CPU_PERCENT = "machine_cpu_percent"
    """Processor time of everything on the machine, 100 for one core."""

    STEAL_PERCENT = "steal_percent"
    """Processor time that the hypervisor gave to other machines, 100 for one core."""

    LOAD_1M = "load_1m"
    """Load average of the last minute."""

    AVAILABLE_BYTES = "available_bytes"
    """Memory that can still be had, within the limits of this process's cgroups."""

    CPU_PRESSURE_PERCENT = "cpu_pressure_percent"
    """Share of the time in which some task on the machine waited for a processor."""

    INVOLUNTARY_SWITCHES_PER_S = "involuntary_switches_per_s"
    """How often a second all threads of the worker's tree together lost their processor."""

    SWAPPED_IN_BYTES = "swapped_in_bytes"
    """Memory that the machine read back from swap since the last reading."""

    GOVERNED_CORES = "governed_cores"
    """Cores whose clock another governor than `performance` rules."""

    ON_BATTERY = "on_battery"
    """1 while the machine runs on its battery, else 0."""

    CPU_ENERGY_J = "cpu_energy_j"
    """Energy of all processor packages since the block began, by their own counter."""

    GPU_UTILIZATION_PERCENT = "gpu_utilization_percent"
    """Share of the driver's last sample period (1/6 to 1 s) in which any kernel ran."""

    GPU_MEMORY_BYTES = "gpu_memory_bytes"
    """Memory of the GPU that is in use, by all processes and the driver."""

    GPU_PROCESS_MEMORY_BYTES = "gpu_process_memory_bytes"
    """Memory of the GPU that the worker and its descendants use, their CUDA context included."""

    GPU_POWER_W = "gpu_power_w"
    """Power draw of the board; a 1 s average on Ampere and later."""

    GPU_TEMPERATURE_C = "gpu_temperature_c"
    """Temperature of the GPU's die."""

    GPU_SM_CLOCK_HZ = "gpu_sm_clock_hz"
    """Clock of the streaming multiprocessors."""

    GPU_OTHER_PROCESSES = "gpu_other_processes"
    """Processes that compute on the GPU beside the worker, read while the driver lists the worker among them."""

    GPU_THERMAL_LIMIT = "gpu_thermal_limit"
    """1 while the GPU is slowed down by its temperature or by its power supply, else 0."""

    GPU_ENERGY_J = "gpu_energy_j"
    """Energy of the whole GPU since its driver was loaded; the counter steps about every 0.1 s."""


class Source(Protocol):
    """Reads a few channels for one worker; made for it, used by the sampler's thread alone."""

    @property
    def period_s(self) -> float:
        """Time between two readings."""
        ...

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All that it could read."""
        ...

    @property
    def unavailable(self) -> Mapping[Channel, str]:
        """A sentence for each channel that can't be read; it may grow with every call below."""
        ...

    def open(self) -> None:
        """Prepares reading.

        Raises:
            ProcessLookupError: The worker is gone.
        """
        ...

    def read(self) -> dict[Channel, float]:
        """What can be read now: a rate is absent the first time, as it needs two readings.

        Raises:
            ProcessLookupError: The worker is gone.
        """
        ...

    def close(self) -> None:
        """Gives everything back; called once, also after a failed `open`."""
        ...

"""The columns of the measured table, and what stands over a column of any table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Column(IntEnum):
    """A column of the measured table, in the order in which they stand."""

    CONTENDER = 0
    WORKLOAD = 1
    MEDIAN = 2
    P90 = 3
    RATIO = 4
    VERDICT = 5
    THROUGHPUT = 6
    IMPORT = 7
    COMPILE = 8
    FIRST_CALL = 9
    MEMORY = 10
    GPU_MEMORY = 11
    GPU_USE = 12
    UNIQUE_MEMORY = 13
    ALLOCATED_PEAK = 14
    RESERVED_PEAK = 15
    ENERGY = 16
    ENERGY_RATIO = 17
    ENERGY_VERDICT = 18


BADGE_COLUMNS: Final = (Column.VERDICT, Column.ENERGY_VERDICT)
"""The columns whose cells are chips."""

EXTRA_COLUMNS: Final = (
    Column.UNIQUE_MEMORY,
    Column.ALLOCATED_PEAK,
    Column.RESERVED_PEAK,
    Column.ENERGY,
    Column.ENERGY_RATIO,
    Column.ENERGY_VERDICT,
)
"""The columns that are shown only if they are asked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a column.

    Attributes:
        unit: Unit of the cells, "" if they have none.
        scale: Divides the raw value to give the unit.
        about: What exactly is shown, in one sentence.
        width: In pixels at 100 %.
        is_text: The cells are no numbers: they stand at the left.
        has_more: The numbers stand at the left, and more at their right.
        hue: Of the framework that the column speaks of, None for all columns that speak of none.
    """

    title: str
    unit: str
    scale: float
    about: str
    width: int
    is_text: bool = False
    has_more: bool = False
    hue: str | None = None

    @property
    def with_unit(self) -> str:
        """Title and unit, as a file or a copy has them."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


HEADINGS: Final = {
    Column.CONTENDER: Heading("Contender", "", 1, "Framework and mode.", 224, is_text=True),
    Column.WORKLOAD: Heading(
        "Workload", "", 1, "Architecture, size, task, batch and device.", 216, is_text=True
    ),
    Column.MEDIAN: Heading(
        "Median",
        "ms",
        1e6,
        "Latency of one iteration: the median over the block medians. The whisker spans the block medians; bars of one workload share a scale.",
        136,
        has_more=True,
    ),
    Column.P90: Heading("p90", "ms", 1e6, "Nine of ten iterations took at most this long.", 72),
    Column.RATIO: Heading(
        "Ratio",
        "",
        1,
        "Latency over the baseline's with its 95 % interval, below 1 is faster; the grey band is the margin.",
        128,
        has_more=True,
    ),
    Column.VERDICT: Heading("Against baseline", "", 1, "What the interval allows to say.", 352, is_text=True),
    Column.THROUGHPUT: Heading("Throughput", "/s", 1, "Examples per second at the median latency.", 112),
    Column.IMPORT: Heading("Import", "s", 1e9, "Time to import the framework, median over the blocks.", 80),
    Column.COMPILE: Heading(
        "Compile",
        "s",
        1e9,
        "Tracing and compiling with an empty cache, with the one call that triggers it: the first block.",
        96,
    ),
    Column.FIRST_CALL: Heading(
        "First call", "ms", 1e6, "The first call that finds everything compiled, median over the blocks.", 104
    ),
    Column.MEMORY: Heading(
        "Peak memory",
        "MiB",
        2**20,
        "Highest resident memory of the worker; beside it what importing alone took.",
        168,
        has_more=True,
    ),
    Column.GPU_MEMORY: Heading(
        "GPU memory",
        "MiB",
        2**20,
        "Highest GPU memory of the worker, by the driver's count, its CUDA context included.",
        120,
    ),
    Column.GPU_USE: Heading(
        "GPU use",
        "%",
        1,
        "Share of the time in which any kernel ran on the GPU while iterations were timed, by the driver, which averages over 1/6 to 1 s; 100 % does not mean that the GPU is full.",
        96,
    ),
    Column.UNIQUE_MEMORY: Heading(
        "Unique memory",
        "MiB",
        2**20,
        "Memory that the worker alone held at the end of its block: without what it shares with other processes.",
        128,
    ),
    Column.ALLOCATED_PEAK: Heading(
        "Allocated peak",
        "MiB",
        2**20,
        "Most GPU memory that tensors used at once, by the framework's own count.",
        128,
    ),
    Column.RESERVED_PEAK: Heading(
        "Reserved peak",
        "MiB",
        2**20,
        "Most GPU memory that the framework held at once, by its own count, used or not.",
        128,
    ),
    Column.ENERGY: Heading(
        "Energy",
        "J",
        1,
        "Energy of an item by the counter of the device that the workload runs on, ± what its steps leave open.",
        120,
    ),
    Column.ENERGY_RATIO: Heading(
        "Energy ratio", "", 1, "Energy of an item over the baseline's, below 1 needs less.", 112
    ),
    Column.ENERGY_VERDICT: Heading(
        "Energy against baseline",
        "",
        1,
        "What the interval of the energy ratio allows to say.",
        240,
        is_text=True,
    ),
}

TEXT_COLUMNS: Final = tuple(column for column in Column if HEADINGS[column].is_text)
"""The columns whose cells are no numbers."""

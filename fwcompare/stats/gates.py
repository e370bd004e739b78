"""Was a block disturbed? One gate for each disturbance that can be seen; nothing is hidden by them.

Amber is a warning; a red block is not to be trusted and is run once more by the engine. A gate that
can't be looked at says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, median
from typing import Final

from fwcompare.domain import words
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import is_on_gpu
from fwcompare.stats.blocks import BlockFigures, Look, block_figures, blocks_of
from fwcompare.worker.warmup import MIN_WINDOW_S


class Level(StrEnum):
    """How bad it is."""

    NOTE = "note"
    AMBER = "amber"
    RED = "red"


class GateCode(StrEnum):
    """What can disturb a block."""

    OTHER_LOAD = "OTHER_LOAD"
    CPU_PRESSURE = "CPU_PRESSURE"
    SWITCHES = "SWITCHES"
    GOVERNOR = "GOVERNOR"
    BATTERY = "BATTERY"
    SWAP = "SWAP"
    GPU_SHARED = "GPU_SHARED"
    GPU_THERMAL = "GPU_THERMAL"
    GPU_CLOCK = "GPU_CLOCK"
    GPU_WARM_UP = "GPU_WARM_UP"
    SCATTER = "SCATTER"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES[self]


_REMEDIES: Final = {
    GateCode.OTHER_LOAD: "Close other programs, or measure when the machine is idle.",
    GateCode.CPU_PRESSURE: "Close other programs, or give the workers fewer threads.",
    GateCode.SWITCHES: "Close other programs: they take the processor from the worker.",
    GateCode.GOVERNOR: "Set the processor's governor to performance for the time of the run.",
    GateCode.BATTERY: "Plug the machine in.",
    GateCode.SWAP: "Close programs that need much memory, or choose a smaller batch.",
    GateCode.GPU_SHARED: "End the other programs that use this GPU.",
    GateCode.GPU_THERMAL: "Let the GPU cool down between blocks, or improve its cooling.",
    GateCode.GPU_CLOCK: "Let the GPU cool down between blocks, or fix its clock.",
    GateCode.GPU_WARM_UP: "Fix the GPU's clock, or measure with a preset whose blocks are longer.",
    GateCode.SCATTER: "Measure again when the machine is idle, or for longer.",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A disturbance that was found in a block.

    Attributes:
        value: What was held against the limits, to find the worst of several blocks; 0 where nothing was.
    """

    code: GateCode
    level: Level
    sentence: str
    value: float = field(default=0.0, compare=False)

    @property
    def is_disturbance(self) -> bool:
        """More than a note."""
        return self.level is not Level.NOTE


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was found, and why the other gates were not looked at.

    Attributes:
        unchecked: Reason by gate.
    """

    gates: tuple[Gate, ...]
    unchecked: dict[GateCode, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """Above these it is amber or red; without a limit it never is."""

    amber: float
    red: float | None = None

    def level(self, value: float) -> Level | None:
        """None where all is well."""
        if self.red is not None and value > self.red:
            return Level.RED
        return Level.AMBER if value > self.amber else None


OTHER_LOAD: Final = Limits(0.10, 0.50)
CPU_PRESSURE_PERCENT: Final = Limits(5, 20)
SWITCHES_PER_S: Final = Limits(100)
SWAPPED_BYTES: Final = Limits(0, 100e6)
GPU_PROCESSES: Final = Limits(0)
GPU_LOAD_PERCENT: Final = Limits(10, 10)
GPU_THERMAL_SHARE: Final = Limits(0, 0.05)
CLOCK_LOSS: Final = Limits(0.03, 0.10)
CLOCK_RISE: Final = Limits(0.05)
RELATIVE_IQR: Final = Limits(0.10, 0.25)

CLOCK_WINDOW_NS: Final = int(MIN_WINDOW_S * 1e9)
"""As long as a window of the warm-up."""

_CLOCK: Final = "gpu_sm_clock_hz"

_Finding = tuple[float, Limits, str] | str
"""A value, its limits and the sentence; or why there is no value."""


def gates_of(block: BlockRecord, record: RunRecord, look: Look = block_figures) -> GateReport:
    """All gates of one block that measured.

    Args:
        block: One of the record's.
        record: The run, for what holds of the machine and of the contender's other blocks.
        look: Gives the figures of a block.
    """
    gates, unchecked = _power_gates(block, record)
    for code, finding in _findings(block, record, look(block)).items():
        if isinstance(finding, str):
            unchecked[code] = finding
            continue
        value, limits, sentence = finding
        level = limits.level(value)
        if level is not None:
            gates.append(Gate(code, level, sentence, value))
    return GateReport(tuple(gates), unchecked)


def clock_loss(block: BlockRecord, record: RunRecord) -> float | None:
    """By what share the block's GPU clock was below the median of its contender's blocks.

    Against those of the same contender: one that draws more power has a lower clock by right. None
    without readings.
    """
    own = readings(block, _CLOCK)
    others = [readings(one, _CLOCK) for one in blocks_of(record, block.contender, block.workload)]
    usual = median([fmean(one) for one in others if one] or [0.0])
    return 1 - fmean(own) / usual if own and usual > 0 else None


def clock_rise(block: BlockRecord) -> float | None:
    """By what share the GPU's clock ended the warm-up below its highest half second while iterations were timed.

    Only what comes after the warm-up can tell that a clock was still rising: one that was higher before and
    settled under the GPU's power limit is warm. None without readings in both phases.
    """
    before, after = (timed_readings(block, _CLOCK, phase) for phase in (Phase.WARM_UP, Phase.MEASURE))
    if not before or not after:
        return None
    last = [value for time_ns, value in before if time_ns > before[-1][0] - CLOCK_WINDOW_NS]
    windows: dict[int, list[float]] = {}
    for time_ns, value in after:
        windows.setdefault((time_ns - after[0][0]) // CLOCK_WINDOW_NS, []).append(value)
    highest = max(fmean(window) for window in windows.values())
    return max(0.0, 1 - fmean(last) / highest) if highest > 0 else None


def disturbances(blocks: Iterable[BlockRecord], record: RunRecord, look: Look = block_figures) -> list[Gate]:
    """What is amber or red in any of the blocks, the worst first; the clock, which has remarks of its own, is left out."""
    found = [
        gate
        for block in blocks
        for gate in gates_of(block, record, look).gates
        if gate.is_disturbance and gate.code not in (GateCode.GPU_CLOCK, GateCode.GPU_WARM_UP)
    ]
    return worst_first(found)


def worst_first(gates: Iterable[Gate]) -> list[Gate]:
    """The gates, the red ones before the others, and of one code that of the highest value."""
    return sorted(gates, key=lambda gate: (gate.level is not Level.RED, _ORDER.index(gate.code), -gate.value))


def other_load(block: BlockRecord, record: RunRecord) -> float | str:
    """What others used and what the hypervisor took away, as a share of all cores of the machine; or why it is not known.

    What is counted is counted on all of them, also where the workers may use only some.
    """
    machine, worker = readings(block, "machine_cpu_percent"), readings(block, "cpu_percent")
    cores = record.machine.get("logical_cores")
    if not machine or not worker or not isinstance(cores, int):
        return block.unavailable.get("machine_cpu_percent", _UNREAD)
    stolen = readings(block, "steal_percent")
    others = fmean(machine) - fmean(worker) + (fmean(stolen) if stolen else 0.0)
    return max(0.0, others / 100 / cores)


def other_use_of_gpu(block: BlockRecord) -> str:
    """Why what the GPU as a whole used can't be put down to this block, "" if it can."""
    found = _gpu_shared(block)
    if isinstance(found, str):
        return f"it is not known whether other programs used the GPU: {words.reason(found)}"
    value, limits, _ = found
    return "other programs used the GPU" if limits.level(value) else ""


def readings(block: BlockRecord, channel: str, during: Phase = Phase.MEASURE) -> list[float]:
    """The readings of a channel while iterations were timed, or in another phase."""
    return [value for _, value in timed_readings(block, channel, during)]


def timed_readings(block: BlockRecord, channel: str, during: Phase) -> list[tuple[int, float]]:
    """The readings of a channel in a phase, each with its time in nanoseconds."""
    series, phase = block.resources.get(channel), block.phases.get(during)
    if series is None or phase is None:
        return []
    end_ns = phase.start_ns + phase.duration_ns if phase.duration_ns is not None else None
    return [
        (time_ns, float(value))
        for times, values in zip(series.time_ns, series.value, strict=True)
        for time_ns, value in zip(times, values, strict=True)
        if time_ns >= phase.start_ns and (end_ns is None or time_ns <= end_ns)
    ]


def highest(block: BlockRecord, channel: str) -> float | None:
    """The highest reading of the whole block, from the start of its process to its end; None without any."""
    series = block.resources.get(channel)
    return max((float(value) for chunk in series.value for value in chunk), default=None) if series else None


def _power_gates(block: BlockRecord, record: RunRecord) -> tuple[list[Gate], dict[GateCode, str]]:
    """Governor and battery, which are read seldom: as they were in the whole block, else at the start of the run."""
    gates: list[Gate] = []
    unchecked: dict[GateCode, str] = {}
    cores, governor = highest(block, "governed_cores"), record.machine.get("cpu_governor")
    if cores is None and governor is None:
        reason = record.machine.get("cpu_governor_unavailable")
        unchecked[GateCode.GOVERNOR] = str(reason or "not recorded")
    elif governor != "performance" if cores is None else cores > 0:
        name = "another governor" if governor in (None, "performance") else governor
        sentence = f"The processor's clock is governed by {name}, which may change it."
        gates.append(Gate(GateCode.GOVERNOR, Level.NOTE, sentence))
    on_battery, plugged = highest(block, "on_battery"), record.machine.get("power_plugged")
    if on_battery is None and plugged is None:
        unchecked[GateCode.BATTERY] = "the machine has no battery, or does not tell"
    elif plugged is False if on_battery is None else on_battery > 0:
        gates.append(Gate(GateCode.BATTERY, Level.AMBER, "The machine ran on its battery."))
    return gates, unchecked


def _findings(block: BlockRecord, record: RunRecord, figures: BlockFigures) -> dict[GateCode, _Finding]:
    found: dict[GateCode, _Finding] = {
        GateCode.OTHER_LOAD: _other_load(block, record),
        GateCode.CPU_PRESSURE: _of_channel(
            block,
            "cpu_pressure_percent",
            fmean,
            CPU_PRESSURE_PERCENT,
            "Tasks waited for a processor {:.0f} % of the time.",
        ),
        GateCode.SWITCHES: "the worker has several threads"
        if block.settings.get("intra_op_threads") != 1
        else _of_channel(
            block,
            "involuntary_switches_per_s",
            fmean,
            SWITCHES_PER_S,
            "The worker lost its processor {:.0f} times a second.",
        ),
        GateCode.SWAP: _of_channel(
            block, "swapped_in_bytes", sum, SWAPPED_BYTES, "{:,.0f} bytes were read back from swap."
        ),
        GateCode.SCATTER: "no iteration was timed",
    }
    if figures.spread is not None:
        iqr = figures.spread.relative_iqr
        sentence = f"The middle half of the iterations differs by {100 * iqr:.0f} % of the median."
        found[GateCode.SCATTER] = iqr, RELATIVE_IQR, sentence
    return {**found, **_gpu_findings(block, record)}


def _gpu_findings(block: BlockRecord, record: RunRecord) -> dict[GateCode, _Finding]:
    if not is_on_gpu(block.workload):
        codes = (GateCode.GPU_SHARED, GateCode.GPU_THERMAL, GateCode.GPU_CLOCK, GateCode.GPU_WARM_UP)
        return dict.fromkeys(codes, "the workload runs on the CPU")
    loss, rise = clock_loss(block, record), clock_rise(block)
    clock: _Finding = block.unavailable.get(_CLOCK, _UNREAD)
    warm_up: _Finding = clock if loss is None else "no reading was taken in the warm-up"
    if loss is not None:
        clock = (
            loss,
            CLOCK_LOSS,
            f"The GPU's clock was {100 * loss:.0f} % lower than in the contender's other blocks.",
        )
    if rise is not None:
        warm_up = (
            rise,
            CLOCK_RISE,
            f"The GPU's clock was still rising: the warm-up ended {100 * rise:.0f} % below its highest.",
        )
    return {
        GateCode.GPU_SHARED: _gpu_shared(block),
        GateCode.GPU_THERMAL: _of_channel(
            block,
            "gpu_thermal_limit",
            fmean,
            GPU_THERMAL_SHARE,
            "The GPU was slowed down by its temperature or its power supply.",
        ),
        GateCode.GPU_CLOCK: clock,
        GateCode.GPU_WARM_UP: warm_up,
    }


def _other_load(block: BlockRecord, record: RunRecord) -> _Finding:
    share = other_load(block, record)
    if isinstance(share, str):
        return share
    return share, OTHER_LOAD, f"Other programs used {100 * share:.0f} % of the processors."


def _gpu_shared(block: BlockRecord) -> _Finding:
    """Load before the worker touched the GPU, else processes beside it: in a container they are not listed."""
    before = readings(block, "gpu_utilization_percent", Phase.IMPORT)
    if before and GPU_LOAD_PERCENT.level(median(before)):
        sentence = f"Other programs kept the GPU busy {median(before):.0f} % of the time before the start."
        return median(before), GPU_LOAD_PERCENT, sentence
    return _of_channel(
        block,
        "gpu_other_processes",
        max,
        GPU_PROCESSES,
        "Other processes used the GPU, at most {:.0f} at once.",
    )


def _of_channel(
    block: BlockRecord,
    channel: str,
    reduce: Callable[[Sequence[float]], float],
    limits: Limits,
    sentence: str,
) -> _Finding:
    values = readings(block, channel)
    if not values:
        return block.unavailable.get(channel, _UNREAD)
    value = reduce(values)
    return value, limits, sentence.format(value)


_ORDER: Final = tuple(GateCode)
_UNREAD: Final = "no reading was taken while iterations were timed"

"""The figures of one contender in one workload: values with their spread, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord
from fwcompare.domain.verdict import Comparison
from fwcompare.execution.sources import Channel
from fwcompare.stats.blocks import NOT_MEASURED, Look, repeated
from fwcompare.stats.gates import readings
from fwcompare.stats.quantiles import TOO_FEW
from fwcompare.stats.summary import GPU_MEMORY, Summary, gpu_memory_bytes
from ui.comparison.columns import HEADINGS, Column
from ui.comparison.digits import rounded

NOTHING: Final = "–"
"""What stands in a cell without a value."""

_COUNTERS: Final = {
    Column.UNIQUE_MEMORY: "host_unique_bytes",
    Column.ALLOCATED_PEAK: "framework_allocated_peak_bytes",
    Column.RESERVED_PEAK: "framework_reserved_peak_bytes",
}
"""The counters that the workers themselves read."""

FINEST: Final = 0.002
"""Blocks that agree better than this may do so by chance: no digit is shown that stands for less."""
_NOT_SO_FAR: Final = "no worker got so far"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a row.

    Attributes:
        value: Raw, in the base unit (ns, bytes, per cent, ratio); None if there is none.
        text: As shown, in the unit of the column.
        reason: Why there is no value.
        low: Lower end of its interval or span, None without one.
        high: Upper end of its interval or span, None without one.
        note: What stands beside it, muted.
    """

    value: float | None
    text: str = NOTHING
    reason: str = ""
    low: float | None = None
    high: float | None = None
    note: str = ""


def figures_of(
    blocks: Sequence[BlockRecord], summary: Summary, device: str, look: Look
) -> dict[Column, Figure]:
    """All numeric columns of a row but the ratios, which depend on the baseline.

    Args:
        blocks: The finished blocks of the contender in this workload.
        summary: Theirs.
        device: Of the workload.
        look: Gives the figures of a block.
    """
    replaced = repeated(blocks)
    counting = [block for block in blocks if block.block not in replaced]
    return {
        Column.MEDIAN: _median(counting, summary, look),
        Column.P90: _p90(summary),
        Column.THROUGHPUT: _plain(
            Column.THROUGHPUT, summary.throughput_per_s, summary.unavailable.get("throughput_per_s", "")
        ),
        Column.IMPORT: _phase(Column.IMPORT, blocks, Phase.IMPORT),
        Column.COMPILE: _compile(blocks),
        Column.FIRST_CALL: _phase(Column.FIRST_CALL, blocks, Phase.FIRST_CALL),
        Column.MEMORY: _memory(counting),
        Column.GPU_MEMORY: _gpu_memory(counting, device),
        Column.GPU_USE: _gpu_use(counting, device),
        **{column: _counter(column, counting, name) for column, name in _COUNTERS.items()},
        Column.ENERGY: _energy(summary, "cpu" if device == "cpu" else "gpu"),
    }


def ratio_figure(comparison: Comparison | None, measured: Figure) -> Figure:
    """The ratio with its interval.

    Args:
        comparison: With the baseline, None for the baseline itself.
        measured: What it is a ratio of.
    """
    if comparison is None:
        return Figure(None, reason=measured.reason) if measured.value is None else Figure(1.0, "1")
    if comparison.ratio is None:
        reason = " ".join(reason.sentence for reason in comparison.reasons)
        return Figure(None, reason=comparison.detail or reason)
    spread = None
    if comparison.low is not None and comparison.high is not None:
        spread = (comparison.high - comparison.low) / 2
    text = rounded(comparison.ratio, spread)
    return Figure(comparison.ratio, text, low=comparison.low, high=comparison.high)


def phase_durations(blocks: Iterable[BlockRecord], phase: Phase) -> list[int]:
    """How long the phase took in each block that finished it, in nanoseconds."""
    records = (block.phases.get(phase) for block in blocks)
    return [record.duration_ns for record in records if record and record.duration_ns is not None]


def peak_memory(block: BlockRecord) -> int | None:
    """Highest resident memory of a block in bytes, None if no phase tells."""
    return max((one.peak_rss_bytes for one in block.phases.values() if one.peak_rss_bytes), default=None)


def _shown(column: Column, value: float, spread: float | None = None) -> str:
    scale = HEADINGS[column].scale
    return rounded(value / scale, None if spread is None else spread / scale)


def _plain(column: Column, value: float | None, reason: str) -> Figure:
    return Figure(None, reason=reason) if value is None else Figure(float(value), _shown(column, value))


def _median(blocks: Sequence[BlockRecord], summary: Summary, look: Look) -> Figure:
    if summary.median_ns is None:
        return Figure(None, reason=summary.unavailable["median_ns"])
    medians = [value for block in blocks if (value := look(block).median_ns) is not None]
    low, high = min(medians), max(medians)
    if len(medians) == 1:
        return Figure(summary.median_ns, _shown(Column.MEDIAN, summary.median_ns))
    spread = max((high - low) / 2, summary.median_ns * FINEST)
    text = _shown(Column.MEDIAN, summary.median_ns, spread)
    return Figure(summary.median_ns, text, low=low, high=high)


def _p90(summary: Summary) -> Figure:
    """The percentile with its interval; "n too small" in the cell where iterations are too few."""
    found = summary.percentiles.get("p90")
    if found is None:
        reason = summary.unavailable.get("p90_ns", "")
        return Figure(None, TOO_FEW if reason.startswith(TOO_FEW) else NOTHING, reason=reason)
    return Figure(
        float(found.value_ns), _shown(Column.P90, found.value_ns), low=found.low_ns, high=found.high_ns
    )


def _energy(summary: Summary, name: str) -> Figure:
    known = summary.energy.get(name)
    if known is None:
        return Figure(None, reason=summary.unavailable.get(f"energy.{name}", NOT_MEASURED))
    value = known.joules_per_item
    text = _shown(Column.ENERGY, value, value * known.relative_error)
    return Figure(value, text, note=f"± {100 * known.relative_error:.2g} %")


def _phase(column: Column, blocks: Sequence[BlockRecord], phase: Phase) -> Figure:
    durations = phase_durations(blocks, phase)
    return _plain(column, median(durations) if durations else None, _NOT_SO_FAR)


def _compile(blocks: Sequence[BlockRecord]) -> Figure:
    if not blocks:
        return Figure(None, reason=_NOT_SO_FAR)
    first = blocks[0]
    durations = phase_durations([first], Phase.COMPILE)
    if durations:
        return _plain(Column.COMPILE, durations[0], "")
    eager = Phase.FIRST_CALL in first.phases and Phase.COMPILE not in first.phases
    return Figure(None, reason="nothing is compiled in this mode" if eager else _NOT_SO_FAR)


def _memory(blocks: Sequence[BlockRecord]) -> Figure:
    peaks = [peak for block in blocks if (peak := peak_memory(block)) is not None]
    if not peaks:
        return Figure(None, reason="no worker told its peak memory")
    imports = [one.rss_bytes for block in blocks if (one := block.phases.get(Phase.IMPORT)) and one.rss_bytes]
    note = f"import {_shown(Column.MEMORY, median(imports))}" if imports else ""
    return Figure(float(max(peaks)), _shown(Column.MEMORY, max(peaks)), note=note)


def _counter(column: Column, blocks: Sequence[BlockRecord], name: str) -> Figure:
    values = [block.counters[name] for block in blocks if name in block.counters]
    reasons = [block.unavailable[name] for block in blocks if name in block.unavailable]
    return _plain(
        column, max(values, default=None), reasons[-1] if reasons else "the workers did not tell it"
    )


def _gpu_memory(blocks: Sequence[BlockRecord], device: str) -> Figure:
    peaks = [peak for block in blocks if (peak := gpu_memory_bytes(block)) is not None]
    reason = _unread(blocks, GPU_MEMORY, device) or "no reading was taken while the blocks ran"
    return _plain(Column.GPU_MEMORY, max(peaks, default=None), reason)


def _gpu_use(blocks: Sequence[BlockRecord], device: str) -> Figure:
    measured = [block for block in blocks if block.outcome is Outcome.OK]
    values = [value for block in measured for value in readings(block, Channel.GPU_UTILIZATION_PERCENT)]
    untimed = "no reading was taken while iterations were timed" if measured else NOT_MEASURED
    reason = _unread(blocks, Channel.GPU_UTILIZATION_PERCENT, device) or untimed
    return _plain(Column.GPU_USE, fmean(values) if values else None, reason)


def _unread(blocks: Sequence[BlockRecord], channel: str, device: str) -> str:
    """Why a channel of the GPU can't be read, "" if it can."""
    reasons = [block.unavailable[channel] for block in blocks if channel in block.unavailable]
    return reasons[-1] if reasons else "this workload runs on the CPU" if device == "cpu" else ""

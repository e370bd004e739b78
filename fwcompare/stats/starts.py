"""What a start costs: how long a fresh process takes until it has answered once.

*Cold* and *warm* speak of the contender's compile caches. Files that the system keeps in memory after they were
read once are another matter: without privileges nobody can make it forget them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from fwcompare.domain.events import CompileCache
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.stats.quantiles import iterations_needed, median, order_ranks

PHASES: Final = (Phase.IMPORT, Phase.BUILD, Phase.COMPILE, Phase.FIRST_CALL)
"""What a start consists of, besides `PROCESS`."""

PROCESS: Final = "process"
"""The start of the process and of the device: what the total has besides those."""

TOTAL: Final = "total"

_WHOLE: Final = (Phase.SPAWN, Phase.IMPORT, Phase.DEVICE_INIT, Phase.BUILD, Phase.COMPILE, Phase.FIRST_CALL)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time over some blocks.

    Attributes:
        low_ns: Lower end of the 95 % interval of the median, an order statistic; None, as is `high_ns`, of
            fewer than 6 blocks.
    """

    median_ns: float
    low_ns: int | None
    high_ns: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """The starts of one contender in one workload with one kind of compile cache.

    Attributes:
        blocks: How many there were, also such as ended in one of the phases.
        durations: By name of the phase, "process", and "total" from the start of the process to the first answer.
        unavailable: Reason by name of each duration that is None.
    """

    contender: str
    workload: str
    compile_cache: CompileCache
    blocks: int
    durations: dict[str, Duration | None]
    unavailable: dict[str, str] = field(default_factory=dict)


def starts_of(record: RunRecord) -> tuple[Start, ...]:
    """The starts of each contender in each workload, in the order of the plan, cold before warm.

    A block that was run once more counts as well: what disturbed its measurement was not in its start, and
    its repetition found in the caches what it had left.
    """
    return tuple(
        _start(contender.id, workload.id, cache, blocks)
        for workload in record.plan.workloads
        for contender in record.plan.contenders
        for cache in CompileCache
        if (
            blocks := [
                one
                for one in record.blocks
                if (one.contender, one.workload) == (contender.id, workload.id)
                and one.compile_cache is cache
                and one.outcome is not None
            ]
        )
    )


def too_few_starts(count: int) -> str:
    """Why so many starts have no interval."""
    return f"n too small: an interval needs {iterations_needed(50)} starts, has {count}"


def _start(contender: str, workload: str, cache: CompileCache, blocks: Sequence[BlockRecord]) -> Start:
    known = {phase.value: _known(_took_ns(block, phase) for block in blocks) for phase in PHASES}
    known[PROCESS] = _known(_process_ns(block) for block in blocks)
    known[TOTAL] = _known(_total_ns(block) for block in blocks)
    compiles = any(Phase.COMPILE in block.phases for block in blocks)
    silent = "no worker got so far"
    reasons = {name: silent for name, values in known.items() if not values}
    if known[Phase.FIRST_CALL] and not compiles:
        reasons[Phase.COMPILE] = "nothing is compiled in this mode"
    durations = {name: _duration(values) for name, values in known.items()}
    return Start(contender, workload, cache, len(blocks), durations, reasons)


def _known(values: Iterable[int | None]) -> list[int]:
    return sorted(value for value in values if value is not None)


def _took_ns(block: BlockRecord, phase: Phase) -> int | None:
    found = block.phases.get(phase)
    return found.duration_ns if found else None


def _process_ns(block: BlockRecord) -> int | None:
    """What its process and its device took to start, None if it did not get so far as to build."""
    parts = (_took_ns(block, Phase.SPAWN), _took_ns(block, Phase.DEVICE_INIT))
    return sum(part or 0 for part in parts) if Phase.BUILD in block.phases else None


def _total_ns(block: BlockRecord) -> int | None:
    """From the start of the process to the end of the first call, None if it did not get there."""
    if _took_ns(block, Phase.FIRST_CALL) is None:
        return None
    return sum(_took_ns(block, phase) or 0 for phase in _WHOLE)


def _duration(ordered: Sequence[int]) -> Duration | None:
    middle = median(ordered)
    if middle is None:
        return None
    ranks = order_ranks(50, len(ordered))
    low, high = (ordered[rank - 1] for rank in ranks) if ranks else (None, None)
    return Duration(middle, low, high)

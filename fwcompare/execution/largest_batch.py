"""The largest batch that fits: doubled until a fresh worker process fails, then bisected.

Every trial is a comparison of one block, so it is launched, supervised, limited and ended as any other
worker. What it must fit into holds all of the worker: framework, weights, inputs, activations, checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fwcompare.domain.contender import Contender
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Workload
from fwcompare.stats.summary import gpu_memory_bytes
from fwcompare.worker import workloads

PRECISION: Final = 0.02
"""The largest batch is known to 2 %, or exactly where that is less than one."""

_EFFORT: Final = Effort(rounds=1, min_measure_s=0.01, min_iterations=1, min_warm_up_s=0.0, max_warm_up_s=1.0)
"""Enough that every phase is gone through; nothing is told of the times."""

_COPIES: Final = 3
"""So many copies of the inputs are held at once: made and written by us, read and converted by the worker."""

_FLOAT32_BYTES: Final = 4
_OUT_OF_MEMORY: Final = (None, Outcome.OOM_DEVICE, Outcome.OOM_HOST)


@dataclass(frozen=True, slots=True)
class Trial:
    """One batch that was tried.

    Attributes:
        outcome: None if no worker was started, as the inputs alone would not fit.
        reason: What happened, "" where all went well.
        memory_bytes: Highest memory of the worker on its device, None where it is not known.
    """

    batch: int
    outcome: Outcome | None
    reason: str = ""
    memory_bytes: int | None = None

    @property
    def fits(self) -> bool:
        """True if the worker did all that it was asked for."""
        return self.outcome is Outcome.OK


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found.

    Attributes:
        trials: In the order in which they ran.
        limit: No larger batch was to be tried.
    """

    trials: tuple[Trial, ...]
    limit: int

    @property
    def largest(self) -> Trial | None:
        """The largest batch that fitted, None if none did."""
        return max((one for one in self.trials if one.fits), key=lambda one: one.batch, default=None)

    @property
    def stopper(self) -> Trial | None:
        """The smallest batch that did not fit, None if all did."""
        failed = (one for one in self.trials if not one.fits and one.outcome is not Outcome.CANCELLED)
        return min(failed, key=lambda one: one.batch, default=None)

    @property
    def cancelled(self) -> bool:
        """True if the search was ended before it was over."""
        return any(one.outcome is Outcome.CANCELLED for one in self.trials)


def search(try_batch: Callable[[int], Trial], start: int, limit: int) -> Search:
    """Double from `start` while it fits, then halve the gap until it is within `PRECISION`.

    A first batch that fails for another reason than memory ends the search: no other would fare better.

    Args:
        try_batch: Runs one batch.
        start: The first batch.
        limit: The largest one to try.
    """
    trials: list[Trial] = []
    batch, fitting, failing = min(start, limit), 0, limit + 1
    while failing - fitting > max(1, PRECISION * fitting):
        trials.append(try_batch(batch))
        if trials[-1].fits:
            fitting = batch
        elif trials[-1].outcome is Outcome.CANCELLED or (not fitting and not _is_memory(trials[-1])):
            break
        else:
            failing = batch
        batch = min(2 * batch, limit) if failing > limit else (fitting + failing) // 2
        if fitting == limit:
            break
    return Search(tuple(trials), limit)


def trial_plan(
    contender: Contender, workload: Workload, threads: int, memory_limit_bytes: int | None
) -> Plan:
    """One block of the contender in the workload, as short as may be."""
    return Plan(
        workloads=(workload,),
        contenders=(contender,),
        preset=PresetName.QUICK,
        effort=_EFFORT,
        baseline=contender.id,
        seed=0,
        threads=threads,
        memory_limit_bytes=memory_limit_bytes,
    )


def trial_of(record: RunRecord) -> Trial:
    """What the run of a `trial_plan` says."""
    workload = record.plan.workloads[0]
    block = record.blocks[-1] if record.blocks else None
    if block is None or block.outcome is None:
        return Trial(workload.batch, Outcome.CANCELLED, Outcome.CANCELLED.sentence)
    return Trial(workload.batch, block.outcome, block.reason, memory_bytes(block, workload))


def obstacle(workload: Workload, available_bytes: int) -> str:
    """Why the inputs of this batch can't be made on a machine with so much memory, "" if they can."""
    shape = workloads.spec(workload.architecture, workload.size).input_shape
    needed = _COPIES * _FLOAT32_BYTES * workload.batch * math.prod(shape)
    if needed <= available_bytes:
        return ""
    return (
        f"Its inputs alone take {needed >> 20} MiB of the machine's memory ({_COPIES} copies), and "
        f"{available_bytes >> 20} MiB are there."
    )


def memory_bytes(block: BlockRecord, workload: Workload) -> int | None:
    """Highest memory of the worker: resident on the CPU, else that of the process on the GPU."""
    if workload.gpu_uuid is None:
        peaks = [one.peak_rss_bytes for one in block.phases.values() if one.peak_rss_bytes is not None]
        return max(peaks, default=None)
    names = ("framework_reserved_peak_bytes", "framework_allocated_peak_bytes")
    found = (gpu_memory_bytes(block), *(block.counters.get(name) for name in names))
    return max((one for one in found if one is not None), default=None)


def _is_memory(trial: Trial) -> bool:
    return trial.outcome in _OUT_OF_MEMORY

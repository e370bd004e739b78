"""Which block comes when, and how long it all takes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class ScheduledBlock:
    """One turn of one contender."""

    workload: Workload
    contender: Contender
    round: int


def schedule(plan: Plan, done: Mapping[str, int] | None = None) -> tuple[ScheduledBlock, ...]:
    """All blocks in the order in which they run: workload by workload, rounds interleaved.

    Two contenders alternate ABBA BAAB …; more follow balanced Latin squares, so that every contender
    stands in every position (almost) equally often and a drift of the machine meets all of them alike.
    The seed decides who is A.

    Args:
        plan: What is measured.
        done: Rounds by workload id that an earlier run has done; the others come as if it went on.
    """
    generator = random.Random(plan.seed)  # noqa: S311 - an order that can be repeated, not a secret
    blocks = []
    for workload in plan.workloads:
        contenders = list(plan.contenders)
        generator.shuffle(contenders)
        for number in range((done or {}).get(workload.id, 0), plan.effort.rounds):
            order = balanced_order(len(contenders), number)
            blocks += [ScheduledBlock(workload, contenders[place], number) for place in order]
    return tuple(blocks)


def balanced_order(count: int, number: int) -> Sequence[int]:
    """Positions 0 … count-1 in the order of round `number`.

    Rows of a Williams design, 0 1 n-1 2 n-2 … shifted by one each round (E. J. Williams, Australian
    Journal of Scientific Research A 2, 1949): in `count` rounds every contender takes every position
    once. Every second pass through the rows runs backwards, which evens out who follows whom for an
    odd count and gives ABBA BAAB for two.
    """
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(count)]
    row = [(start + number) % count for start in zigzag]
    return row[::-1] if number // count % 2 else row


SPAWN_AND_IMPORT_S: Final = {
    Framework.PYTORCH: 2.0,
    Framework.TENSORFLOW: 3.5,
    Framework.KERAS_TENSORFLOW: 4.0,
    Framework.KERAS_TORCH: 4.0,
    Framework.KERAS_JAX: 3.0,
    Framework.ONNXRUNTIME: 9.0,
    Framework.LITERT: 6.0,
}
"""Rough times before the first block of a framework has been seen (measured once on two cores); of the runtimes
with the export of their model."""

COMPILE_S: Final = {Mode.COMPILE: 8.0, Mode.AOT: 10.0, Mode.XLA: 1.5, Mode.FUNCTION: 0.5}


def estimate_s(plan: Plan) -> float:
    """Seconds that the plan takes, before anything of it was seen; one block of each contender is run once more."""
    measured_s = plan.effort.min_warm_up_s + plan.effort.min_measure_s
    round_s = sum(
        SPAWN_AND_IMPORT_S[contender.framework] + COMPILE_S.get(contender.mode, 0.0) + measured_s
        for contender in plan.contenders
    )
    pauses_s = plan.effort.cool_down_s * (plan.block_count - 1)
    rounds = plan.effort.rounds + int(plan.effort.repeats_disturbed)
    return round_s * rounds * len(plan.workloads) + pauses_s


def remaining_s(record: RunRecord) -> float:
    """Seconds until the run ends, from the blocks that have ended."""
    plan = record.plan
    if record.finished_utc is not None:
        return 0.0
    ended, expected = block_counts(record)
    took_s = [
        (block.finished_ns - block.started_ns) / 1e9
        for block in record.blocks
        if block.finished_ns is not None
    ]
    each_s = fmean(took_s) + plan.effort.cool_down_s if took_s else estimate_s(plan) / plan.block_count
    return max(0, expected - ended) * each_s


def block_counts(record: RunRecord) -> tuple[int, int]:
    """Blocks that have ended, and blocks that there will be if no other contender is stopped."""
    plan = record.plan
    planned = [block for block in record.blocks if block.repeats is None]
    started = Counter((block.contender, block.workload) for block in planned)
    pairs = [(contender.id, workload.id) for workload in plan.workloads for contender in plan.contenders]
    expected = sum(
        started[pair] if pair in record.stopped or pair[1] in record.precise else plan.effort.rounds
        for pair in pairs
    )
    ended = sum(block.outcome is not None for block in record.blocks)
    return ended, expected + len(record.blocks) - len(planned)

"""Order of blocks and time estimates."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import CompileCache
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.schedule import balanced_order, block_counts, estimate_s, remaining_s, schedule
from tests import runs

CONTENDERS = (
    Contender(Framework.PYTORCH, Mode.EAGER, "/python"),
    Contender(Framework.TENSORFLOW, Mode.FUNCTION, "/python"),
    Contender(Framework.KERAS_TORCH, Mode.DEFAULT, "/python"),
)


def plan(contenders: int = 3, rounds: int = 4, seed: int = 0, workloads: int = 1) -> Plan:
    return Plan(
        workloads=tuple(
            Workload("mlp", Task.INFERENCE, Size.TINY, batch, "cpu") for batch in range(1, workloads + 1)
        ),
        contenders=CONTENDERS[:contenders],
        preset=PresetName.QUICK,
        effort=Effort(rounds, 1.0, 1),
        baseline="pytorch:eager",
        seed=seed,
        threads=1,
    )


def test_two_contenders_run_abba_baab() -> None:
    assert ["".join("AB"[place] for place in balanced_order(2, number)) for number in range(8)] == [
        "AB", "BA", "BA", "AB", "AB", "BA", "BA", "AB",
    ]  # fmt: skip


@given(count=st.integers(1, 9))
def test_in_as_many_rounds_as_contenders_everyone_takes_every_position_once(count: int) -> None:
    rounds = [balanced_order(count, number) for number in range(count)]
    for order in rounds:
        assert sorted(order) == list(range(count))
    for position in range(count):
        assert sorted(order[position] for order in rounds) == list(range(count))


@given(count=st.integers(2, 9))
def test_everyone_follows_everyone_else_equally_often(count: int) -> None:
    followers = Counter(
        pair
        for number in range(2 * count)
        for order in [balanced_order(count, number)]
        for pair in pairwise(order)
    )
    assert set(followers.values()) == {2}
    assert len(followers) == count * (count - 1)


def test_the_seed_alone_decides_the_order() -> None:
    assert schedule(plan(seed=1)) == schedule(plan(seed=1))
    assert len({schedule(plan(seed=seed)) for seed in range(20)}) > 1


def test_every_round_of_every_workload_holds_every_contender_once() -> None:
    blocks = schedule(plan(rounds=5, workloads=2))
    turns = Counter((block.workload.id, block.round, block.contender.id) for block in blocks)
    assert len(turns) == 2 * 5 * 3
    assert set(turns.values()) == {1}
    assert [block.round for block in blocks] == [
        number for _ in range(2) for number in range(5) for _ in range(3)
    ]


def record(*took_s: float, stopped: int = 0) -> RunRecord:
    blocks = tuple(
        BlockRecord(
            block=number,
            contender=CONTENDERS[number % 3].id,
            workload=plan().workloads[0].id,
            round=number // 3,
            started_ns=0,
            compile_cache=CompileCache.COLD,
            finished_ns=int(seconds * 1e9),
            outcome=Outcome.OK,
        )
        for number, seconds in enumerate(took_s)
    )
    return RunRecord(
        run_id="r",
        started_utc="2026-01-01T00:00:00Z",
        started_ns=0,
        app_version="0",
        plan=plan(),
        machine={},
        blocks=blocks,
        stopped={
            (contender.id, plan().workloads[0].id): Outcome.CRASHED for contender in CONTENDERS[:stopped]
        },
    )


def test_the_estimate_grows_with_the_plan() -> None:
    assert estimate_s(plan(rounds=8)) == pytest.approx(2 * estimate_s(plan(rounds=4)))
    assert estimate_s(plan(contenders=2)) < estimate_s(plan(contenders=3))
    assert estimate_s(plan(workloads=2)) == pytest.approx(2 * estimate_s(plan()))


def test_pauses_are_in_the_estimate_and_in_what_remains() -> None:
    resting = replace(plan(), effort=replace(plan().effort, cool_down_s=5))
    ended = replace(record(2.0, 4.0), plan=resting)

    assert estimate_s(resting) == pytest.approx(estimate_s(plan()) + 5 * (resting.block_count - 1))
    assert remaining_s(ended) == pytest.approx(10 * (3.0 + 5))


def test_the_estimate_foresees_a_repetition() -> None:
    repeating = replace(plan(), effort=replace(plan().effort, repeats_disturbed=True))

    assert estimate_s(repeating) == pytest.approx(estimate_s(plan(rounds=5)))


def test_before_the_first_block_ends_all_of_the_estimate_remains() -> None:
    assert remaining_s(record()) == pytest.approx(estimate_s(plan()))


def test_what_remains_follows_the_blocks_that_ended() -> None:
    assert remaining_s(record(2.0, 4.0)) == pytest.approx(10 * 3.0)


def test_blocks_of_stopped_contenders_are_not_waited_for() -> None:
    assert remaining_s(record(2.0, 2.0, 2.0, stopped=1)) == pytest.approx((12 - 3 - 3) * 2.0)


def test_blocks_are_counted_without_those_that_will_be_skipped() -> None:
    started = record(2.0, 2.0)
    going_on = replace(started, blocks=(started.blocks[0], replace(started.blocks[1], outcome=None)))

    assert block_counts(going_on) == (1, 12)
    assert block_counts(replace(going_on, stopped=record(stopped=1).stopped)) == (1, 12 - 3)
    assert block_counts(replace(going_on, stopped=record(stopped=3).stopped)) == (1, 12 - 3 - 3 - 4)


def test_a_repetition_is_one_block_more() -> None:
    going_on = replace(runs.record(runs.block(runs.BASELINE, 0, 1000)), finished_utc=None)
    again = runs.block(runs.BASELINE, 0, 1000, block=1, repeats=0)
    running = replace(again, outcome=None)
    ended = going_on.blocks
    assert block_counts(replace(going_on, blocks=(*ended, running))) == (1, 7)
    assert block_counts(replace(going_on, blocks=(*ended, again))) == (2, 7)
    stopped = {(runs.BASELINE.id, runs.WORKLOAD.id): Outcome.CRASHED}
    assert block_counts(replace(going_on, blocks=(*ended, again), stopped=stopped)) == (2, 7 - 2)


def test_rounds_that_are_not_needed_are_not_waited_for() -> None:
    workload = plan().workloads[0].id
    stopped = replace(record(*[2.0] * 6), precise={workload: 2})

    assert block_counts(stopped) == (6, 6)
    assert remaining_s(stopped) == 0.0


def test_nothing_remains_of_a_finished_run() -> None:
    assert remaining_s(replace(record(2.0), finished_utc="2026-01-01T00:01:00Z")) == 0.0

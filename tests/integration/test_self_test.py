"""Self-tests, early stops and added rounds through the real engine and real worker processes without a framework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import PresetName, self_test
from fwcompare.execution.continuation import continued
from fwcompare.execution.engine import Engine
from fwcompare.execution.schedule import block_counts, schedule
from fwcompare.paths import DataPaths
from fwcompare.stats.comparison import compare
from fwcompare.stats.selftest import margin_for, self_test_of
from fwcompare.storage.calibrations import load_calibrations, save_calibration
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import EFFORT, TINY, WAIT_S, finish, plan_of


def test_one_contender_in_two_slots(engine: Engine, child: Callable[[str], str], paths: DataPaths) -> None:
    # GIVEN a contender without a framework
    contender = Contender(Framework.PYTORCH, Mode.EAGER, child("numpy_worker"))
    plan = replace(self_test(contender, TINY, PresetName.QUICK, threads=1), effort=replace(EFFORT, rounds=3))

    # WHEN it is measured against itself
    view = finish(engine, plan)

    # THEN both slots have blocks of their own, also in the file, and what the machine shows is known
    blocks = read_snapshot(view.snapshot).blocks
    assert [block.outcome for block in blocks] == [Outcome.OK] * 6
    assert {block.contender for block in blocks} == {"pytorch:eager", "pytorch:eager#2"}
    assert read_snapshot(view.snapshot).plan.is_self_test
    found = self_test_of(view.record, view.look)
    assert found.comparison.log_deviation > 0
    if found.calibration is not None:  # a machine that is busy may tell a contender apart from itself
        save_calibration(paths.calibrations_file, TINY.device, found.calibration)
        known = load_calibrations(paths.calibrations_file, view.record.machine)
        assert margin_for(known["cpu"], PresetName.STANDARD).value >= 0.02


def test_the_rounds_end_when_the_result_is_precise(engine: Engine, child: Callable[[str], str]) -> None:
    """GIVEN contenders that do not scatter THEN the fifth round is the last, and the file says so."""
    steady = child("is_always_as_fast")
    plan = plan_of(steady, steady, effort=replace(EFFORT, rounds=7))

    view = finish(engine, replace(plan, stops_early=True))

    kept = read_snapshot(view.snapshot)
    assert kept.precise == {TINY.id: 5}
    assert len(kept.blocks) == 10
    assert block_counts(view.record) == (10, 10)
    (comparison,) = compare(kept)
    assert (comparison.rounds, comparison.max_degrees) == (5, 4)


def test_rounds_are_added_to_a_comparison(
    engine: Engine, child: Callable[[str], str], paths: DataPaths
) -> None:
    # GIVEN a comparison of one round in a file
    plan = plan_of(child("numpy_worker"), child("is_always_as_fast"), effort=replace(EFFORT, rounds=1))
    first = finish(engine, plan)
    before = first.snapshot.read_bytes()

    # WHEN two rounds are added
    longer, earlier = continued(read_snapshot(first.snapshot), 2)
    engine.run(longer, earlier=earlier)
    assert engine.wait(WAIT_S)
    view = engine.view()

    # THEN a new file holds all three, in the order of a run of three rounds, on one axis of time
    kept = read_snapshot(view.snapshot)
    assert [(one.contender, one.round) for one in kept.blocks] == [
        (turn.contender.id, turn.round) for turn in schedule(longer)
    ]
    assert [one.block for one in kept.blocks] == list(range(6))
    times = [time_ns for one in kept.blocks for time_ns in (one.started_ns, one.finished_ns)]
    assert times == sorted(times)
    assert kept.started_ns <= times[0]
    assert kept.blocks[0].latency.value == read_snapshot(first.snapshot).blocks[0].latency.value
    assert [one.run_id for one in kept.history] == [first.record.run_id]
    assert block_counts(kept) == (6, 6)
    assert first.snapshot.read_bytes() == before
    assert view.snapshot != first.snapshot

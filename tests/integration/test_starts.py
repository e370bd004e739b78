"""Starts with empty and with warm compile caches, and pauses between blocks, with real workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fwcompare.domain.events import CompileCache
from fwcompare.execution.engine import Engine
from fwcompare.execution.schedule import remaining_s
from fwcompare.stats.starts import starts_of
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import EFFORT, WAIT_S, finish, plan_of

Child = Callable[[str], str]
COLD, WARM = CompileCache.COLD, CompileCache.WARM


def caches(engine: Engine, child: Child, **changes) -> dict[str, list[tuple[CompileCache, str]]]:
    python = child("keeps_a_cache")
    record = finish(engine, plan_of(python, python, effort=replace(EFFORT, rounds=4, **changes))).record
    found: dict[str, list[tuple[CompileCache, str]]] = {}
    for block in record.blocks:
        found.setdefault(block.contender, []).append((block.compile_cache, block.mode_proof))
    assert {(start.contender, start.compile_cache): start.blocks for start in starts_of(record)} == {
        (who, cache): [one for one, _ in blocks].count(cache)
        for who, blocks in found.items()
        for cache in {one for one, _ in blocks}
    }
    return found


def test_every_second_round_finds_an_empty_cache_and_the_next_what_it_left(
    engine: Engine, child: Child
) -> None:
    """GIVEN a mode that keeps what it compiles THEN its blocks are labelled by what they found."""
    found = caches(engine, child, empties_caches=True)

    assert found["pytorch:compile"] == [
        (COLD, "found False"), (WARM, "found True"), (COLD, "found False"), (WARM, "found True"),
    ]  # fmt: skip
    assert found["pytorch:eager"] == [(COLD, "found False")] * 4


def test_otherwise_a_cache_that_is_called_warm_is_kept_for_the_whole_run(
    engine: Engine, child: Child
) -> None:
    found = caches(engine, child)

    assert found["pytorch:compile"] == [(COLD, "found False"), *[(WARM, "found True")] * 3]
    assert found["pytorch:eager"] == [(COLD, "found False")] * 4


def test_a_pause_is_kept_with_the_block_that_it_was_made_for(engine: Engine, child: Child) -> None:
    effort = replace(EFFORT, rounds=2, cool_down_s=0.01)

    view = finish(engine, plan_of(child("numpy_worker"), effort=effort))

    first, second = (block.cool_down_ns for block in read_snapshot(view.snapshot).blocks)
    assert first is None
    assert second > 0


def test_a_pause_is_said_and_cancelled_at_once(engine: Engine, child: Child) -> None:
    """GIVEN an hour's pause after the first block WHEN the run is cancelled in it THEN it ends, with that block."""
    engine.run(plan_of(child("numpy_worker"), effort=replace(EFFORT, rounds=2, cool_down_s=3600)))
    said = ""
    while not said.startswith("Cooling down"):
        assert not engine.wait(0.05)
        view = engine.view()
        said = view.activity if view else ""
    assert said == "Cooling down, at most 3600 s …"
    assert remaining_s(view.record) > 3600

    engine.cancel()

    assert engine.wait(WAIT_S)
    view = engine.view()
    assert view.record.cancelled
    assert len(view.record.blocks) == 1
    assert view.activity == ""

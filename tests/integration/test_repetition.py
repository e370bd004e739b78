"""Disturbed blocks are run once more by real workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import Mock

from fwcompare.execution import comparison
from fwcompare.execution.engine import Engine
from fwcompare.execution.repetition import Repetition
from fwcompare.stats.blocks import BlockFigures, figures_of
from fwcompare.stats.summary import summarise
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import EFFORT, finish, plan_of

Child = Callable[[str], str]
REPEATING = replace(EFFORT, min_iterations=40, repeats_disturbed=True)


def test_a_red_block_is_run_once_more_and_no_longer_counts(engine: Engine, child: Child) -> None:
    """GIVEN a worker that always scatters THEN its block is repeated at once, and the repetition is not."""
    view = finish(engine, plan_of(child("scatters"), effort=REPEATING))

    blocks = view.record.blocks
    assert [(block.round, block.repeats) for block in blocks] == [(0, None), (0, 0)]
    assert {block.mode_proof for block in blocks} == {f"warm-up {EFFORT.min_warm_up_s} s"}
    [summary] = summarise(view.record)
    assert summary.n == len(blocks[1].latency)
    assert read_snapshot(view.snapshot).blocks == blocks


def test_each_block_is_reduced_once_and_its_figures_travel_with_the_views(
    engine: Engine, child: Child, monkeypatch
) -> None:
    """GIVEN a plan that looks at its blocks to repeat them THEN views have what was found then, nothing of a running one."""
    looked = Mock(wraps=comparison.block_figures)
    monkeypatch.setattr(comparison, "block_figures", looked)

    view = finish(engine, plan_of(child("scatters"), effort=REPEATING))

    assert looked.call_count == len(view.record.blocks) == 2
    assert view.figures == figures_of(view.record.blocks)
    assert view.look(replace(view.record.blocks[0], block=99)) == BlockFigures()


def test_a_plan_that_repeats_nothing_keeps_its_red_blocks(engine: Engine, child: Child) -> None:
    view = finish(engine, plan_of(child("scatters"), effort=replace(REPEATING, repeats_disturbed=False)))

    assert [block.repeats for block in view.record.blocks] == [None]


def test_a_longer_warm_up_reaches_the_worker(engine: Engine, child: Child, monkeypatch) -> None:
    once = iter([Repetition(0, 2), None])
    monkeypatch.setattr(comparison, "repetition_of", lambda *_: next(once))

    view = finish(engine, plan_of(child("scatters"), effort=REPEATING))

    proofs = [block.mode_proof for block in view.record.blocks]
    assert proofs == [f"warm-up {EFFORT.min_warm_up_s} s", f"warm-up {2 * EFFORT.min_warm_up_s} s"]


def test_a_repetition_that_fails_leaves_the_first_block_in_place(engine: Engine, child: Child) -> None:
    """GIVEN a worker that measures once and then raises THEN what was measured counts.

    It knows by its compile cache, which only a mode that is called warm finds again.
    """
    record = finish(engine, plan_of(child("numpy_worker"), child("scatters_once"), effort=REPEATING)).record

    first, second = (block for block in record.blocks if block.contender == "pytorch:compile")
    assert (second.repeats, second.outcome) == (first.block, "user_error")
    summary = next(one for one in summarise(record) if one.contender == "pytorch:compile")
    assert summary.n == len(first.latency)

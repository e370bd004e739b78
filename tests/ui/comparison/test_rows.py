"""Rows of a run that grows: only what changed is computed again, and the result is that of a fresh start."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest

from fwcompare.stats.comparison import compare_all
from fwcompare.stats.explanation import explain
from tests import runs
from tests.stats.energies import GPU, powered
from tests.ui.comparison.many import CONTENDERS, WORKLOADS, grown_run
from ui.comparison import rows as module
from ui.comparison.columns import Column
from ui.comparison.rows import RowSource


def part(run, count: int):
    """The run after so many blocks."""
    return replace(run, blocks=run.blocks[:count], finished_utc=None)


def test_growing_gives_at_every_step_the_rows_of_a_fresh_start() -> None:
    run, growing = grown_run(1), RowSource()

    for count in range(0, len(run.blocks) + 1, 3):
        now = part(run, count)
        assert growing.rows(now, is_over=False) == RowSource().rows(now, is_over=False)


def test_only_the_contender_whose_block_ended_is_computed_again() -> None:
    run, source = grown_run(1), RowSource()
    source.rows(part(run, 13), is_over=False)

    with patch.object(module, "summarise", wraps=module.summarise) as summarise:
        source.rows(part(run, 13), is_over=False)
        assert summarise.call_count == 0
        source.rows(part(run, 14), is_over=False)

    ended = run.blocks[13]
    assert ended.contender != run.plan.baseline
    assert [call.args[0].plan.contenders[0].id for call in summarise.call_args_list] == [ended.contender]


def test_another_baseline_gives_other_ratios_and_the_same_medians() -> None:
    run, source = grown_run(2), RowSource()
    own = source.rows(run, is_over=True)
    chosen = CONTENDERS[2]

    other = source.rows(replace(run, plan=replace(run.plan, baseline=chosen.id)), is_over=True)

    assert [row.figures[Column.MEDIAN] for row in own] == [row.figures[Column.MEDIAN] for row in other]
    for before, after in zip(own, other, strict=True):
        assert (after.comparison is None) == (after.contender == chosen)
        if before.contender == chosen:
            first = next(row for row in other if row.id == (CONTENDERS[0].id, after.workload.id))
            assert before.figures[Column.RATIO].value == pytest.approx(1 / first.figures[Column.RATIO].value)


def test_there_is_a_row_for_every_contender_and_workload_from_the_start() -> None:
    run = part(grown_run(1), 0)

    rows = RowSource().rows(run, is_over=False)

    assert [row.id for row in rows] == [(one.id, work.id) for work in WORKLOADS for one in CONTENDERS]
    assert all(figure.reason for row in rows for figure in row.figures.values() if figure.value is None)


def test_without_time_rows_stay_as_they_were_and_are_computed_later() -> None:
    run, source = grown_run(1), RowSource()

    hurried = source.rows(run, is_over=True, budget_s=0)
    assert source.is_behind
    assert all(figure.value is None and figure.reason for row in hurried for figure in row.figures.values())
    assert {row.badge.word for row in hurried} == {"being computed"}

    whole = source.rows(run, is_over=True)
    assert not source.is_behind
    assert whole == RowSource().rows(run, is_over=True)

    again = source.rows(
        replace(run, plan=replace(run.plan, baseline=CONTENDERS[2].id)), is_over=True, budget_s=0
    )
    assert source.is_behind
    assert [row.comparison for row in again] == [row.comparison for row in whole]


def test_energy_is_compared_beside_latency_as_in_the_whole_run() -> None:
    """GIVEN a contender that draws 1.2 times the power THEN row, explanation and command line agree."""
    run, source = powered(1.2), RowSource()
    baseline, row = source.rows(run, is_over=True)

    assert row.comparisons == compare_all(run)
    assert baseline.comparisons == ()
    assert row.figures[Column.ENERGY].value == pytest.approx(
        1.2 * baseline.figures[Column.ENERGY].value, rel=1e-3
    )
    assert row.figures[Column.ENERGY_RATIO].value == row.energy.ratio
    assert row.energy_badge.text.startswith("▼ 1.2")
    assert baseline.energy_badge.word == "baseline"
    assert source.explanations(run, row, is_over=True) == explain(run, runs.CONTENDER.id, GPU.id)


def test_energy_that_is_not_known_says_why_in_every_column() -> None:
    row = RowSource().rows(grown_run(1), is_over=True)[1]

    for column in (Column.ENERGY, Column.ENERGY_RATIO):
        assert row.figures[column].value is None
        assert row.figures[column].reason
    assert row.energy_badge.word == "not available"

"""Rows of a run that grows: only what changed is computed again, and the result is that of a fresh start."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Reason
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.explanation import explain
from tests import runs
from tests.runs import view_of
from tests.stats.energies import GPU, powered
from tests.ui.comparison.many import CONTENDERS, WORKLOADS, grown_run
from ui.comparison import rows as module
from ui.comparison.columns import Column
from ui.comparison.rows import RowSource, awaited_rows, explanations_of, refreshed
from ui.profiler.analysis import analyse


def part(run, count: int):
    """The run after so many blocks."""
    return replace(run, blocks=run.blocks[:count], finished_utc=None)


def test_growing_gives_at_every_step_the_rows_of_a_fresh_start() -> None:
    run, growing = grown_run(1), RowSource()

    for count in range(0, len(run.blocks) + 1, 3):
        now = part(run, count)
        assert growing.rows(view_of(now)) == RowSource().rows(view_of(now))


def test_only_the_contender_whose_block_ended_is_computed_again() -> None:
    run, source = grown_run(1), RowSource()
    source.rows(view_of(part(run, 13)))

    with patch.object(module, "summarise", wraps=module.summarise) as summarise:
        source.rows(view_of(part(run, 13)))
        assert summarise.call_count == 0
        source.rows(view_of(part(run, 14)))

    ended = run.blocks[13]
    assert ended.contender != run.plan.baseline
    assert [call.args[0].plan.contenders[0].id for call in summarise.call_args_list] == [ended.contender]


def test_another_baseline_gives_other_ratios_and_the_same_medians() -> None:
    run, source = grown_run(2), RowSource()
    own = source.rows(view_of(run))
    chosen = CONTENDERS[2]

    other = source.rows(view_of(replace(run, plan=replace(run.plan, baseline=chosen.id))))

    assert [row.figures[Column.MEDIAN] for row in own] == [row.figures[Column.MEDIAN] for row in other]
    for before, after in zip(own, other, strict=True):
        assert (after.comparison is None) == (after.contender == chosen)
        if before.contender == chosen:
            first = next(row for row in other if row.id == (CONTENDERS[0].id, after.workload.id))
            assert before.figures[Column.RATIO].value == pytest.approx(1 / first.figures[Column.RATIO].value)


def test_there_is_a_row_for_every_contender_and_workload_from_the_start() -> None:
    run = part(grown_run(1), 0)

    rows = RowSource().rows(view_of(run))

    assert [row.id for row in rows] == [(one.id, work.id) for work in WORKLOADS for one in CONTENDERS]
    assert all(figure.reason for row in rows for figure in row.figures.values() if figure.value is None)


def test_before_anything_is_computed_there_are_the_same_rows_with_a_reason_for_every_figure() -> None:
    run = grown_run(1)

    awaited = awaited_rows(run)

    assert [row.id for row in awaited] == [row.id for row in RowSource().rows(view_of(run))]
    assert all(figure.value is None and figure.reason for row in awaited for figure in row.figures.values())
    assert (
        {row.badge.word for row in awaited}
        == {row.energy_badge.word for row in awaited}
        == {"being computed"}
    )


def test_rows_follow_what_the_blocks_do_until_they_are_computed_again() -> None:
    """GIVEN rows of an earlier state WHEN a block fails THEN the badge says so, and the figures stay."""
    run = grown_run(1)
    rows = RowSource().rows(view_of(part(run, 12)))
    failed = replace(run.blocks[13], outcome=Outcome.HUNG)
    now = view_of(replace(part(run, 14), blocks=(*run.blocks[:13], failed)))

    after = refreshed(rows, now)

    assert after[1].badge.remark.endswith("1 of 2 blocks hung")
    assert [row.figures for row in after] == [row.figures for row in rows]


def test_what_a_row_shows_is_from_the_figures_of_its_view() -> None:
    """GIVEN figures that somebody else made of the blocks THEN medians, whiskers and ratios are made from them."""
    view = view_of(grown_run(1))
    doubled = {
        number: replace(one, median_ns=one.median_ns and 2 * one.median_ns)
        for number, one in view.figures.items()
    }

    rows, twice = RowSource().rows(view), RowSource().rows(replace(view, figures=doubled))

    for row, other in zip(rows, twice, strict=True):
        before, after = row.figures[Column.MEDIAN], other.figures[Column.MEDIAN]
        assert (before.value is None) == (after.value is None)
        if before.value is not None:
            assert (after.value, after.low, after.high) == (2 * before.value, 2 * before.low, 2 * before.high)
        assert row.figures[Column.RATIO].value == other.figures[Column.RATIO].value


def test_energy_is_compared_beside_latency_as_in_the_whole_run() -> None:
    """GIVEN a contender that draws 1.2 times the power THEN row, explanation and command line agree."""
    run, source = powered(1.2), RowSource()
    rows = source.rows(view_of(run))
    baseline, row = rows

    assert row.comparisons == compare_all(run)
    assert baseline.comparisons == ()
    assert row.figures[Column.ENERGY].value == pytest.approx(
        1.2 * baseline.figures[Column.ENERGY].value, rel=1e-3
    )
    assert row.figures[Column.ENERGY_RATIO].value == row.energy.ratio
    assert row.energy_badge.text.startswith("▼ 1.2")
    assert baseline.energy_badge.word == "baseline"
    assert explanations_of(row, rows) == explain(run, runs.CONTENDER.id, GPU.id)


def test_energy_that_is_not_known_says_why_in_every_column() -> None:
    row = RowSource().rows(view_of(grown_run(1)))[1]

    for column in (Column.ENERGY, Column.ENERGY_RATIO):
        assert row.figures[column].value is None
        assert row.figures[column].reason
    assert row.energy_badge.word == "not available"


def test_each_row_is_cautioned_of_its_own_blocks() -> None:
    """GIVEN a baseline that scattered THEN its row says so, as on the command line, and the other's does not."""
    noisy, quiet = [100] * 10 + [200] * 10, [100] * 20
    run = runs.record(
        *(runs.block(runs.BASELINE, number, *noisy) for number in range(2)),
        *(runs.block(runs.CONTENDER, number, *quiet) for number in range(2)),
    )

    baseline, row = RowSource().rows(view_of(run))

    assert baseline.badge.caution == baseline.energy_badge.caution == "disturbed, not steady"
    assert Reason.NOISY_BLOCK in row.comparison.reasons
    assert row.badge.caution == ""
    (told,) = analyse(view_of(run)).workloads
    assert {one.contender.id: one.badge.caution for one in told.rows} == {
        row.contender.id: row.badge.caution for row in (baseline, row)
    }

"""The hierarchical bootstrap, against SciPy's and against what is known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from fwcompare.stats.bootstrap import Means, Percentiles, bootstrap_ratio

GENERATOR = np.random.default_rng(5)
BLOCKS = [np.round(1e6 * GENERATOR.lognormal(0.01 * n, 0.05, 100)).astype(np.int64) for n in range(8)]
SLOWER = [np.round(1.2 * GENERATOR.permutation(block)).astype(np.int64) for block in BLOCKS]


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    first, again, other = (
        bootstrap_ratio(Percentiles(BLOCKS, 90), Percentiles(SLOWER, 90), seed) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other
    assert first.low < first.ratio < first.high
    assert first.ratio == pytest.approx(1.2, rel=1e-4)
    assert first.rounds == 8


def test_blocks_with_one_figure_each_give_student_s_interval_of_their_log_ratios():
    """So energy needs no bootstrap: what has nothing inside to be drawn again has this interval exactly."""
    baseline, contender = (GENERATOR.lognormal(0, 0.02, 10) for _ in range(2))
    logs = np.log(contender / baseline)
    expected = stats.ttest_1samp(logs, 0).confidence_interval(0.95)

    sides = (Means([np.array([value]) for value in side]) for side in (baseline, contender))
    found = bootstrap_ratio(*sides, 0, 200_000)

    assert math.log(found.ratio) == pytest.approx(logs.mean())
    assert math.log(found.low) == pytest.approx(expected.low, abs=2e-4)
    assert math.log(found.high) == pytest.approx(expected.high, abs=2e-4)


def test_a_percentile_is_drawn_as_if_every_iteration_were_drawn():
    block = BLOCKS[0]
    drawn = Percentiles([block], 90).draw(np.zeros((1, 20_000), np.int64), np.random.default_rng(1)).ravel()
    whole = np.sort(np.random.default_rng(2).choice(block, (20_000, block.size)), axis=1)[:, 89]

    assert stats.ks_2samp(drawn, whole).statistic < 0.02
    assert set(drawn) <= set(block.astype(float))


def test_a_mean_is_drawn_with_the_scatter_of_independent_iterations():
    block = BLOCKS[0]
    drawn = Means([block]).draw(np.zeros((1, 20_000), np.int64), np.random.default_rng(1))

    assert drawn.shape == (1, 20_000)
    assert drawn.mean() == pytest.approx(block.mean(), rel=1e-3)
    assert drawn.std() == pytest.approx(block.std() / 10, rel=0.35)


def test_neighbours_that_are_alike_make_a_mean_less_certain():
    alike = np.repeat(BLOCKS[0][:20], 5)
    shuffled = np.random.default_rng(3).permutation(alike)

    together, apart = (
        Means([values]).draw(np.zeros((1, 5000), np.int64), np.random.default_rng(1)).std()
        for values in (alike, shuffled)
    )

    assert together > 1.5 * apart


def test_observed_figures_are_those_of_the_blocks():
    assert Percentiles(BLOCKS, 90).observed.tolist() == [float(np.sort(block)[89]) for block in BLOCKS]
    assert Means(BLOCKS).observed.tolist() == [block.mean() for block in BLOCKS]


def test_blocks_of_different_sizes_are_each_drawn_from_themselves():
    blocks = [np.arange(1, 41), np.arange(1001, 1101)]
    picks = np.array([[0, 1], [1, 0]])

    drawn = Percentiles(blocks, 90).draw(picks, np.random.default_rng(1))

    assert (drawn < 1000).tolist() == [[True, False], [False, True]]

"""When a comparison needs no further round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.execution.comparison import is_precise
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.comparison import compare
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, plan, record


def measured(*ratios: float, outcome: Outcome = Outcome.OK):
    blocks = [
        block(contender, number, round(1_000_000 * factor), outcome=one)
        for number, ratio in enumerate(ratios)
        for contender, factor, one in ((BASELINE, 1, Outcome.OK), (CONTENDER, ratio, outcome))
    ]
    return record(*blocks, plan=plan(stops_early=True))


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
def test_whatever_the_ratio_is_a_narrow_interval_after_five_rounds_is_enough(ratio: float) -> None:
    ratios = [ratio * factor for factor in (1.0, 1.002, 0.998, 1.001, 0.999)]

    assert is_precise(WORKLOAD, measured(*ratios), block_figures)
    assert not is_precise(WORKLOAD, measured(*ratios[:4]), block_figures)


def test_a_difference_that_is_not_precise_is_not_enough() -> None:
    assert not is_precise(WORKLOAD, measured(2.0, 2.2, 1.9, 2.1, 2.0, 1.8), block_figures)


def test_without_a_comparison_there_is_nothing_precise() -> None:
    assert not is_precise(WORKLOAD, measured(*[1.0] * 6, outcome=Outcome.CRASHED), block_figures)


def test_the_family_of_the_stop_is_that_of_the_verdicts() -> None:
    """GIVEN a second workload that is still to come WHEN the first would be precise alone THEN it goes on."""
    found = measured(*[1 + 0.0065 * step for step in (-1, 1, -1, 1, 0)])
    later = replace(found, plan=replace(found.plan, workloads=(WORKLOAD, replace(WORKLOAD, batch=64))))

    assert is_precise(WORKLOAD, found, block_figures)
    assert not is_precise(WORKLOAD, later, block_figures)
    assert compare(found)[0].log_deviation == compare(later)[0].log_deviation

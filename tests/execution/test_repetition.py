from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.execution.repetition import Repetition, repetition_of
from tests import runs

QUIET = (1000,) * 60
SCATTERED = (1000, 2000) * 30
WARMING = (1300,) * 20 + (1000,) * 40
WARMING_WIDELY = (1500,) * 25 + (1000,) * 35
SLOWING = (1000,) * 40 + (1100,) * 20


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        (QUIET, None),
        (SCATTERED, Repetition(4, 1)),
        (WARMING, Repetition(4, 2)),
        (WARMING_WIDELY, Repetition(4, 2)),
        (SLOWING, None),
    ],
)
def test_red_blocks_are_repeated_and_cold_ones_with_a_longer_warm_up(durations, expected) -> None:
    block = runs.block(runs.BASELINE, 2, *durations)
    assert repetition_of(block, runs.record(block)) == expected


def test_a_repetition_is_not_repeated() -> None:
    block = replace(runs.block(runs.BASELINE, 2, *SCATTERED), repeats=1)
    assert repetition_of(block, runs.record(block)) is None

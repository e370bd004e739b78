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


@pytest.mark.parametrize(
    ("repetition", "next_one", "expected"),
    [
        (SCATTERED, SCATTERED, None),
        (QUIET, SCATTERED, Repetition(6, 1)),
        (SCATTERED, WARMING, Repetition(6, 2)),
        (WARMING, WARMING, None),
    ],
)
def test_what_a_repetition_did_not_mend_is_the_nature_of_the_contender(
    repetition, next_one, expected
) -> None:
    first = runs.block(runs.BASELINE, 0, *next_one)
    again = replace(first, block=1, repeats=0, latency=runs.block(runs.BASELINE, 0, *repetition).latency)
    newest = runs.block(runs.BASELINE, 3, *next_one)
    record = runs.record(first, again, newest)
    expected = expected and Repetition(newest.block, expected.warm_up_factor)
    assert repetition_of(newest, record) == expected


def test_the_nature_of_one_contender_says_nothing_of_another() -> None:
    first = runs.block(runs.BASELINE, 0, *SCATTERED)
    other = runs.block(runs.CONTENDER, 1, *SCATTERED)
    record = runs.record(first, replace(first, block=1, repeats=0), other)
    assert repetition_of(other, record) == Repetition(other.block, 1)

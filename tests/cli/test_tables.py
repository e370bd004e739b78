"""What is printed of a run besides its figures."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from fwcompare.cli.tables import print_run
from fwcompare.domain.outcome import Outcome
from tests import runs

OLD, NEW = {"tensorflow": "2.20.0", "python": "3.10.13"}, {"tensorflow": "2.21.0", "python": "3.12.1"}


def printed(record) -> list[str]:
    console = Console(file=StringIO(), width=160)
    print_run(console, record)
    return console.file.getvalue().splitlines()


def test_two_versions_of_one_framework_are_named() -> None:
    beside = replace(runs.CONTENDER, interpreter="/new/bin/python", named="/new")
    plan = runs.plan(contenders=(runs.CONTENDER, beside), baseline=runs.CONTENDER.id)
    blocks = [runs.block(runs.CONTENDER, 0, 5, versions=OLD), runs.block(beside, 0, 6, block=2, versions=NEW)]

    lines = printed(runs.record(*blocks, plan=plan))

    assert "tensorflow:function: tensorflow 2.20.0, python 3.10.13" in lines
    assert "tensorflow:function@/new: tensorflow 2.21.0, python 3.12.1" in lines


def test_a_block_that_was_run_once_more_says_why() -> None:
    """GIVEN a repetition that ended and one that did not THEN both name the disturbance, one that it does not count."""
    noisy = [100] * 10 + [200] * 10
    blocks = [
        runs.block(runs.BASELINE, 0, *noisy, block=0),
        runs.block(runs.BASELINE, 0, 100, block=1, repeats=0),
        runs.block(runs.BASELINE, 1, *noisy, block=2),
        runs.block(runs.BASELINE, 1, block=3, repeats=2, outcome=Outcome.CRASHED),
        runs.block(runs.BASELINE, 2, *range(2000, 1000, -10), *[1000] * 100, block=4),
        runs.block(runs.BASELINE, 2, 100, block=5, repeats=4),
    ]

    found = [line for line in printed(runs.record(*blocks)) if "run once more" in line]

    assert [line.partition(" was run")[0] for line in found] == [
        "pytorch:eager: round 1", "pytorch:eager: round 2", "pytorch:eager: round 3",
    ]  # fmt: skip
    assert "The middle half of the iterations differs by" in found[0]
    assert [line.endswith("so the first one counts.") for line in found] == [False, True, False]
    assert "It was still getting warm." in found[2]


def test_versions_are_not_repeated_where_each_framework_has_one() -> None:
    block = runs.block(runs.CONTENDER, 0, 5, versions=OLD)

    assert not any("2.20.0" in line for line in printed(runs.record(block)))

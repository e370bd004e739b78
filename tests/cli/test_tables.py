"""What is printed of a run besides its figures."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from fwcompare.cli.tables import print_run
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


def test_versions_are_not_repeated_where_each_framework_has_one() -> None:
    block = runs.block(runs.CONTENDER, 0, 5, versions=OLD)

    assert not any("2.20.0" in line for line in printed(runs.record(block)))

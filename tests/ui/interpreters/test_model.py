"""The table of Pythons."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import Qt

from fwcompare.domain.contender import Framework
from tests.ui.interpreters.entries import OWN, entry, gone
from ui.interpreters.model import HEADINGS, Column, InterpretersModel

ALL = (OWN, entry(), entry("/envs/tf", {"tensorflow": "2.21.0"}, is_allowed=True), gone())


def test_the_model_is_sound_under_random_changes(qtmodeltester, qapp):
    model = InterpretersModel()
    qtmodeltester.check(model)
    chance = random.Random(4)
    for _ in range(20):
        model.show(tuple(chance.sample(ALL, chance.randint(0, len(ALL)))))
        qtmodeltester.check(model)


def test_a_row_says_what_is_known(qapp):
    model = InterpretersModel()
    model.show(ALL)

    def row(path: str) -> list[str]:
        return [model.index(model.row_of(path), column).data() for column in Column]

    assert row("/envs/torch/bin/python") == [
        *("/envs/torch/bin/python", "3.12.1", "venv", "torch 2.13.0", "not yet", "")
    ]
    assert row("/gone/bin/python")[1:] == ["gone", "venv", "", "not yet", "pytorch"]
    assert row("/own/bin/python")[4:] == ["yes", ", ".join(Framework)]
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert headings == list(HEADINGS.values())


def test_what_it_competes_in_beside_is_told_apart(qapp):
    model = InterpretersModel()
    model.show((entry(beside=("pytorch",)),))

    assert model.index(0, Column.USE).data() == "pytorch (beside)"
    assert model.row_of("/elsewhere") == -1


def test_the_same_again_changes_nothing(qapp, qtbot):
    model = InterpretersModel()
    model.show(ALL)

    with qtbot.assertNotEmitted(model.modelReset):
        model.show(tuple(ALL))


def test_one_that_is_too_old_will_never_be_allowed_and_says_what_is_needed(qapp):
    old = entry()
    model = InterpretersModel()
    model.show((replace(old, info=replace(old.info, python="3.8.18")),))

    assert model.index(0, Column.START).data() == "no: needs 3.9"

"""The library's model: sound under whatever changes come, and its texts."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from fwcompare.library.annotations import Annotation
from fwcompare.library.entries import SortKey, matching, ordered
from tests.library.test_entries import BROKEN, entry
from ui.snapshots.library import LibraryModel, LibraryRole, description_of, summary_of


@pytest.fixture
def model(qapp):
    return LibraryModel()


def titles(model) -> list[str]:
    return [model.index(row).data()[-1] for row in range(model.rowCount())]


def test_the_newest_is_first_whatever_the_order_of_reading(model):
    for number in (1, 3, 0, 2):
        model.put([entry(number)])

    assert titles(model) == ["3", "2", "1", "0"]


def test_the_same_file_is_there_once_with_what_was_read_last(model):
    model.put([entry(1)])
    model.put([entry(1, Annotation("another"))])

    assert [model.index(row).data() for row in range(model.rowCount())] == ["another"]


def test_files_that_are_gone_go_and_those_that_are_to_be_read_stay(model):
    model.put(entry(number) for number in range(4))

    model.replace_all([entry(1)], keep=[entry(3).path, Path("/never/seen.fwsnap")])

    assert titles(model) == ["3", "1"]


def test_the_filter_hides_and_shows(model):
    model.put(entry(number, Annotation(tags=("odd",) * (number % 2))) for number in range(4))

    model.filter_by("tag:odd")
    assert (titles(model), model.total) == (["3", "1"], 4)

    model.put([entry(5, Annotation(tags=("odd",))), entry(6)])
    assert titles(model) == ["5", "3", "1"]

    model.filter_by("")
    assert titles(model) == ["6", "5", "3", "2", "1", "0"]


def test_a_selection_follows_its_file_through_sorting(model):
    model.put(entry(number) for number in range(4))
    kept = QPersistentModelIndex(model.index(0))

    model.sort_by(SortKey.SIZE)
    assert titles(model) == ["0", "1", "2", "3"]
    assert kept.row() == 3

    model.put([entry(3, is_baseline=True)])
    assert kept.row() == 0


def test_a_look_that_finds_nothing_new_changes_nothing(model):
    entries = [entry(number) for number in range(4)]
    model.put(entries)
    signals = (
        model.rowsInserted,
        model.rowsRemoved,
        model.layoutChanged,
        model.dataChanged,
        model.modelReset,
    )
    spies = [QSignalSpy(signal) for signal in signals]

    model.replace_all(entries)

    assert [spy.count() for spy in spies] == [0] * 5


def test_a_row_knows_its_texts(model):
    model.put([entry(1, Annotation("Mine", "Fan", ("gpu",)), is_baseline=True)])
    index = model.index(0)

    assert index.data() == "Mine"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Mine, ")
    assert "baseline" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Fan"
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert all(part in tip for part in ("Mine", "mlp/tiny 1", "#gpu", "Fan", str(entry(1).path)))
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.data(QModelIndex()) is None


def test_only_what_can_be_read_can_be_written_on(model):
    model.put([entry(1), BROKEN])

    editable = [bool(model.index(row).flags() & Qt.ItemFlag.ItemIsEditable) for row in (0, 1)]

    assert editable == [True, False]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, ["2 contenders"]),
        ({"said": Annotation("Mine")}, ["mlp/tiny 1"]),
        ({"said": Annotation("Mine", tags=("a", "b"))}, ["#a #b"]),
        ({"is_baseline": True}, ["baseline", "2 contenders"]),
    ],
)
def test_the_second_line_says_when_and_what_tells_it_from_others(changes, parts):
    said = changes.pop("said", None)
    when, *others = summary_of(entry(1, said, **changes)).split(" · ")

    assert when.startswith("2 Jan")
    assert others == parts


def test_an_odd_one_says_so_first():
    facts = replace(entry(1).facts, cancelled=True)

    assert summary_of(entry(1, facts=facts)).startswith("Cancelled · ")
    assert summary_of(BROKEN) == "This is no snapshot."
    assert description_of(BROKEN).startswith("This is no snapshot.\n/snapshots/009.fwsnap")


def test_the_shown_file_is_marked_and_the_former_one_unmarked(model, qtbot):
    model.put(entry(number) for number in (0, 1))
    model.show(entry(1).path)

    with qtbot.waitSignals([model.dataChanged, model.dataChanged]):
        model.show(entry(0).path)

    assert [model.index(row).data(LibraryRole.SHOWN) for row in (0, 1)] == [False, True]
    model.show(None)
    assert not model.index(1).data(LibraryRole.SHOWN)


@pytest.mark.parametrize("seed", range(3))
def test_the_model_tester_finds_nothing_under_random_changes(model, seed):
    """GIVEN any changes, the rows are those that match in their order, and selections follow their files."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    dice = random.Random(seed)
    there, wanted, key = {}, "", SortKey.DATE
    for _ in range(300):
        kept = {
            QPersistentModelIndex(model.index(row)): model.entry(row).path for row in range(model.rowCount())
        }
        match dice.randrange(5):
            case 0:
                some = [any_entry(dice) for _ in range(dice.randrange(8))]
                there |= {one.path: one for one in some}
                model.put(some)
            case 1:
                there = {path: one for path, one in there.items() if dice.random() < 0.8}
                model.replace_all(there.values())
            case 2:
                wanted = dice.choice(["", "", "star", "tag:a", "b", "zzz"])
                model.filter_by(wanted)
            case 3:
                key = dice.choice(list(SortKey))
                model.sort_by(key)
            case _:
                model.show(dice.choice([None, entry(dice.randrange(20)).path]))
        rows = [model.entry(row) for row in range(model.rowCount())]
        assert rows == ordered(matching(there.values(), wanted), key)
        assert all(model.entry(index.row()).path == path for index, path in kept.items() if index.isValid())


def any_entry(dice):
    said = Annotation(dice.choice(["", "b", "c"]), tags=("a",) * dice.randrange(2))
    number = dice.randrange(20)
    if dice.random() < 0.1:
        return entry(number, facts=None, problem="This is no snapshot.")
    return entry(number, said, is_baseline=dice.random() < 0.1)


def test_the_model_is_sound_for_pytest_qt(model, qtmodeltester):
    model.put(entry(number) for number in range(3))

    qtmodeltester.check(model)

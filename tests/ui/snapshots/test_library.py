"""The library's model: sound under whatever changes come, and true to the files."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.storage.snapshot import write_snapshot
from tests import runs
from tests.ui.stand_ins import SNAPSHOT
from ui.snapshots.library import (
    LibraryEntry,
    LibraryModel,
    LibraryRole,
    entry_of,
    list_snapshots,
    read_entry,
    title_of,
)


@pytest.fixture
def model(qapp):
    return LibraryModel()


def entry(number: int, started: str | None = None, **changes) -> LibraryEntry:
    fields = {
        "path": Path(f"/snapshots/{number:03}.fwsnap"),
        "title": f"run {number}",
        "summary": "2 contenders",
        "started_utc": started or f"2026-01-{number + 1:02}T00:00:00Z",
    }
    return LibraryEntry(**(fields | changes))


def titles(model) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_the_newest_is_first_whatever_the_order_of_reading(model):
    for number in (1, 3, 0, 2):
        model.put(entry(number))

    assert titles(model) == ["run 3", "run 2", "run 1", "run 0"]


def test_the_same_file_is_there_once_with_what_was_read_last(model):
    model.put(entry(1))
    model.put(entry(1, title="another"))

    assert titles(model) == ["another"]


def test_files_that_are_gone_go(model):
    for number in range(4):
        model.put(entry(number))

    model.keep_only([entry(1).path, entry(3).path, Path("/never/seen.fwsnap")])

    assert titles(model) == ["run 3", "run 1"]


def test_a_row_knows_its_texts(model):
    model.put(entry(1, warning="recovered"))
    index = model.index(0)

    assert index.data(LibraryRole.ENTRY) == entry(1, warning="recovered")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "run 1, 2 contenders"
    assert str(entry(1).path) in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.data(QModelIndex()) is None


def test_the_shown_file_is_marked_and_the_former_one_unmarked(model, qtbot):
    for number in (0, 1):
        model.put(entry(number))
    model.show(entry(0).path)

    with qtbot.waitSignals([model.dataChanged, model.dataChanged]):
        model.show(entry(1).path)

    assert [model.index(row).data(LibraryRole.SHOWN) for row in (0, 1)] == [True, False]
    model.show(None)
    assert not model.index(0).data(LibraryRole.SHOWN)


@pytest.mark.parametrize("seed", range(3))
def test_the_model_tester_finds_nothing_under_random_changes(model, seed):
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    dice = random.Random(seed)
    for _ in range(300):
        match dice.randrange(4):
            case 0 | 1:
                number = dice.randrange(20)
                model.put(entry(number, title=f"version {dice.randrange(3)}"))
            case 2:
                model.keep_only([entry(number).path for number in range(20) if dice.random() < 0.8])
            case _:
                model.show(dice.choice([None, entry(dice.randrange(20)).path]))
        starts = [model.entry(row).started_utc for row in range(model.rowCount())]
        assert starts == sorted(starts, reverse=True)


def test_the_model_is_sound_for_pytest_qt(model, qtmodeltester):
    for number in range(3):
        model.put(entry(number))

    qtmodeltester.check(model)


def test_an_entry_says_what_was_measured_and_when(tmp_path):
    path = tmp_path / "run.fwsnap"
    record = runs.record(runs.block(runs.BASELINE, 0, 1))
    write_snapshot(record, path)

    read = read_entry(path)

    assert read == entry_of(path, record)
    assert read.title == "mlp/tiny inference"
    assert read.summary.endswith("· 2 contenders")
    assert read.warning == ""


@pytest.mark.parametrize(
    ("name", "changes", "word"),
    [("recovered-a.fwsnap", {}, "recovered"), ("a.fwsnap", {"cancelled": True}, "cancelled")],
)
def test_an_entry_that_is_not_like_the_others_says_so(name, changes, word):
    odd = entry_of(Path(name), runs.record(**changes))

    assert odd.warning == word
    assert odd.summary.startswith(word.capitalize())


def test_more_than_one_workload_is_counted():
    more = Workload("cnn", Task.TRAINING, Size.BASE, 8, "cpu")
    plan = replace(runs.plan(), workloads=(runs.WORKLOAD, more, replace(more, batch=9)))

    assert title_of(runs.record(plan=plan)) == "mlp/tiny inference and 2 more"


def test_a_file_that_cannot_be_read_is_listed_with_its_reason(tmp_path):
    path = tmp_path / "broken.fwsnap"
    path.write_bytes(b"no snapshot")

    broken = read_entry(path)

    assert (broken.title, broken.warning) == ("broken.fwsnap", "unreadable")
    assert broken.summary.endswith(".")


def test_snapshots_of_a_folder(tmp_path):
    assert list_snapshots(tmp_path / "missing") == ()
    for name in ("2026-a.fwsnap", "2027-b.fwsnap", "notes.txt"):
        shutil.copy(SNAPSHOT, tmp_path / name)

    assert [path.name for path in list_snapshots(tmp_path)] == ["2027-b.fwsnap", "2026-a.fwsnap"]

"""The table of starts."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from fwcompare.domain.events import CompileCache
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.stats.starts import starts_of
from tests import runs
from tests.ui.comparison.many import grown_run
from ui.comparison.ordering import SortKey
from ui.comparison.sorted_model import ItemRole
from ui.comparison.starts_model import HEADINGS, StartColumn, StartsModel

pytestmark = pytest.mark.usefixtures("qapp")

S = 10**9


def part(run, count: int):
    return replace(run, blocks=run.blocks[:count], finished_utc=None)


def started(who, number: int, seconds: int, cache=CompileCache.COLD):
    names = (Phase.SPAWN, Phase.IMPORT, Phase.BUILD, Phase.FIRST_CALL)
    phases = {name: PhaseRecord(0, seconds * S) for name in names}
    return runs.block(who, number, 10, phases=phases, compile_cache=cache)


def texts(model: StartsModel, column: StartColumn, role: int = Qt.ItemDataRole.DisplayRole) -> list:
    return [model.index(row, column).data(role) for row in range(model.rowCount())]


@pytest.fixture
def model() -> StartsModel:
    """Six starts of the baseline of 1 to 6 s in each phase; two cold ones and a warm one of the contender."""
    blocks = [started(runs.BASELINE, number, number + 1) for number in range(6)]
    blocks += [started(runs.CONTENDER, number, 10) for number in range(2)]
    blocks.append(started(runs.CONTENDER, 2, 2, CompileCache.WARM))
    model = StartsModel()
    model.set_record(runs.record(*blocks))
    return model


def test_each_kind_of_cache_has_a_row_with_its_medians(model: StartsModel) -> None:
    assert texts(model, StartColumn.CONTENDER) == ["pytorch:eager", *["tensorflow:function"] * 2]
    assert texts(model, StartColumn.CACHE) == ["cold", "cold", "warm"]
    assert texts(model, StartColumn.BLOCKS) == ["6", "2", "1"]
    assert texts(model, StartColumn.IMPORT, ItemRole.SORT) == [3.5, 10, 2]
    assert texts(model, StartColumn.TOTAL, ItemRole.SORT) == [14, 40, 8]
    assert texts(model, StartColumn.COMPILE) == ["–"] * 3


def test_intervals_and_reasons_are_in_the_tooltips(model: StartsModel) -> None:
    tips = texts(model, StartColumn.IMPORT, Qt.ItemDataRole.ToolTipRole)

    assert tips[0] == "3.5 s\n95 % interval 1 to 6 s"
    assert tips[2] == "2 s\nn too small: an interval needs 6 starts, has 1"
    assert texts(model, StartColumn.COMPILE, Qt.ItemDataRole.ToolTipRole)[0] == (
        "Not available: nothing is compiled in this mode"
    )
    assert texts(model, StartColumn.COMPILE, Qt.ItemDataRole.AccessibleTextRole)[0].startswith(
        "Compile: Not available"
    )
    assert texts(model, StartColumn.CACHE, Qt.ItemDataRole.ToolTipRole)[0] == "cold"
    assert texts(model, StartColumn.BLOCKS, Qt.ItemDataRole.AccessibleTextRole)[0] == "Starts: 6"


@pytest.mark.parametrize("column", StartColumn)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts(model: StartsModel, column: StartColumn, descending: bool) -> None:
    model.sort_by([SortKey(column, descending)])

    found = texts(model, column, ItemRole.SORT)

    known = [value for value in found if value is not None]
    assert known == sorted(known, reverse=descending)
    assert len(found) == 3


def test_it_is_found_by_contender_workload_and_cache(model: StartsModel) -> None:
    model.set_filter("warm tensor")

    assert [row.start.compile_cache for row in model.shown_rows()] == [CompileCache.WARM]


def test_the_export_has_raw_numbers_and_the_ends_of_their_intervals(model: StartsModel) -> None:
    header, first, *_ = model.export_rows()

    row = dict(zip(header, first, strict=True))
    assert row["Workload"] == runs.WORKLOAD.id
    assert row["To first answer (s)"] == 14
    assert (row["Import, low"], row["Import, high"]) == (1, 6)
    assert row["Compile (s)"] is None


def test_a_block_that_ends_changes_its_row_and_keeps_what_is_selected(model: StartsModel) -> None:
    blocks = [started(runs.BASELINE, 0, 1), started(runs.CONTENDER, 0, 1)]
    model.set_record(runs.record(*blocks))
    kept, changed = QPersistentModelIndex(model.index(1, 0)), []
    model.dataChanged.connect(lambda *_: changed.append(True))

    model.set_record(runs.record(*blocks))
    model.set_record(runs.record(*blocks, replace(started(runs.BASELINE, 1, 3), outcome=None)))
    assert changed == []
    model.set_record(runs.record(*blocks, started(runs.BASELINE, 1, 3)))

    assert changed == [True]
    assert kept.isValid()
    assert texts(model, StartColumn.IMPORT, ItemRole.SORT) == [2, 1]
    model.set_record(None)
    assert (model.rowCount(), model.total) == (0, 0)


def test_every_heading_is_explained(model: StartsModel) -> None:
    for column in StartColumn:
        for role, expected in (
            (Qt.ItemDataRole.DisplayRole, HEADINGS[column].title),
            (Qt.ItemDataRole.ToolTipRole, HEADINGS[column].about),
        ):
            assert model.headerData(column, Qt.Orientation.Horizontal, role) == expected
        assert model.heading(column) == HEADINGS[column]
    assert model.headerData(0, Qt.Orientation.Vertical) is None


@pytest.mark.parametrize("seed", range(4))
def test_it_stays_a_sound_model_under_random_changes(seed: int, qtlog) -> None:
    random, model = Random(seed), StartsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    run, count = grown_run(seed), 0
    for _ in range(40):
        match random.randrange(4):
            case 0 | 1:
                count = min(count + random.randrange(6), len(run.blocks))
                model.set_record(part(run, count))
            case 2:
                model.toggle(random.randrange(len(StartColumn)), further=random.random() < 0.5)
            case _:
                model.set_filter(random.choice(["", "tensorflow", "warm", "no such"]))
        if not model.filter_text:
            assert model.rowCount() == len(starts_of(part(run, count))) == model.total
    assert tester.model() is model
    assert [record.message for record in qtlog.records] == []


def test_the_model_tester_finds_nothing_wrong(qtmodeltester, model: StartsModel) -> None:
    qtmodeltester.check(model)

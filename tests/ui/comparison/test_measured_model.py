"""The measured table's model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from fwcompare.domain.contender import Framework
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import RunRecord
from fwcompare.execution.session import Session
from fwcompare.storage.journal import read_journal
from tests.runs import view_of
from tests.ui.comparison.many import CONTENDERS, WORKLOADS, grown_run
from ui.comparison.columns import BADGE_COLUMNS, HEADINGS, TEXT_COLUMNS, Column
from ui.comparison.measured_model import MeasuredModel, badge_in, workload_text
from ui.comparison.ordering import SortKey
from ui.comparison.rows import RowSource
from ui.comparison.sorted_model import ItemRole

pytestmark = pytest.mark.usefixtures("qapp")


def part(run, count: int):
    return replace(run, blocks=run.blocks[:count], finished_utc=None)


def rows_of(run: RunRecord, baseline: str | None = None):
    """The rows of a run, compared with this contender or the plan's own baseline."""
    plan = replace(run.plan, baseline=baseline or run.plan.baseline)
    return RowSource().rows(view_of(replace(run, plan=plan)))


def content(model: MeasuredModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[list]:
    return [
        [model.index(row, column).data(role) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


@pytest.fixture
def model() -> MeasuredModel:
    model = MeasuredModel()
    model.set_rows(rows_of(grown_run(1)))
    return model


@pytest.mark.parametrize("seed", range(8))
def test_it_stays_a_sound_model_under_random_changes(seed: int, qtlog) -> None:
    random, model = Random(seed), MeasuredModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    run, count = grown_run(seed), 0
    followed: dict[tuple[str, str], QPersistentModelIndex] = {}
    for _ in range(60):
        match random.randrange(6):
            case 0 | 1:
                count = min(count + random.randrange(6), len(run.blocks))
                model.set_rows(rows_of(part(run, count), random.choice([None, CONTENDERS[2].id])))
            case 2:
                model.toggle(random.randrange(len(Column)), further=random.random() < 0.5)
            case 3:
                model.set_filter(random.choice(["", "tensorflow", "cnn", "faster", "no such", "keras mlp"]))
            case 4:
                model.sort(random.randrange(-1, len(Column)), random.choice(list(Qt.SortOrder)))
            case _ if random.random() < 0.1:
                run, count = grown_run(random.randrange(1000)), 0
                model.set_rows(() if random.random() < 0.3 else rows_of(part(run, 0)))
        for identity, index in followed.items():
            assert not index.isValid() or model.shown_rows()[index.row()].id == identity
        for row, shown in enumerate(model.shown_rows()):
            if not followed.get(shown.id, QPersistentModelIndex()).isValid():
                followed[shown.id] = QPersistentModelIndex(model.index(row, 0))
        shown = [row.id for row in model.shown_rows()]
        assert len(set(shown)) == len(shown) <= model.total
    assert tester.model() is model
    assert [record.message for record in qtlog.records] == []


def test_the_model_tester_finds_nothing_wrong(qtmodeltester, model: MeasuredModel) -> None:
    qtmodeltester.check(model)


def reference(model: MeasuredModel, keys) -> list[tuple[str, str]]:
    """The order by plain Python: least important key first, missing values last, workloads kept together."""
    rows = list(model.rows)

    def value(row, column: Column):
        if column in BADGE_COLUMNS:
            return badge_in(row, column).rank
        if column is Column.CONTENDER:
            return row.contender.id
        if column is Column.WORKLOAD:
            return row.workload.architecture
        return row.figures[column].value

    for key in reversed(keys):
        column = Column(key.column)
        known = [row for row in rows if value(row, column) is not None]
        missing = [row for row in rows if value(row, column) is None]
        ordered = sorted(known, key=lambda row, column=column: value(row, column), reverse=key.descending)
        rows = ordered + missing
    by = next((key for key in keys if key.column == Column.WORKLOAD), None)
    if by is None:
        rows.sort(key=lambda row: WORKLOADS.index(row.workload))
    else:
        rows.sort(key=lambda row: row.workload.architecture, reverse=by.descending)
    return [row.id for row in rows]


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_by_any_column_is_that_of_the_raw_values(
    model: MeasuredModel, column: Column, descending: bool
) -> None:
    keys = (SortKey(column, descending),)

    model.sort_by(keys)

    assert [row.id for row in model.shown_rows()] == reference(model, keys)


@pytest.mark.parametrize("seed", range(20))
def test_sorting_by_several_columns(model: MeasuredModel, seed: int) -> None:
    random = Random(seed)
    keys = tuple(SortKey(column, random.random() < 0.5) for column in random.sample(list(Column), 3))

    model.sort_by(keys)

    assert [row.id for row in model.shown_rows()] == reference(model, keys)


def test_rows_without_a_value_are_last_both_ways(model: MeasuredModel) -> None:
    for order in Qt.SortOrder:
        model.sort(Column.MEDIAN, order)
        everything = [row[Column.MEDIAN] for row in content(model, ItemRole.SORT)]
        middle = len(CONTENDERS)
        for values in (everything[:middle], everything[middle:]):
            first_missing = values.index(None)
            assert 0 < first_missing < len(values)
            assert set(values[first_missing:]) == {None}
            assert values[:first_missing] == sorted(
                values[:first_missing], reverse=order is Qt.SortOrder.DescendingOrder
            )


def test_each_workload_begins_with_its_heading_however_the_rows_are_sorted_and_filtered(
    model: MeasuredModel,
) -> None:
    def heads() -> dict[int, str]:
        groups = [model.index(row, 0).data(ItemRole.GROUP) for row in range(model.rowCount())]
        found = {row: f"{group.title}: {group.note}" for row, group in enumerate(groups) if group}
        assert tuple(found) == model.heads
        return found

    first, second = (workload_text(workload) for workload in WORKLOADS)
    assert heads() == {0: f"{first}: 6 contenders", 6: f"{second}: 6 contenders"}
    model.sort(Column.MEDIAN, Qt.SortOrder.DescendingOrder)
    assert list(heads()) == [0, 6]
    model.set_filter("pytorch:eager")
    assert heads() == {0: f"{first}: 1 contender", 1: f"{second}: 1 contender"}
    model.sort(Column.WORKLOAD)
    assert heads() == {0: f"{second}: 1 contender", 1: f"{first}: 1 contender"}
    model.set_filter("cnn")
    assert heads() == {0: f"{second}: 6 contenders"}


def test_one_workload_needs_no_heading(recorded: RunRecord) -> None:
    model = MeasuredModel()
    model.set_rows(rows_of(recorded))

    assert model.heads == ()
    assert model.index(0, 0).data(ItemRole.GROUP) is None
    assert model.copied_columns([Column.CONTENDER]) == [Column.CONTENDER]


def test_clicks_go_round_ascending_descending_unsorted(model: MeasuredModel) -> None:
    for expected in ((SortKey(2),), (SortKey(2, descending=True),), ()):
        model.toggle(2, further=False)
        assert model.sort_keys == expected
    model.toggle(1, further=False)
    model.toggle(2, further=True)
    model.toggle(1, further=True)
    assert model.sort_keys == (SortKey(1, descending=True), SortKey(2)), "a key keeps its rank"
    model.toggle(2, further=True)
    model.toggle(2, further=True)
    assert model.sort_keys == (SortKey(1, descending=True),)


def test_the_filter_keeps_rows_with_every_word(model: MeasuredModel) -> None:
    model.set_filter("KERAS cnn")

    assert {row.workload for row in model.shown_rows()} == {WORKLOADS[1]}
    assert all(
        row.contender.framework in (Framework.KERAS_TENSORFLOW, Framework.KERAS_TORCH)
        for row in model.shown_rows()
    )
    assert (model.rowCount(), model.total) == (2, 12)
    model.set_filter("")
    assert model.rowCount() == 12


def test_a_changed_block_is_announced_once_and_alone(qtbot) -> None:
    run, model = grown_run(1), MeasuredModel()
    model.set_rows(rows_of(part(run, 13)))
    model.sort_by([SortKey(Column.CONTENDER)])
    heard = []
    model.dataChanged.connect(lambda first, last, *_: heard.append((first, last)))

    model.set_rows(rows_of(part(run, 13)))
    assert heard == []
    model.set_rows(rows_of(part(run, 14)))

    ((first, last),) = heard
    assert first.row() == last.row()
    assert model.shown_rows()[first.row()].id == (run.blocks[13].contender, run.blocks[13].workload)


def test_a_run_that_grows_event_by_event_ends_as_one_that_was_opened(root: Path) -> None:
    session, growing = Session(), MeasuredModel()
    for event in read_journal(root / "tests" / "recordings" / "mlp-tiny.ndjson"):
        session.apply(event)
        growing.set_rows(rows_of(session.record()))
        fresh = MeasuredModel()
        fresh.set_rows(rows_of(session.record()))
        assert content(growing) == content(fresh)

    assert growing.rowCount() == 2
    assert "☆ baseline" in content(growing)[0]


def test_another_baseline_changes_ratios_and_verdicts(model: MeasuredModel) -> None:
    run = grown_run(1)
    before = content(model)

    model.set_rows(rows_of(run, CONTENDERS[1].id))

    after = content(model)
    assert after[1][Column.VERDICT] == "☆ baseline"
    assert before[0][Column.VERDICT] == "☆ baseline"
    assert [row[Column.MEDIAN] for row in before] == [row[Column.MEDIAN] for row in after]
    model.set_rows(rows_of(run))
    assert content(model) == before


def test_failed_contenders_are_rows_with_outcome_and_remedy(model: MeasuredModel) -> None:
    crashed = next(row for row in range(12) if model.shown_rows()[row].contender == CONTENDERS[3])
    verdict = model.index(crashed, Column.VERDICT)

    assert verdict.data().startswith("! crashed")
    for text in (Outcome.CRASHED.sentence, Outcome.CRASHED.remedy):
        assert text in verdict.data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(crashed, Column.MEDIAN).data() == "–"
    assert "Not available" in model.index(crashed, Column.MEDIAN).data(Qt.ItemDataRole.ToolTipRole)


def test_every_cell_has_an_accessible_text_with_its_column(model: MeasuredModel) -> None:
    for row in content(model, Qt.ItemDataRole.AccessibleTextRole):
        for column, text in enumerate(row):
            assert text.startswith(HEADINGS[Column(column)].title)


def test_numbers_stand_at_the_right_and_headers_name_their_unit(model: MeasuredModel) -> None:
    horizontal = Qt.Orientation.Horizontal
    for column in Column:
        is_right = Qt.AlignmentFlag.AlignRight in model.index(0, column).data(
            Qt.ItemDataRole.TextAlignmentRole
        )
        assert is_right is (column not in TEXT_COLUMNS)
        assert model.headerData(column, horizontal) == HEADINGS[column].title
        assert HEADINGS[column].unit in model.headerData(
            column, horizontal, Qt.ItemDataRole.AccessibleTextRole
        )
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(99, horizontal) is None


def test_export_has_raw_numbers_of_the_rows_that_are_shown(model: MeasuredModel) -> None:
    model.set_filter("pytorch:eager mlp")

    header, row = model.export_rows()

    assert header[Column.MEDIAN] == "Median (ms)"
    assert row[Column.WORKLOAD] == WORKLOADS[0].id
    assert row[Column.MEDIAN] == pytest.approx(1.0, rel=0.05)
    assert row[Column.COMPILE] is None
    assert len(header) == len(row)

"""The panel as a user meets it: tabs, filter, baseline, keys, clipboard."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton, QWidget

from fwcompare.domain.events import Rung
from tests import runs
from tests.runs import view_of
from tests.ui.comparison.many import CONTENDERS, WORKLOADS, grown_run
from ui.comparison.bar import PanelBar
from ui.comparison.columns import EXTRA_COLUMNS, Column
from ui.comparison.ordering import SortKey
from ui.comparison.panel import ComparisonPanel
from ui.comparison.rows import RowSource
from ui.selection import ClaimSelection, RowSelection
from ui.widgets.caption import Caption
from ui.widgets.empty_state import EmptyState
from ui.widgets.status_texts import local_text


@pytest.fixture
def panel(qtbot, theme, catalog) -> ComparisonPanel:
    panel = computing(ComparisonPanel(theme, catalog))
    qtbot.addWidget(panel)
    panel.resize(1000, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def computing(panel: ComparisonPanel) -> ComparisonPanel:
    """The panel with rows that are computed at once."""
    source = RowSource()
    panel.rows_wanted.connect(lambda view: panel.show_rows(view, source.rows(view)))
    return panel


def child(panel: QWidget, kind, name: str):
    return next(one for one in panel.findChildren(kind) if one.accessibleName() == name)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_before_a_run_the_measured_tab_says_what_to_do(panel: ComparisonPanel) -> None:
    panel.show_tab("measured")

    (shown,) = [one for one in panel.findChildren(EmptyState) if one.isVisible()]
    assert "Run" in shown.accessibleDescription()
    panel.show_view(view_of(grown_run(1)))
    assert not shown.isVisible()
    assert panel.page.view.isVisible()
    panel.show_view(None)
    assert shown.isVisible()


def test_what_another_machine_measured_says_so(panel: ComparisonPanel) -> None:
    run = replace(grown_run(1), machine={"cpu_model": "Yours"})
    panel.show_tab("measured")
    panel.show_view(view_of(run))
    caption = panel.findChild(PanelBar).findChild(Caption)
    assert caption.text() == "2 workloads · 3 rounds"

    panel.show_machine({"cpu_model": "Mine"})

    when = local_text(run.started_utc)
    assert caption.text() == f"measured on another machine, {when} · 2 workloads · 3 rounds"
    panel.show_view(view_of(replace(run, machine={"cpu_model": "Mine"})))
    assert caption.text() == "2 workloads · 3 rounds"


def test_above_the_figures_stands_what_was_held_equal(panel: ComparisonPanel) -> None:
    # GIVEN two workers that have read their settings back
    settings = ({"tf32": False, "onednn": True}, {"tf32": False, "onednn": None})
    blocks = [
        runs.block(contender, 0, 10, settings=told)
        for contender, told in zip((runs.BASELINE, runs.CONTENDER), settings, strict=True)
    ]

    # WHEN the run is shown
    panel.show_view(view_of(runs.record(*blocks)))
    panel.show_tab("measured")

    # THEN the strip says the track first and then what differs, and is not there above the claims
    assert panel.strip.isVisible()
    assert panel.strip.text().startswith(
        "Track matched. Differs: execution eager (pytorch:eager), graph (tensorflow:function). Differs: onednn on "
        "(pytorch:eager), not set (tensorflow:function). Held equal: tf32 off. Track matched:"
    )
    panel.show_tab("claims")
    assert not panel.strip.isVisible()


def test_the_filter_box_filters_the_table_that_is_shown_and_counts(panel: ComparisonPanel, qtbot) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.set_filter("outdated")
    shown = panel.claims.rowCount()
    assert 0 < shown < 11
    assert f"{shown} of 11" in [
        label.text() for label in panel.findChildren(QWidget) if hasattr(label, "text") and label.isVisible()
    ]

    panel.show_tab("measured")
    box = child(panel, QLineEdit, "Filter the table")
    assert box.text() == "", "each table has a filter of its own"
    assert panel.measured.rowCount() == 12
    panel.focus_filter()
    qtbot.keyClicks(box, "keras")
    assert panel.measured.rowCount() == 4
    panel.show_tab("claims")
    assert box.text() == "outdated"


def test_slash_goes_to_the_filter_and_escape_back(panel: ComparisonPanel, qtbot) -> None:
    box, table = child(panel, QLineEdit, "Filter the table"), panel.page.view
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Slash)
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClicks(box, "holds")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(table.hasFocus)
    assert box.text() == "holds"
    panel.focus_filter()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(table.hasFocus)
    assert (box.text(), panel.claims.rowCount()) == ("", 11)


def test_moving_with_keys_selects_and_enter_asks_for_details(panel: ComparisonPanel, qtbot, catalog) -> None:
    heard = []
    panel.selection_changed.connect(heard.append)
    table = panel.page.view
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert heard[-1] == ClaimSelection(catalog.criteria[1].id, "tensorflow")
    with qtbot.waitSignal(panel.details_wanted):
        qtbot.keyClick(table, Qt.Key.Key_Return)
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    panel.page.view.selectRow(1)
    assert heard[-1] == panel.selection == RowSelection(CONTENDERS[1].id, WORKLOADS[0].id)


def test_the_selection_stays_with_its_row_while_the_run_grows_and_is_sorted(panel: ComparisonPanel) -> None:
    run = grown_run(1)
    panel.show_view(view_of(replace(run, blocks=run.blocks[:3], finished_utc=None), finished=False))
    panel.show_tab("measured")
    panel.page.view.selectRow(2)
    wanted = panel.selection
    panel.measured.toggle(Column.MEDIAN, further=False)
    for count in range(4, len(run.blocks) + 1):
        panel.show_view(view_of(replace(run, blocks=run.blocks[:count], finished_utc=None), finished=False))
        assert panel.selection == wanted
        (selected,) = {index.row() for index in panel.page.view.selectionModel().selectedIndexes()}
        row = panel.measured.shown_rows()[selected]
        assert RowSelection(row.contender.id, row.workload.id) == wanted


def test_choosing_a_baseline_compares_with_it_until_another_run_is_shown(
    panel: ComparisonPanel,
) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    chooser = child(panel, QComboBox, "Baseline")
    assert [chooser.itemText(place) for place in range(chooser.count())] == [one.id for one in CONTENDERS]

    panel.set_baseline(CONTENDERS[2].id)

    assert chooser.currentText() == panel.record.plan.baseline == CONTENDERS[2].id
    assert panel.measured.index(2, Column.VERDICT).data() == "☆ baseline"
    panel.show_view(view_of(grown_run(1)))
    assert panel.record.plan.baseline == CONTENDERS[2].id, "the same run again"
    panel.set_baseline(None)
    assert panel.record.plan.baseline == CONTENDERS[0].id
    panel.set_baseline("no such contender")
    assert panel.record.plan.baseline == CONTENDERS[0].id
    chooser.textActivated.emit(CONTENDERS[1].id)
    panel.show_view(view_of(grown_run(2)))
    assert panel.record.plan.baseline == CONTENDERS[0].id


def test_copying_takes_the_columns_that_are_shown_and_all_rows_or_the_selected_ones(
    panel: ComparisonPanel, qtbot
) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    view = panel.page.view
    view.set_column_shown(Column.P90, shown=False)
    panel.measured.toggle(Column.MEDIAN, further=False)

    panel.copy_as_tsv()

    lines = [line.split("\t") for line in clipboard().splitlines()]
    assert lines[0][:4] == ["Contender", "Workload", "Median (ms)", "Ratio"]
    assert [line[0] for line in lines[1:]] == [row.contender.id for row in panel.measured.shown_rows()]
    view.setFocus()
    view.selectRow(1)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert [line.split("\t")[0] for line in clipboard().splitlines()[1:]] == [line[0] for line in lines[2:4]]
    panel.copy_as_markdown()
    markdown = clipboard().splitlines()
    assert len(markdown) == 4
    assert markdown[1].startswith("| --- | --- | ---: | ---: | --- |")


def test_export_is_csv_of_the_table_that_is_shown(panel: ComparisonPanel) -> None:
    assert len(list(csv.reader(io.StringIO(panel.export_csv_text())))) == 34
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    rows = list(csv.reader(io.StringIO(panel.export_csv_text())))
    assert len(rows) == 13
    assert float(rows[1][Column.MEDIAN]) > 0


def test_columns_are_chosen_in_a_menu_and_the_first_one_stays(panel: ComparisonPanel) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    page = panel.page

    menu = page.menu_of(Column.P90)
    hide = next(action for action in menu.actions() if action.text() == "Hide p90")
    hide.trigger()

    assert page.view.isColumnHidden(Column.P90)
    columns = next(action.menu() for action in page.menu_of(2).actions() if action.text() == "Columns")
    entry = next(action for action in columns.actions() if action.text() == "p90")
    assert not entry.isChecked()
    entry.trigger()
    assert not page.view.isColumnHidden(Column.P90)
    first = next(action for action in page.menu_of(0).actions() if action.text() == "Hide Contender")
    assert not first.isEnabled()
    assert first.toolTip()
    page.view.set_column_shown(0, shown=False)
    assert not page.view.isColumnHidden(0)


def test_starts_have_a_table_of_their_own(panel: ComparisonPanel) -> None:
    """GIVEN nothing measured THEN it says so; GIVEN a run THEN its rows select contenders and are exported."""
    panel.show_tab("starts")
    assert any(one.isVisibleTo(panel) for one in panel.findChildren(EmptyState))
    panel.show_view(view_of(grown_run(1)))
    assert not any(one.isVisibleTo(panel) for one in panel.findChildren(EmptyState))
    panel.page.view.selectRow(0)

    rows = list(csv.reader(io.StringIO(panel.export_csv_text())))

    assert len(rows) == 1 + panel.starts.total > 1
    assert isinstance(panel.selection, RowSelection)
    assert panel.selection.contender == panel.starts.shown_rows()[0].contender.id
    assert "starts" in panel.layouts()


def test_a_key_and_the_menu_ask_how_the_verdict_came_about(panel: ComparisonPanel, qtbot) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    panel.page.view.selectRow(1)
    asked = []
    panel.explanation_wanted.connect(lambda: asked.append(panel.selection))

    qtbot.keyClicks(panel.page.view, "?")
    next(one for one in panel.page.menu_of(5).actions() if one.text() == "Explain this verdict").trigger()

    assert len(asked) == 2
    assert asked[0] == asked[1] == panel.selection is not None


def test_the_menu_of_a_column_sorts(panel: ComparisonPanel) -> None:
    def choose(words: str) -> None:
        next(action for action in panel.page.menu_of(2).actions() if action.text() == words).trigger()

    choose("Sort by Keras, descending")
    assert [(key.column, key.descending) for key in panel.claims.sort_keys] == [(2, True)]
    choose("Do not sort")
    choose("Then sort by Keras")
    assert [(key.column, key.descending) for key in panel.claims.sort_keys] == [(2, False)]


def test_workloads_are_headings_and_a_copy_names_them_in_each_row(panel: ComparisonPanel) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    view = panel.page.view

    plain = view.rowHeight(1)
    assert [row for row in range(12) if view.rowHeight(row) > plain] == [0, 6]
    assert [row for row in range(12) if view.frozen.rowHeight(row) > plain] == [0, 6]
    assert view.isColumnHidden(Column.WORKLOAD)
    panel.copy_as_tsv()
    header, *rows = [line.split("\t") for line in clipboard().splitlines()]
    assert header[1] == "Workload"
    assert len({row[1] for row in rows}) == 2

    panel.set_filter("cnn")
    assert [row for row in range(6) if view.rowHeight(row) > plain] == [0]


def test_the_tables_come_back_as_they_were_arranged(panel: ComparisonPanel, qtbot, theme, catalog) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    panel.page.view.set_column_shown(Column.P90, shown=False)
    panel.page.view.set_column_shown(Column.WORKLOAD, shown=True)
    panel.page.view.setColumnWidth(Column.MEDIAN, 311)
    panel.page.view.setColumnWidth(0, 199)
    keys = (SortKey(Column.MEDIAN, descending=True), SortKey(Column.MEMORY))
    panel.page.model.sort_by(keys)

    again = computing(ComparisonPanel(theme, catalog))
    qtbot.addWidget(again)
    again.arrange(panel.layouts())
    again.show_view(view_of(grown_run(1)))
    again.show_tab("measured")

    view = again.page.view
    assert [column for column in Column if view.isColumnHidden(column)] == [Column.P90, *EXTRA_COLUMNS]
    assert (view.columnWidth(Column.MEDIAN), view.columnWidth(0), view.frozen.columnWidth(0)) == (
        311,
        199,
        199,
    )
    assert again.page.model.sort_keys == keys


def test_a_run_that_is_over_without_its_end_measures_no_more(panel: ComparisonPanel) -> None:
    run = grown_run(1)
    cut = replace(run, blocks=(), finished_utc=None)
    panel.show_view(view_of(cut, finished=False))
    assert panel.measured.index(1, Column.VERDICT).data() == "– not measured yet"
    panel.show_view(view_of(cut, finished=True))
    assert panel.measured.index(1, Column.VERDICT).data() == "– not measured, the run ended before"


def test_every_control_can_be_reached_by_key_and_has_a_name(panel: ComparisonPanel) -> None:
    panel.show_view(view_of(grown_run(1)))
    panel.show_tab("measured")
    for kind in (QLineEdit, QComboBox, QToolButton):
        for one in panel.findChildren(kind):
            if (
                one.isVisible()
                and one.objectName() != "qt_edit_clear_button"
                and not isinstance(one.parent(), QLineEdit)
            ):
                assert one.accessibleName(), one
                assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, one
    assert panel.page.view.accessibleName() == "Measured"


def test_rows_are_wanted_when_a_block_has_ended_or_another_baseline_is_chosen(theme, catalog, qtbot) -> None:
    """GIVEN a run that grows THEN what its blocks amount to is asked for once each time, and stands there until then."""
    panel, wanted, run, source = ComparisonPanel(theme, catalog), [], grown_run(1), RowSource()
    qtbot.addWidget(panel)
    panel.rows_wanted.connect(wanted.append)
    short, whole = replace(run, blocks=run.blocks[:-1]), view_of(run)

    panel.show_view(view_of(short))
    panel.show_view(view_of(short))
    assert len(wanted) == 1
    assert {row.badge.word for row in panel.measured.rows} == {"being computed"}
    panel.show_view(whole)
    assert [len(view.record.blocks) for view in wanted] == [35, 36]

    before = source.rows(wanted[0])
    panel.show_rows(wanted[0], before)
    assert [row.summary for row in panel.measured.rows] == [row.summary for row in before]
    panel.set_baseline(CONTENDERS[2].id)
    assert wanted[-1].record.plan.baseline == CONTENDERS[2].id
    assert wanted[-1].figures is whole.figures
    with qtbot.waitSignal(panel.rows_changed):
        panel.show_rows(wanted[-1], source.rows(wanted[-1]))
    assert panel.measured.rows == source.rows(wanted[-1])
    assert len(wanted) == 3


def test_rows_of_another_run_are_not_shown(theme, catalog, qtbot) -> None:
    panel = ComparisonPanel(theme, catalog)
    qtbot.addWidget(panel)
    late, shown = view_of(grown_run(1)), view_of(grown_run(2))
    panel.show_view(late)
    panel.show_view(shown)

    with qtbot.assertNotEmitted(panel.rows_changed):
        panel.show_rows(late, RowSource().rows(late))

    assert {row.badge.word for row in panel.measured.rows} == {"being computed"}
    panel.show_view(None)
    panel.show_rows(shown, RowSource().rows(shown))
    assert panel.measured.rows == ()


def test_what_a_worker_does_is_shown_without_computing_anything(theme, catalog, qtbot) -> None:
    panel, run = ComparisonPanel(theme, catalog), grown_run(1)
    qtbot.addWidget(panel)
    running = replace(run.blocks[1], outcome=None, finished_ns=None)
    view = view_of(replace(run, blocks=(run.blocks[0], running), finished_utc=None))
    panel.show_view(view)
    panel.show_rows(view, RowSource().rows(view))
    assert panel.measured.rows[1].badge.word == "measuring"

    stopping = replace(running, stopping=Rung.KILLING)
    with qtbot.assertNotEmitted(panel.rows_wanted):
        panel.show_view(view_of(replace(view.record, blocks=(run.blocks[0], stopping))))

    assert panel.measured.rows[1].badge.word == "being killed"


def test_a_single_workload_is_named_as_people_say_it(panel: ComparisonPanel) -> None:
    run = grown_run(1)
    panel.show_tab("measured")

    panel.show_view(view_of(replace(run, plan=replace(run.plan, workloads=run.plan.workloads[:1]))))

    assert panel.findChild(PanelBar).findChild(Caption).text() == "mlp/tiny · inference · batch 8 · 3 rounds"

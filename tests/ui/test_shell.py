"""Which comparison is on show: the running one, or the one that was opened."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock, create_autospec

import pytest

from fwcompare.errors import FwcompareError
from fwcompare.execution.view import RunView
from fwcompare.paths import sample_snapshot
from tests import runs
from tests.ui.stand_ins import SNAPSHOT, assemble
from ui.actions import Command
from ui.assembly import ENGINE_THREAD
from ui.selection import BlockSelection, RowSelection
from ui.shell import ComparisonView, DetailsView, ProfilerView, Shell, Views
from ui.snapshots.controller import SnapshotController
from ui.snapshots.files import open_snapshot
from ui.snapshots.library import LibraryModel
from ui.theme import Scheme

RUNNING = runs.view_of(replace(runs.record(runs.block(runs.BASELINE, 0, 1)), finished_utc=None))
LATER = runs.view_of(
    replace(RUNNING.record, blocks=(*RUNNING.record.blocks, runs.block(runs.CONTENDER, 0, 1)))
)
ENDED = runs.view_of(replace(LATER.record, finished_utc="2026-01-02T03:05:05Z"), finished=True)
OPENED = open_snapshot(SNAPSHOT)


@pytest.fixture
def assembly(theme, tmp_path, qtbot):
    made = assemble(theme, tmp_path)
    yield made
    made.end()


@pytest.fixture
def views():
    made = Views(
        *(create_autospec(kind, instance=True) for kind in (ComparisonView, ProfilerView, DetailsView))
    )
    made.profiler.run_obstacle, made.profiler.cancel_obstacle = "", "Nothing runs."
    made.profiler.engine_obstacle = ""
    made.profiler.plots.return_value = {}
    return made


@pytest.fixture
def snapshots(qapp):
    return SnapshotController(Mock())


@pytest.fixture
def shell(assembly, views, snapshots):
    return Shell(assembly.window, views, snapshots, LibraryModel(), "the catalog")


def shown(views) -> list[RunView]:
    return [call.args[0] for call in views.comparison.show_view.call_args_list]


def text(assembly) -> str:
    return assembly.window.messages.text


def test_a_running_comparison_is_shown_in_all_views(shell, views):
    shell.show_live(RUNNING)
    shell.show_live(LATER)

    assert shown(views) == [RUNNING, LATER]
    views.comparison.show_tab.assert_called_once_with("measured")
    assert views.profiler.show_view.call_args.args == (LATER,)
    views.details.show_selection.assert_called_with(None, LATER, "the catalog")


def test_an_opened_snapshot_is_shown_with_its_figures(shell, views, assembly):
    shell.show_opened(OPENED)

    assert shown(views) == [OPENED]
    views.comparison.show_tab.assert_called_once_with("measured")
    assert text(assembly) == ""


def test_a_run_goes_on_behind_an_opened_snapshot_and_can_be_brought_back(shell, views, assembly):
    shell.show_live(RUNNING)
    shell.show_opened(OPENED)
    shell.show_live(LATER)
    assert shown(views) == [RUNNING, OPENED]
    assert "is being measured" in text(assembly)

    assembly.window.messages._act()

    assert shown(views)[-1] == LATER
    shell.show_live(ENDED)
    assert shown(views)[-1] == ENDED


def test_the_end_of_a_run_behind_a_snapshot_is_said(shell, views, assembly, snapshots, qtbot):
    shell.show_live(RUNNING)
    shell.show_opened(OPENED)

    with qtbot.waitSignal(snapshots.files_changed):
        shell.show_live(ENDED)

    assert text(assembly) == "The comparison has ended."
    assembly.window.messages._act()
    assert shown(views)[-1] == ENDED
    assert text(assembly) == ""


def test_a_new_run_is_shown_whatever_was_on_show(shell, views):
    shell.show_opened(OPENED)

    shell.show_live(RUNNING)

    assert shown(views)[-1] == RUNNING


def test_what_kept_a_run_from_its_end_is_said(shell, assembly):
    shell.show_live(replace(ENDED, error=FwcompareError("The disk is full.", "Free some space.")))

    assert text(assembly) == "The disk is full. Free some space."


def test_the_selection_stays_while_the_run_goes_on(shell, views):
    shell.show_live(RUNNING)
    shell.select(RowSelection("pytorch:eager", "mlp"))
    shell.show_live(LATER)

    views.details.show_selection.assert_called_with(
        RowSelection("pytorch:eager", "mlp"), LATER, "the catalog"
    )
    shell.select(BlockSelection(3))
    views.details.show_selection.assert_called_with(BlockSelection(3), LATER, "the catalog")


def test_actions_follow_what_is_on_show(shell, assembly, views):
    def enabled() -> set[Command]:
        table = assembly.window.actions_table
        changing = (Command.RUN, Command.CANCEL, Command.SAVE_AS, Command.REVEAL, Command.EXPORT_TABLE)
        return {command for command in changing if table[command].isEnabled()}

    assert enabled() == {Command.RUN}
    views.profiler.run_obstacle, views.profiler.cancel_obstacle = "It runs.", ""
    shell.show_live(RUNNING)
    assert enabled() == {Command.CANCEL, Command.EXPORT_TABLE}
    views.profiler.run_obstacle, views.profiler.cancel_obstacle = "", "Nothing runs."
    shell.show_live(ENDED)
    assert enabled() == {Command.RUN, Command.SAVE_AS, Command.EXPORT_TABLE}
    shell.show_opened(OPENED)
    assert enabled() == {Command.RUN, Command.SAVE_AS, Command.EXPORT_TABLE, Command.REVEAL}
    assert assembly.window.actions_table[Command.CANCEL].statusTip() == "Nothing runs."


def test_the_title_says_what_is_shown_and_what_runs(shell, assembly):
    shell.show_opened(OPENED)
    assert assembly.window.windowTitle() == "mlp/tiny inference · 2 contenders - fwcompare"

    shell.show_live(RUNNING)
    assert assembly.window.windowTitle().startswith("Running 1/6 - mlp/tiny")


def test_actions_reach_the_panels(assembly):
    table, comparison = assembly.window.actions_table, assembly.shell._views.comparison
    assembly.shell.show_opened(OPENED)
    comparison.calls.clear()

    for command in (Command.COPY_TSV, Command.COPY_MARKDOWN, Command.CLAIMS, Command.MEASURED, Command.RUN):
        table[command].trigger()

    assert comparison.calls == ["tsv", "markdown", "claims", "measured"]
    assert assembly.shell._views.profiler.calls == ["run"]


def test_the_menu_chooses_the_colours(assembly, theme):
    assembly.window.actions_table[Command.DARK].trigger()

    assert theme.scheme is Scheme.DARK
    assert assembly.settings_now().scheme is Scheme.DARK
    assembly.window.actions_table[Command.LIGHT].trigger()
    assert not theme.tokens.is_dark


def test_the_tab_that_is_shown_is_checked(assembly):
    assembly.shell.on_tab("measured")

    table = assembly.window.actions_table
    assert table[Command.MEASURED].isChecked()
    assert not table[Command.CLAIMS].isChecked()


def test_after_the_death_of_the_engine_run_and_cancel_say_why_they_are_of_no_use(assembly):
    table = assembly.window.actions_table
    assert table[Command.RUN].isEnabled()

    assembly.defects.thread_died.emit(ENGINE_THREAD)

    for command in (Command.RUN, Command.CANCEL):
        assert not table[command].isEnabled()
        assert "defect" in table[command].statusTip()


def test_rounds_can_be_added_to_whatever_is_shown_and_has_some(shell, assembly, views):
    action = assembly.window.actions_table[Command.ADD_ROUNDS]
    assert not action.isEnabled()
    assert action.statusTip().startswith("There are no rounds to add to")

    shell.show_opened(OPENED)
    assert action.isEnabled()

    views.profiler.engine_obstacle = "A comparison is running."
    shell.show_live(RUNNING)
    assert (action.isEnabled(), action.statusTip()) == (False, "A comparison is running.")

    views.profiler.engine_obstacle = ""
    shell.show_live(ENDED)
    assert action.isEnabled()
    shell.show_live(runs.view_of(runs.record(), finished=True))
    assert not action.isEnabled()


def test_a_self_test_does_not_wait_for_the_form(shell, assembly, views):
    views.profiler.run_obstacle = "Choose at least one contender."
    shell.update()

    table = assembly.window.actions_table
    assert not table[Command.RUN].isEnabled()
    assert table[Command.SELF_TEST].isEnabled()


def test_no_rounds_are_added_to_the_sample(shell, assembly, views):
    action = assembly.window.actions_table[Command.ADD_ROUNDS]

    shell.show_opened(replace(OPENED, snapshot=sample_snapshot()))
    assert not action.isEnabled()
    assert action.statusTip().startswith("The sample comes along with fwcompare")

    shell.show_opened(OPENED)
    assert action.isEnabled()

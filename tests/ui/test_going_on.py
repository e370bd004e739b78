"""The real window after a comparison: rounds are added, or it says in place why not; a check is told and used."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTextBrowser

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.plan import PRESETS, Plan, PresetName, self_test
from fwcompare.domain.record import RunRecord
from fwcompare.execution.engine import Engine
from fwcompare.execution.machine import describe_machine
from fwcompare.stats.comparison import compare
from fwcompare.stats.ratio import MAX_ROUNDS
from fwcompare.storage.snapshot import read_snapshot
from tests.runs import WORKLOAD, block, plan, record, view_of
from tests.ui.profiler.forms import SURVEYED
from tests.ui.stand_ins import SNAPSHOT
from ui.actions import Command
from ui.assembly import Assembly
from ui.comparison.details import DetailsPanel
from ui.profiler import controller
from ui.profiler.more_rounds import MoreRounds
from ui.profiler.panel import ProfilerPanel
from ui.selection import RowSelection

HERE = (
    Contender(Framework.PYTORCH, Mode.EAGER, sys.executable),
    Contender(Framework.TENSORFLOW, Mode.FUNCTION, sys.executable),
)
RESULT_MS = 60_000
"""Looking for what can run starts this Python."""


@pytest.fixture
def begun(monkeypatch) -> list[tuple[Plan, RunRecord | None]]:
    """What the engine was asked for; it measures nothing."""
    asked: list[tuple[Plan, RunRecord | None]] = []
    monkeypatch.setattr(
        Engine, "run", lambda _self, wanted, out=None, earlier=None: asked.append((wanted, earlier))
    )
    return asked


@pytest.fixture
def assembly(begun, real_window) -> Assembly:
    """The real window; nobody looks for Pythons before he is asked to."""
    return real_window


def measured(*ratios: float, **changes) -> RunRecord:
    """A comparison that was measured here and now."""
    blocks = [
        block(contender, number, round(1_000_000 * factor), block=2 * number + slot)
        for number, ratio in enumerate(ratios)
        for slot, (contender, factor) in enumerate(zip(HERE, (1.0, ratio), strict=True))
    ]
    fields = {"plan": plan(contenders=HERE, baseline=HERE[0].id), "machine": describe_machine()}
    return record(*blocks, **(fields | changes))


def message(assembly: Assembly) -> str:
    return assembly.window.messages.text


def popped_up(assembly: Assembly, qtbot) -> MoreRounds:
    more = assembly.window.findChild(MoreRounds)
    qtbot.waitUntil(more.isVisible)
    qtbot.waitUntil(lambda: not more.note.text().endswith("…"))
    return more


def test_as_many_rounds_as_are_wanted_are_added_to_an_opened_comparison(
    assembly, qtbot, begun, gui_thread_guard
):
    found = measured(1.0, 1.02, 0.99)
    wanted = compare(found)[0].more_rounds
    assembly.shell.show_opened(view_of(found, finished=True))

    with gui_thread_guard:
        assembly.window.actions_table[Command.ADD_ROUNDS].trigger()
        more = popped_up(assembly, qtbot)
        assert (more.rounds.value(), more.title.text()) == (wanted, "Add rounds to mlp/tiny inference")
        assert more.focusWidget() is more.rounds
        qtbot.keyClicks(more.rounds, "4")
        qtbot.keyClick(more.rounds, Qt.Key.Key_Return)
        assert not more.add_button.isEnabled()
        qtbot.waitUntil(lambda: bool(begun), timeout=RESULT_MS)

    ((longer, earlier),) = begun
    assert longer.effort.rounds == 7
    assert earlier == found
    assert not more.isVisible()


def test_why_they_can_not_be_added_stands_where_they_were_asked_for(assembly, qtbot, begun):
    older = measured(1.0, 1.02, 0.99)
    blocks = tuple(replace(one, versions={"torch": "1.0"}) for one in older.blocks)
    assembly.shell.show_opened(view_of(replace(older, blocks=blocks), finished=True))

    qtbot.keyClick(
        assembly.window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    more = popped_up(assembly, qtbot)
    more.add_button.click()
    qtbot.waitUntil(lambda: "ran with torch 1.0" in more.note.text(), timeout=RESULT_MS)

    assert more.add_button.isEnabled()
    assert (begun, message(assembly)) == ([], "")

    more.add_button.click()
    more.close()
    qtbot.waitUntil(lambda: "ran with torch 1.0" in message(assembly), timeout=RESULT_MS)


def test_to_what_was_measured_on_another_machine_nothing_is_added(assembly, qtbot):
    action = assembly.window.actions_table[Command.ADD_ROUNDS]
    assembly.shell.show_opened(view_of(measured(1.0, 1.02, 0.99), finished=True))
    assert action.isEnabled()

    assembly.shell.show_opened(view_of(read_snapshot(SNAPSHOT), finished=True))

    qtbot.waitUntil(lambda: not action.isEnabled(), timeout=RESULT_MS)
    assert action.statusTip().startswith("This is not the machine as it was: ")
    assert action.statusTip().endswith("Measure it all anew.")


def test_a_cancelled_comparison_is_offered_what_it_lacks(assembly, qtbot):
    longer = plan(contenders=HERE, baseline=HERE[0].id, effort=PRESETS[PresetName.STANDARD])
    assembly.live.view_changed.emit(view_of(measured(1.0, 1.1, plan=longer, cancelled=True), finished=True))

    assembly.window.actions_table[Command.ADD_ROUNDS].trigger()

    more = popped_up(assembly, qtbot)
    assert (more.rounds.value(), more.note.text()) == (6, "It ended after 2 of 8 planned rounds.")
    more.close()


def test_a_number_that_was_typed_is_not_replaced(assembly, qtbot):
    found = measured(1.0, 1.02, 0.99)
    assembly.shell.show_opened(view_of(found, finished=True))
    more = assembly.window.findChild(MoreRounds)

    assembly.window.actions_table[Command.ADD_ROUNDS].trigger()
    more.rounds.setValue(MAX_ROUNDS + 1)
    popped_up(assembly, qtbot)

    assert more.rounds.value() == MAX_ROUNDS + 1
    more.close()


def test_the_message_at_the_end_of_a_run_asks_the_same(assembly, qtbot):
    found = measured(1.0, 1.02, 0.99)

    assembly.live.view_changed.emit(view_of(found, finished=True))
    qtbot.waitUntil(lambda: "can't tell everything yet" in message(assembly))
    assembly.window.messages._act()

    more = popped_up(assembly, qtbot)
    assert more.rounds.value() == compare(found)[0].more_rounds
    more.close()


def test_a_check_says_what_it_found_explains_it_and_fills_the_margin_in(assembly, qtbot):
    """GIVEN a self-test that ended WHEN its view comes THEN the window says its result, however much disturbed it."""
    check = self_test(HERE[0], WORKLOAD, PresetName.STANDARD, threads=1)
    blocks = [
        block(contender, number, 10**6 + slot * (15_000 if number % 2 else -15_000), block=2 * number + slot)
        for number in range(8)
        for slot, contender in enumerate(check.contenders)
    ]
    machine = {**describe_machine(), "cpu_governor": "powersave"}
    panel = assembly.window.findChild(ProfilerPanel)
    panel.set_availability(SURVEYED)

    assembly.live.view_changed.emit(view_of(record(*blocks, plan=check, machine=machine), finished=True))
    qtbot.waitUntil(lambda: bool(message(assembly)))

    verdict, shown = message(assembly).replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert verdict == "No practical difference (within 2 %), as it must be."
    assert "quick 4.1 % (8.5 %), standard 1.6 % (3.5 %), rigorous 0.9 % (2 %)." in shown
    qtbot.waitUntil(lambda: panel.form.options.margin.text() == "8.5 %", timeout=RESULT_MS)

    assembly.window.messages._act()

    details = assembly.window.findChild(DetailsPanel)
    assert "pytorch:eager#2" in details.plain_text()
    qtbot.waitUntil(lambda: top_lines(details).startswith("How this verdict came about"))


def test_the_explanation_is_at_the_top_also_if_another_comparison_was_on_show(assembly, qtbot):
    """GIVEN rows that have to be computed anew THEN the page goes where it was asked to when it has the place."""
    details = assembly.window.findChild(DetailsPanel)
    ended = view_of(measured(1.0, 1.02, 0.99), finished=True)
    assembly.shell.show_opened(view_of(read_snapshot(SNAPSHOT), finished=True))

    assembly.shell.explain(ended, RowSelection(HERE[1].id, WORKLOAD.id))
    assert "How this verdict came about" not in details.plain_text()

    qtbot.waitUntil(lambda: top_lines(details).startswith("How this verdict came about"))
    qtbot.waitUntil(lambda: "being computed" not in details.plain_text())
    assert top_lines(details).startswith("How this verdict came about")


def test_a_check_begins_when_its_time_was_told_and_not_while_something_runs(assembly, begun, monkeypatch):
    check = self_test(HERE[0], WORKLOAD, PresetName.STANDARD, threads=1)
    monkeypatch.setattr(controller, "self_test_plan", lambda *_arguments: check)
    ask = assembly.window.actions_table[Command.SELF_TEST].trigger

    ask()
    assert message(assembly).startswith("The check compares pytorch:eager with itself for about 2 min;")
    assert begun == []
    assembly.window.messages._act()
    assert begun == [(check, None)]

    ask()
    assembly.window.findChild(ProfilerPanel).run_requested.emit(plan())
    assert message(assembly) == ""


def top_lines(details: DetailsPanel) -> str:
    """The text from the topmost line that can be seen on."""
    page = details.findChild(QTextBrowser)
    return page.toPlainText()[page.cursorForPosition(QPoint(20, 8)).position() :].lstrip()

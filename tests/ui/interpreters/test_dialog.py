"""What the dialog shows, and what it says that the user wants."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.overview import Overview
from tests.ui.interpreters.entries import OWN, entry, gone
from ui.interpreters.dialog import InterpretersDialog, describe
from ui.theme import Scheme

TORCH = entry()
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(theme, qtbot) -> InterpretersDialog:
    made = InterpretersDialog(theme)
    qtbot.addWidget(made)
    made.show_overview(Overview((OWN, TORCH, gone()), is_complete=True))
    made.open_for(None)
    return made


def test_it_is_not_modal(dialog):
    assert not dialog.isModal()
    assert dialog.isVisible()


def test_the_first_is_chosen_and_another_stays_chosen_when_the_list_is_new(dialog):
    assert dialog.selected == OWN
    dialog.select(TORCH.path)
    dialog.show_overview(Overview((TORCH,), is_complete=True))

    assert dialog.selected == TORCH
    dialog.show_overview(Overview((OWN,), is_complete=True))
    assert dialog.selected == OWN


def test_the_buttons_speak_of_what_is_chosen(dialog, qtbot):
    dialog.open_for(Framework.KERAS_TORCH)
    dialog.select(TORCH.path)
    for button, signal, expected in (
        (dialog.assign, dialog.assign_requested, [Framework.KERAS_TORCH, TORCH]),
        (dialog.beside, dialog.beside_requested, [Framework.KERAS_TORCH, TORCH]),
        (dialog.probe, dialog.probe_requested, [TORCH]),
        (dialog.forget, dialog.forget_requested, [TORCH]),
    ):
        with qtbot.waitSignal(signal) as told:
            qtbot.mouseClick(button, LEFT)
        assert told.args == expected


def test_what_can_not_be_done_says_why(dialog):
    dialog.select(OWN.path)
    assert not dialog.forget.isEnabled()
    assert "own Python" in dialog.forget.toolTip()

    dialog.select("/gone/bin/python")
    assert dialog.forget.isEnabled()
    for button in (dialog.assign, dialog.beside, dialog.probe):
        assert not button.isEnabled()
        assert "no Python at this path" in button.toolTip() == button.accessibleDescription()


def test_nothing_stands_beside_itself(dialog):
    dialog.show_overview(Overview((entry(assigned=(Framework.TENSORFLOW,)),), is_complete=True))
    dialog.open_for(Framework.TENSORFLOW)
    assert not dialog.beside.isEnabled()
    assert dialog.beside.toolTip() == "tensorflow runs in this Python already."

    dialog.open_for(Framework.PYTORCH)
    assert dialog.beside.isEnabled()


def test_the_keyboard_is_in_the_list_when_it_comes(theme, qtbot):
    made = InterpretersDialog(theme)
    qtbot.addWidget(made)
    made.open_for(None)
    made.show_overview(Overview((OWN,), is_complete=True))

    assert made.focusWidget() is made.table


def test_nothing_found_is_a_page_of_its_own_and_nothing_can_be_done(dialog):
    dialog.show_overview(Overview((), is_complete=True))

    assert not dialog.table.isVisible()
    assert dialog.selected is None
    assert not dialog.assign.isEnabled()


def test_a_search_that_ended_at_its_bound_says_so(dialog):
    assert "There may be more" not in dialog.note.text()
    dialog.show_overview(Overview((OWN,), is_complete=False))

    assert "There may be more" in dialog.note.text()


def test_enter_in_the_path_adds_it_and_nothing_else(dialog, qtbot):
    dialog.select(TORCH.path)
    with qtbot.waitSignal(dialog.add_requested) as told, qtbot.assertNotEmitted(dialog.assign_requested):
        qtbot.keyClicks(dialog.path, " /opt/python ")
        qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert told.args == ["/opt/python"]

    dialog.path.clear()
    with qtbot.assertNotEmitted(dialog.add_requested):
        qtbot.mouseClick(dialog.add, LEFT)


def test_the_keyboard_gets_everywhere_and_escape_closes(dialog, qtbot):
    for kind in (QPushButton, QLineEdit, QTableView):
        for control in dialog.findChildren(kind):
            if control.isVisible():
                assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
                assert control.accessibleName() or control.text()
    assert not dialog.table.tabKeyNavigation(), "Tab leaves the table"

    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.selected == TORCH
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_details_say_what_can_run_and_why_the_others_can_not(dialog):
    dialog.select(TORCH.path)

    lines = dialog.details.text().splitlines()

    assert lines[0] == "/envs/torch/bin/python"
    assert "as its files say" in lines[1]
    assert lines[2].startswith("Can run pytorch:eager, pytorch:compile")
    assert lines[3].startswith("Can't run tensorflow:eager, tensorflow:function, tensorflow:xla")
    assert ": tensorflow is not" in lines[3]
    assert "as it says itself" in describe(OWN)
    assert "There is no Python at /gone/bin/python." in describe(gone())


def test_it_takes_the_colours_of_the_scheme(dialog, theme):
    theme.choose(Scheme.DARK)

    assert theme.tokens.base in dialog.table.styleSheet()
    assert theme.tokens.text2 in dialog.note.styleSheet()


def test_nothing_can_be_done_with_one_that_is_too_old_but_to_forget_it(dialog):
    old = replace(TORCH, info=replace(TORCH.info, python="3.6.15"))
    dialog.show_overview(Overview((old,), is_complete=True))

    for button in (dialog.assign, dialog.beside, dialog.probe):
        assert not button.isEnabled()
        assert button.toolTip().endswith("too old to measure in. Name a Python 3.9 or newer.")
    assert dialog.forget.isEnabled()

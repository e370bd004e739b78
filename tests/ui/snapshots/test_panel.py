"""The library as the user sees it and works in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from fwcompare.library.annotations import Annotation
from fwcompare.library.entries import SortKey
from tests.library.test_entries import BROKEN, entry
from ui.snapshots.library import Field, LibraryModel
from ui.snapshots.panel import LibraryPanel
from ui.theme import Scheme
from ui.widgets.empty_state import SampleButton


@pytest.fixture
def model(qapp):
    return LibraryModel()


@pytest.fixture
def panel(theme, model, qtbot):
    panel = LibraryPanel(theme, model)
    qtbot.addWidget(panel)
    panel.resize(220, 400)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def view(panel, model):
    """The view with two entries, the keyboard on the second."""
    model.put(entry(number) for number in (0, 1))
    panel.view.setFocus()
    panel.view.setCurrentIndex(model.index(1))
    return panel.view


def menu_at(view, reason, where):
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, where, view.mapToGlobal(where)))
    return view.findChild(QMenu)


def test_empty_it_says_what_would_be_there(panel, model):
    assert panel._empty.isVisible()
    assert not panel.view.isVisible()

    model.put([entry(1)])
    assert panel.view.isVisible()
    assert not panel._empty.isVisible()

    panel.filter.setText("zzz")
    assert panel._empty.text() == "No snapshot matches the filter."
    panel.filter.clear()
    model.replace_all([])
    assert panel._empty.isVisible()
    assert ".fwsnap" in panel._empty.text()


def test_a_sample_is_offered_while_there_is_nothing_of_ones_own(panel, model, qtbot):
    sample = panel.findChild(SampleButton)
    with qtbot.waitSignal(panel.sample_requested):
        qtbot.mouseClick(sample, Qt.MouseButton.LeftButton)

    model.put([entry(1)])
    assert not sample.isVisible()
    panel.filter.setText("zzz")
    assert not sample.isVisible()
    panel.filter.clear()
    model.replace_all([])
    assert sample.isVisible()


def test_enter_and_double_click_open(view, model, qtbot):
    with qtbot.waitSignal(view.open_requested) as by_key:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    place = view.visualRect(model.index(0)).center()
    with qtbot.waitSignal(view.open_requested) as by_mouse:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert by_key.args == [entry(0)]
    assert by_mouse.args == [entry(1)]


@pytest.mark.parametrize(
    "case",
    [
        (Qt.KeyboardModifier.NoModifier, Field.NAME, "Old"),
        (Qt.KeyboardModifier.ShiftModifier, Field.NOTE, "Fan"),
        (Qt.KeyboardModifier.ControlModifier, Field.TAGS, "a b"),
    ],
)
def test_f2_writes_in_the_row(view, model, qtbot, case):
    """GIVEN a list that is read anew meanwhile, what the user typed stays."""
    modifier, field, before = case
    one = entry(0, Annotation("Old", "Fan", ("a", "b")))
    model.put([one])

    qtbot.keyClick(view, Qt.Key.Key_F2, modifier)
    editor = view.findChild(QLineEdit)
    assert editor.text() == before
    assert editor.accessibleName() == f"{field.capitalize()} of Old"
    qtbot.keyClick(editor, Qt.Key.Key_End)
    qtbot.keyClicks(editor, " new")
    model.put([replace(one, size_bytes=7)])
    with qtbot.waitSignal(view.said) as said:
        qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert said.args == [replace(one, size_bytes=7), field, f"{before} new"]


def test_escape_leaves_everything_as_it_was(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)

    with qtbot.assertNotEmitted(view.said):
        qtbot.keyClicks(editor, "x")
        qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_star_and_delete_by_key(view, model, qtbot):
    with qtbot.waitSignal(view.star_requested) as starred:
        qtbot.keyClick(view, Qt.Key.Key_Asterisk)
    view.selectAll()
    with qtbot.waitSignal(view.delete_requested) as deleted:
        qtbot.keyClick(view, Qt.Key.Key_Delete)

    assert starred.args == [entry(0)]
    assert deleted.args == [[entry(1), entry(0)]]


def test_of_a_broken_file_nothing_is_said_but_it_can_be_deleted(view, model, qtbot):
    model.put([BROKEN])
    view.setCurrentIndex(model.index(2))

    with qtbot.assertNotEmitted(view.star_requested):
        qtbot.keyClick(view, Qt.Key.Key_Asterisk)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    assert view.findChild(QLineEdit) is None
    with qtbot.waitSignal(view.delete_requested) as deleted:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    menu = menu_at(view, QContextMenuEvent.Reason.Keyboard, view.rect().center())
    enabled = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    menu.close()

    assert deleted.args == [[BROKEN]]
    assert enabled == ["Show in file manager", "Move to trash"]


def test_the_menu_of_the_keyboard_is_that_of_the_current_entry(view, model, qtbot):
    model.put([entry(0, is_baseline=True)])
    view.setCurrentIndex(model.index(0))
    menu = menu_at(view, QContextMenuEvent.Reason.Keyboard, view.rect().bottomRight())
    actions = {action.text(): action for action in menu.actions()}

    assert actions["Baseline"].isChecked()
    assert actions["Rename"].shortcut().toString() == "F2"
    with qtbot.waitSignal(view.reveal_requested) as revealed:
        actions["Show in file manager"].trigger()
    menu.close()

    assert revealed.args == [entry(0, is_baseline=True)]


def test_there_is_no_menu_beside_the_entries(view):
    assert menu_at(view, QContextMenuEvent.Reason.Mouse, view.viewport().rect().bottomRight()) is None


def test_the_filter_is_typed_left_and_cleared_by_keys(panel, view, model, qtbot):
    panel.filter.setFocus()
    qtbot.keyClicks(panel.filter, "001")
    assert model.rowCount() == 1

    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    assert view.hasFocus()
    assert view.currentIndex().row() == 0

    panel.filter.setFocus()
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert model.rowCount() == 2


def test_the_menu_sorts_restores_empties_and_rebuilds(panel, view, model, qtbot):
    actions = {action.text(): action for action in panel._more.menu().actions()}
    assert actions["By &date"].isChecked()
    assert not actions["&Empty trash…"].isEnabled()
    actions["By &size"].trigger()
    assert model.sort_key is SortKey.SIZE
    assert model.entry(0) == entry(0)

    panel.set_trash([entry(5, Annotation("R&D"))])

    with qtbot.waitSignal(panel.restore_requested) as restored:
        panel._restore.actions()[0].trigger()
    with qtbot.waitSignal(panel.empty_requested):
        actions["&Empty trash…"].trigger()
    with qtbot.waitSignal(panel.rebuild_requested):
        actions["Re&build index"].trigger()
    assert restored.args == [entry(5, Annotation("R&D"))]
    panel.set_trash(())
    assert not panel._restore.isEnabled()


def test_the_button_asks_for_a_file(panel, qtbot):
    with qtbot.waitSignal(panel.browse_requested):
        panel.findChild(QPushButton).click()


def test_every_control_has_a_name_for_those_who_do_not_see_it(panel):
    for control in (panel.view, panel.filter, panel._more):
        assert control.accessibleName()


def test_rows_are_painted_in_both_themes_and_what_differs_stands_out(panel, model, theme):
    model.put([entry(0), entry(1, Annotation(note="Fan")), BROKEN])
    seen = [panel.grab().toImage()]

    model.show(entry(1).path)
    seen.append(panel.grab().toImage())
    model.put([entry(1, Annotation(note="Fan"), is_baseline=True)])
    seen.append(panel.grab().toImage())
    model.put([entry(1, is_baseline=True)])
    seen.append(panel.grab().toImage())
    theme.choose(Scheme.DARK)
    seen.append(panel.grab().toImage())

    assert all(one != other for number, one in enumerate(seen) for other in seen[:number])

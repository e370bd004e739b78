"""The library as the user sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton

from tests.ui.snapshots.test_library import entry
from ui.snapshots.library import LibraryModel
from ui.snapshots.panel import LibraryPanel
from ui.theme import Scheme


@pytest.fixture
def model(qapp):
    return LibraryModel()


@pytest.fixture
def panel(theme, model, qtbot):
    panel = LibraryPanel(theme, model)
    qtbot.addWidget(panel)
    panel.resize(220, 400)
    panel.show()
    return panel


def test_empty_it_says_what_would_be_there(panel, model):
    assert panel._empty.isVisible()
    assert not panel.view.isVisible()

    model.put(entry(1))
    assert panel.view.isVisible()
    assert not panel._empty.isVisible()

    model.keep_only([])
    assert panel._empty.isVisible()


def test_enter_and_double_click_open(panel, model, qtbot):
    for number in (0, 1):
        model.put(entry(number))
    panel.view.setCurrentIndex(model.index(1))

    with qtbot.waitSignal(panel.open_requested) as by_key:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    place = panel.view.visualRect(model.index(0)).center()
    with qtbot.waitSignal(panel.open_requested) as by_mouse:
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert by_key.args == [entry(0).path]
    assert by_mouse.args == [entry(1).path]


def test_the_menu_of_an_entry_opens_and_reveals(panel, model, qtbot):
    model.put(entry(0))
    panel.view.customContextMenuRequested.emit(panel.view.visualRect(model.index(0)).center())
    menu = panel.findChild(QMenu)

    with qtbot.waitSignal(panel.reveal_requested) as revealed:
        menu.actions()[1].trigger()
    with qtbot.waitSignal(panel.open_requested):
        menu.actions()[0].trigger()

    assert revealed.args == [entry(0).path]
    menu.close()


def test_there_is_no_menu_beside_the_entries(panel, model):
    model.put(entry(0))

    panel.view.customContextMenuRequested.emit(panel.view.viewport().rect().bottomRight())

    assert panel.findChild(QMenu) is None


def test_the_button_asks_for_a_file(panel, qtbot):
    with qtbot.waitSignal(panel.browse_requested):
        panel.findChild(QPushButton).click()


def test_rows_are_painted_in_both_themes_and_the_shown_one_stands_out(panel, model, theme):
    model.put(entry(0, path=Path("/a.fwsnap"), warning="recovered"))
    model.put(entry(1))
    light = panel.grab().toImage()

    model.show(Path("/a.fwsnap"))
    marked = panel.grab().toImage()
    theme.choose(Scheme.DARK)

    assert marked != light
    assert panel.grab().toImage() != marked

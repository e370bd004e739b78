"""The controller with a real dialog and settings: what is asked, kept and started, and when."""

from __future__ import annotations

import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from PySide6.QtCore import Qt

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.discovery import Surroundings
from fwcompare.interpreters.overview import Interpreters
from fwcompare.interpreters.probe import Prober
from fwcompare.interpreters.settings import Settings, load_settings
from ui.bridge import Background
from ui.icons import load_icons
from ui.interpreters.controller import InterpretersController
from ui.interpreters.dialog import InterpretersDialog
from ui.interpreters.model import Column
from ui.widgets.file_dialogs import FileDialogs


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    thread = Background()
    yield thread
    thread.close()


class Room:
    """The dialog, its controller and a home in which there is one venv."""

    def __init__(self, folder: Path, theme, background, qtbot) -> None:
        load_icons()
        home = folder / "home"
        venv.create(home / "venvs/env", with_pip=False, symlinks=True)
        self.python = str(home / "venvs/env/bin/python")
        (packages,) = (home / "venvs/env/lib").glob("*/site-packages")
        self.started = folder / "started"
        (packages / "marks.pth").write_text(f"import pathlib; pathlib.Path({str(self.started)!r}).touch()\n")
        self.file = folder / "settings.json"
        self.dialog = InterpretersDialog(theme)
        qtbot.addWidget(self.dialog)
        self.files = create_autospec(FileDialogs, instance=True)
        self.prober = Prober({})
        around = Surroundings(home, home, home, home, {})
        self.controller = InterpretersController(
            self.dialog, Interpreters(around, self.prober, sys.executable), background, self.file, self.files
        )
        self._qtbot = qtbot

    def open(self) -> None:
        self.controller.open(Framework.TENSORFLOW)
        self._qtbot.waitUntil(lambda: self.dialog.model.rowCount() > 1, timeout=30_000)
        self.dialog.select(self.python)

    def settings(self) -> Settings:
        return load_settings(self.file)[0]

    def cell(self, column: Column) -> str:
        return self.dialog.model.index(self.dialog.model.row_of(self.python), column).data()

    def press(self, button) -> None:
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def say_yes(self) -> None:
        """Press the link in the question, and wait until it is done."""
        link = next(button for button in self.dialog.messages.children() if button.objectName() == "link")
        with self._qtbot.waitSignal(self.controller.changed, timeout=30_000):
            self.press(link)


@pytest.fixture
def room(tmp_path, theme, background, qtbot) -> Room:
    return Room(tmp_path, theme, background, qtbot)


def test_it_looks_around_in_the_background(room, gui_thread_guard):
    with gui_thread_guard:
        room.open()

    assert room.dialog.framework.currentText() == Framework.TENSORFLOW
    assert room.cell(Column.START) == "not yet"
    assert not room.started.exists()


def test_nothing_is_kept_or_started_before_the_user_said_yes(room, gui_thread_guard):
    room.open()
    with gui_thread_guard:
        for button in (room.dialog.assign, room.dialog.beside, room.dialog.probe):
            room.press(button)
            assert "sitecustomize" in room.dialog.messages.text
    room.dialog.messages.dismiss()

    assert room.dialog.messages.text == "", "the question stands there once, whatever was asked for"
    assert room.settings() == Settings()
    assert not room.started.exists()


def test_to_assign_asks_once_and_is_kept(room, qtbot):
    room.open()
    room.press(room.dialog.assign)
    room.say_yes()

    assert room.settings().interpreters == {Framework.TENSORFLOW: room.python}
    assert room.cell(Column.USE) == "tensorflow"
    assert room.cell(Column.START) == "yes"

    room.dialog.open_for(Framework.PYTORCH)
    with qtbot.waitSignal(room.controller.changed, timeout=30_000):
        room.press(room.dialog.beside)
    assert room.dialog.messages.text == "", "nothing is asked any more"


def test_two_side_by_side(room, qtbot):
    room.open()
    room.press(room.dialog.beside)
    room.say_yes()

    assert room.settings().beside == {Framework.TENSORFLOW: (room.python,)}
    assert room.cell(Column.USE) == "tensorflow (beside)"


def test_to_start_it_shows_what_it_says_itself(room):
    room.open()
    room.press(room.dialog.probe)
    room.say_yes()

    assert room.started.exists()
    assert "as it says itself" in room.dialog.details.text()
    assert room.cell(Column.START) == "yes"


def test_forgetting_asks_nothing(room, qtbot):
    room.open()
    room.press(room.dialog.assign)
    room.say_yes()
    with qtbot.waitSignal(room.controller.changed, timeout=30_000):
        room.press(room.dialog.forget)

    kept = room.settings()
    assert (kept.interpreters, kept.allowed) == ({}, {})
    assert room.cell(Column.START) == "not yet"


def test_one_is_added_by_its_path_or_by_a_file_dialog(room, tmp_path, qtbot):
    room.open()
    for name in ("one", "other"):
        venv.create(tmp_path / name, with_pip=False, symlinks=True)
    room.dialog.path.setText(str(tmp_path / "one"))
    with qtbot.waitSignal(room.controller.changed, timeout=30_000):
        room.press(room.dialog.add)
    assert room.dialog.path.text() == ""

    room.files.file_to_open.return_value = tmp_path / "other/bin/python"
    with qtbot.waitSignal(room.controller.changed, timeout=30_000):
        room.dialog.browse_requested.emit()

    added = [str(tmp_path / name / "bin/python") for name in ("one", "other")]
    assert list(room.settings().known) == added
    assert all(room.dialog.model.row_of(path) >= 0 for path in added)
    assert not room.settings().allowed


def test_a_path_at_which_there_is_nothing_is_said_and_stays_to_be_mended(room, qtbot):
    room.open()
    room.dialog.path.setText("/no/such/python")
    with qtbot.waitSignal(room.dialog.messages.message_shown, timeout=30_000) as told:
        room.press(room.dialog.add)

    assert "There is no Python at /no/such/python" in told.args[0]
    assert room.dialog.path.text() == "/no/such/python"
    assert room.settings() == Settings()


def test_a_python_that_hangs_does_not_hold_up_the_end(room, tmp_path, background, qtbot):
    """GIVEN a Python that never answers WHEN the window closes THEN the background ends without waiting for it."""
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\ntouch {tmp_path / 'begun'}\nexec sleep 1000\n")
    slow.chmod(0o755)
    room.open()
    with qtbot.waitSignal(room.controller.changed, timeout=30_000):
        room.controller.add(str(slow))
    room.dialog.select(str(slow))
    room.press(room.dialog.probe)
    link = next(button for button in room.dialog.messages.children() if button.objectName() == "link")
    room.press(link)
    qtbot.waitUntil((tmp_path / "begun").exists, timeout=30_000)

    room.prober.stop()
    background.close()  # would take the 30 s that a probe may take

    assert room.settings().allowed == {}

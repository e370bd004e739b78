"""The whole window around simple panels: a recorded run replays through it, and it ends well."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from fwcompare.errors import FwcompareError
from fwcompare.storage.snapshot import read_snapshot
from tests.runs import view_of
from tests.snapshots import copies
from tests.ui.stand_ins import SNAPSHOT, Engine, Replay, assemble
from tests.ui.test_main_window import dragged, drop
from ui.actions import Command
from ui.closing import WAITING
from ui.settings import WindowSettings
from ui.snapshots.list_view import LibraryView
from ui.theme import Scheme

SCRIPT = Path(__file__).with_name("run_window.py")


@pytest.fixture
def started(theme, tmp_path, qtbot):
    """Starts the window around an engine; it is ended after the test."""
    made = []

    def start(engine=None, settings=None):
        assembly = assemble(theme, tmp_path, engine, settings)
        made.append(assembly)
        assembly.window.show()
        assembly.start()
        return assembly

    yield start
    for assembly in made:
        assembly.live.stop()
        assembly._engine.running = False
        assembly.end()


def test_a_recorded_run_replays_without_touching_disk_or_waiting(started, qtbot, gui_thread_guard, tmp_path):
    # GIVEN a folder with a snapshot, and a run that was recorded
    (tmp_path / "snapshots").mkdir()
    shutil.copy(SNAPSHOT, tmp_path / "snapshots")
    engine = Replay()
    assembly = started(engine)
    assembly.live._timer.setInterval(0)
    views = assembly.shell._views

    # WHEN it goes on, with everything else that the user may do meanwhile
    with gui_thread_guard:
        qtbot.waitUntil(lambda: assembly.library.rowCount() == 1)
        for command in (Command.DARK, Command.NEXT_AREA, Command.RESTORE_LAYOUT, Command.SHOW_LIBRARY):
            assembly.window.actions_table[command].trigger()
        qtbot.waitUntil(lambda: bool(engine.newest and engine.newest.finished), timeout=20_000)
        qtbot.waitUntil(lambda: assembly.shell.shown is engine.newest)

    # THEN the same comparison is shown as in the snapshot of the recording
    assert assembly.shell.shown.record == read_snapshot(SNAPSHOT)
    assert views.comparison.views[-1] is views.profiler.views[-1] is engine.newest
    assert assembly.window.status._state.text().startswith("Finished")
    assert len(views.comparison.views) > 50


def test_a_dropped_snapshot_is_opened_and_never_run(started, qtbot):
    engine = Engine()
    assembly = started(engine)

    with qtbot.waitSignal(assembly.snapshots.opened):
        drop(assembly.window, dragged(SNAPSHOT.as_uri()))

    assert assembly.shell.shown == view_of(read_snapshot(SNAPSHOT), finished=True, snapshot=SNAPSHOT)
    assert engine.newest is None
    assert [action.text() for action in assembly.window._recent_menu.actions()] == [SNAPSHOT.name]


def test_a_bad_file_is_said_and_changes_nothing(started, qtbot, tmp_path):
    assembly = started()
    bad = tmp_path / "bad.fwsnap"
    bad.write_bytes(b"no snapshot")

    with qtbot.waitSignal(assembly.window.messages.message_shown):
        assembly.snapshots.open(bad)

    assert assembly.window.messages.text
    assert assembly.shell.shown is None
    assert assembly.shell._views.comparison.views == []


def test_closing_while_running_cancels_waits_and_closes(started, qtbot, gui_thread_guard):
    engine = Engine()
    assembly = started(engine)
    engine.running = True

    with gui_thread_guard:
        assembly.window.close()
        assert assembly.window.isVisible()
        assert assembly.window.messages.text == WAITING
        assert engine.cancels == 1
        with qtbot.waitSignal(assembly.window.closed):
            engine.running = False

    assert not assembly.window.isVisible()


def test_what_was_closed_comes_back_as_it_was(started, qtbot):
    first = started()
    first.window.actions_table[Command.SHOW_DETAILS].trigger()
    first.window.actions_table[Command.DARK].trigger()
    first.window.close()
    settings = first.settings_now()

    second = started(settings=settings)

    assert settings.scheme is Scheme.DARK
    assert not second.window.actions_table[Command.SHOW_DETAILS].isChecked()
    assert second.window.actions_table[Command.SHOW_LIBRARY].isChecked()


def test_recent_files_are_kept(started, qtbot):
    assembly = started(settings=WindowSettings(recent=(Path("/old.fwsnap"),)))
    with qtbot.waitSignal(assembly.snapshots.opened):
        assembly.snapshots.open(SNAPSHOT)

    assert assembly.settings_now().recent == (SNAPSHOT, Path("/old.fwsnap"))


def test_the_machine_is_named(started, qtbot):
    assembly = started()

    qtbot.waitUntil(lambda: assembly.window.status._machine_text.text() != "")
    assert assembly.shell._views.comparison.here["cpu_architecture"]


def test_defects_and_errors_are_said(started, qtbot):
    engine = Engine()
    assembly = started(engine)

    assembly.defects.happened.emit("A defect.")
    assert assembly.window.messages.text == "A defect."
    assembly.show_error(FwcompareError("An error.", "A remedy."))
    assert assembly.window.messages.text == "An error. A remedy."

    engine.running = True
    assembly.defects.thread_died.emit("engine")
    with qtbot.waitSignal(assembly.window.closed):
        assembly.window.close()


@pytest.fixture
def process(tmp_path):
    """The window in a process of its own, as soon as it is shown."""
    started = subprocess.Popen(
        [sys.executable, SCRIPT, tmp_path],
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        assert started.stdout.readline() == "open\n"
        yield started
        started.kill()


def order(process, word: str) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
    assert process.stdout.readline() == f"done {word}\n"


def end_of(process) -> list[str]:
    lines = process.stdout.read().splitlines()
    assert process.wait(timeout=60) == 0, process.stderr.read()
    return lines


def test_a_closed_window_ends_with_0_and_has_loaded_no_framework(process):
    order(process, "close")

    assert end_of(process) == ["cancelled 0", "loaded []"]


def test_closing_while_running_ends_with_0(process):
    order(process, "run")
    order(process, "close")

    assert end_of(process) == ["cancelled 1", "loaded []"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("running", [False, True])
def test_sigterm_ends_like_closing(process, running):
    if running:
        order(process, "run")

    process.send_signal(signal.SIGTERM)

    assert end_of(process) == [f"cancelled {int(running)}", "loaded []"]


def test_a_snapshot_is_deleted_in_the_list_and_ctrl_z_brings_it_back(started, qtbot, tmp_path):
    path, *_ = copies(tmp_path / "snapshots", 2)
    assembly = started()
    undo = assembly.window.actions_table[Command.UNDO]
    qtbot.waitUntil(lambda: assembly.library.rowCount() == 2)
    assert undo.text() == "&Undo"
    assert not undo.isEnabled()
    view = assembly.window.findChild(LibraryView)
    view.setFocus()
    view.setCurrentIndex(assembly.library.index(0))

    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: assembly.library.rowCount() == 1)
    assert not path.exists()
    assert undo.text() == "&Undo deletion of cnn/tiny training"
    qtbot.keyClick(assembly.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: assembly.library.rowCount() == 2)

    assert path.exists()
    assert assembly.window.messages.text == ""


def test_a_snapshot_that_was_saved_appears_in_the_list(started, qtbot, tmp_path):
    assembly = started()
    copies(tmp_path / "snapshots", 1)

    assembly.snapshots.files_changed.emit()

    qtbot.waitUntil(lambda: assembly.library.rowCount() == 1)

"""The comparison that fwcompare brings along, in the real window, before anything was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from fwcompare.paths import paths_in, sample_snapshot
from fwcompare.storage.snapshot import read_snapshot
from tests.ui.stand_ins import SNAPSHOT
from ui.actions import Command
from ui.app import assemble
from ui.assembly import Assembly
from ui.comparison.bar import PanelBar
from ui.comparison.panel import ComparisonPanel
from ui.profiler.controller import ProfilerController
from ui.profiler.later import LaterProfiler
from ui.settings import WindowSettings
from ui.snapshots.files import open_snapshot
from ui.snapshots.panel import LibraryPanel
from ui.widgets.caption import Caption
from ui.widgets.empty_state import SampleButton
from ui.widgets.file_dialogs import FileDialogs


@pytest.fixture
def assembly(theme, tmp_path, qtbot, monkeypatch) -> Assembly:
    """The real window on a machine that nobody else has; nobody looks for Pythons."""
    monkeypatch.setattr(ProfilerController, "start", lambda _self: None)
    monkeypatch.setattr("fwcompare.execution.machine.describe_machine", lambda: {"cpu_model": "Mine"})
    made = assemble(replace(paths_in(tmp_path), lock_file=tmp_path / "lock"), theme, WindowSettings())
    made.window.show()
    with qtbot.waitSignal(made.window.findChild(LaterProfiler).filled, timeout=60_000):
        made.start()
    qtbot.waitUntil(lambda: made.window.status._machine_text.text() == "Mine · no GPU")
    yield made
    made.window.close()
    made._ground.background.close()
    QCoreApplication.processEvents()  # the analysis comes back while there is somebody to take it
    made.end()


def press_in(part: type[QWidget], tab: str = "claims") -> Callable[[Assembly], None]:
    """Presses the button that is seen in this part, with this table in front."""

    def press(assembly: Assembly) -> None:
        assembly.window.findChild(ComparisonPanel).show_tab(tab)
        buttons = assembly.window.findChild(part).findChildren(SampleButton)
        (seen,) = [one for one in buttons if one.isVisible()]
        seen.click()

    return press


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(press_in(ComparisonPanel, "measured"), id="measured"),
        pytest.param(press_in(ComparisonPanel, "starts"), id="starts"),
        pytest.param(press_in(LibraryPanel), id="library"),
        pytest.param(lambda one: one.window.actions_table[Command.SAMPLE].trigger(), id="menu"),
    ],
)
def test_it_is_opened_from_wherever_there_is_nothing_and_says_where_it_was_measured(
    assembly, qtbot, gui_thread_guard, ask
):
    window, panel = assembly.window, assembly.window.findChild(ComparisonPanel)

    with gui_thread_guard, qtbot.waitSignal(assembly.snapshots.opened):
        ask(assembly)

    assert panel.record == read_snapshot(sample_snapshot())
    assert panel.page.model is panel.measured
    assert window.messages.text.startswith("Opened the sample that fwcompare brings along, measured ")
    assert window.status._machine_text.text().startswith("Another machine: ")
    assert panel.findChild(PanelBar).findChild(Caption).text().startswith("measured on another machine, ")
    assert assembly._engine.view() is None, "nothing is run"


def test_it_is_in_the_library_when_it_was_saved_and_not_before(assembly, qtbot, tmp_path, monkeypatch):
    target = tmp_path / "snapshots" / "mine.fwsnap"
    target.parent.mkdir()
    monkeypatch.setattr(FileDialogs, "file_to_write", lambda *_arguments, **_named: target)
    with qtbot.waitSignal(assembly.snapshots.opened):
        assembly.snapshots.open_sample()
    assert list(target.parent.iterdir()) == []
    assert assembly.settings_now().recent == ()

    assembly.window.actions_table[Command.SAVE_AS].trigger()

    qtbot.waitUntil(lambda: assembly.library.rowCount() == 1)
    assert target.read_bytes() == sample_snapshot().read_bytes()


def test_what_was_said_of_it_goes_when_something_else_is_shown(assembly, qtbot):
    with qtbot.waitSignal(assembly.snapshots.opened):
        assembly.snapshots.open_sample()
    assert assembly.window.messages.text.startswith("Opened the sample")

    assembly.shell.show_opened(open_snapshot(SNAPSHOT))

    assert not assembly.window.messages.text

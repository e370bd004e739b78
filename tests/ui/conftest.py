"""What all tests of the window share: no display is needed, and the platform is chosen before Qt is imported."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest
from shiboken6 import isValid

from fwcompare.paths import paths_in
from tests.ui.gui_thread_guard import GuiThreadGuard
from ui.app import assemble
from ui.assembly import Assembly
from ui.profiler.controller import ProfilerController
from ui.profiler.later import LaterProfiler
from ui.settings import WindowSettings
from ui.theme import Scheme, Theme


@pytest.fixture(autouse=True)
def _no_thread_collects_qt() -> Iterator[None]:
    """What earlier tests left of Qt must not die in a thread of this one; between tests there is only the main one."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def _fusion(qapp) -> None:
    """The style of the application, once: every change of it polishes all widgets anew."""
    qapp.setStyle("Fusion")


@pytest.fixture
def theme(qapp, _fusion) -> Theme:
    """The light theme, applied."""
    chosen = Theme(Scheme.LIGHT)
    chosen.apply()
    return chosen


@pytest.fixture
def gui_thread_guard(monkeypatch):
    """Fails the test if the GUI thread touches disk, starts a process or waits while it is armed (`with`)."""
    guard = GuiThreadGuard(monkeypatch)
    yield guard
    assert not guard.found, "\n".join(guard.found)


@pytest.fixture
def real_window(theme, tmp_path, qtbot, monkeypatch) -> Iterator[Assembly]:
    """The window of the product with all its panels; nobody looks for Pythons."""
    monkeypatch.setattr(ProfilerController, "start", lambda _self: None)
    paths = replace(paths_in(tmp_path), lock_file=tmp_path / "lock")
    made = assemble(paths, theme, WindowSettings())
    made.window.resize(1440, 900)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    with qtbot.waitSignal(made.window.findChild(LaterProfiler).filled, timeout=60_000):
        made.start()
    yield made
    if isValid(made.window):  # else the test has ended it
        made.window.close()
        made.end()

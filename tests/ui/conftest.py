"""What all tests of the window share: no display is needed, and the platform is chosen before Qt is imported."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest

from tests.ui.gui_thread_guard import GuiThreadGuard
from ui.theme import Scheme, Theme


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

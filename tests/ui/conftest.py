"""What all tests of the window share: no display is needed, and the platform is chosen before Qt is imported."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest

from ui.theme import Scheme, Theme


@pytest.fixture
def theme(qapp) -> Theme:
    """The light theme, applied."""
    qapp.setStyle("Fusion")
    chosen = Theme(Scheme.LIGHT)
    chosen.apply()
    return chosen

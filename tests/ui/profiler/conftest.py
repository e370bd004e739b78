"""What the tests of the profiler share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def _closed_widgets_are_gone() -> Iterator[None]:
    """No event loop runs between tests, so nothing would delete the widgets of the one before."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

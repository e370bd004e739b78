"""Work that is done elsewhere comes back on the thread of the window, as long as there is one."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QCoreApplication

from fwcompare.errors import FwcompareError
from ui.bridge import Background


@pytest.fixture
def background(qapp):
    made = Background()
    yield made
    made.close()


def test_results_and_errors_come_back_on_the_thread_that_asked(background, qtbot):
    heard = []

    def refuse():
        raise OSError("the disk is full")

    def hear(what):
        heard.append((what, threading.current_thread()))

    background.submit(threading.current_thread, hear, hear)
    background.submit(refuse, hear, hear)
    qtbot.waitUntil(lambda: len(heard) == 2)

    (worker, first), (error, second) = heard
    assert worker is not first
    assert first is second is threading.main_thread()
    assert isinstance(error, FwcompareError)
    assert "the disk is full" in str(error)


def test_after_the_end_nobody_hears_of_what_was_still_being_done(background):
    """GIVEN work that is done when the window has gone THEN those who wanted it are left alone."""
    heard, begun = [], threading.Event()
    background.submit(begun.set, heard.append, heard.append)
    assert begun.wait(60)

    background.close()
    QCoreApplication.processEvents()

    assert heard == []

"""What nobody caught is on the terminal and in the window."""

from __future__ import annotations

import sys
import threading

import pytest

from ui.defects import Defects


@pytest.fixture
def error():
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("nobody expected this")
    return caught.value


def test_a_defect_of_a_slot_is_shown_and_written(qtbot, capsys, error):
    defects = Defects()
    with defects, qtbot.waitSignal(defects.happened) as said:
        sys.excepthook(type(error), error, error.__traceback__)

    assert "nobody expected this" in said.args[0]
    written = capsys.readouterr().err
    assert "Traceback" in written
    assert "ValueError" in written


def test_a_defect_of_a_thread_says_which_one_it_ended(qtbot, capsys, error):
    defects = Defects()

    def work() -> None:
        raise error

    with defects, qtbot.waitSignal(defects.thread_died) as died, qtbot.waitSignal(defects.happened) as said:
        threading.Thread(target=work, name="engine").start()

    assert died.args == ["engine"]
    assert "nobody expected this" in said.args[0]
    assert "Traceback" in capsys.readouterr().err


def test_the_former_hooks_come_back(qapp):
    before = sys.excepthook, threading.excepthook

    with Defects():
        assert sys.excepthook is not before[0]

    assert (sys.excepthook, threading.excepthook) == before

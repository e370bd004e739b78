"""The window closes at once if nothing runs, and later if something does; it never waits."""

from __future__ import annotations

import os
import signal

import pytest

from tests.ui.stand_ins import Engine
from ui.closing import WAITING, Closing, StopSignals


@pytest.fixture
def engine():
    return Engine()


def test_it_closes_at_once_if_nothing_runs(qapp, engine):
    closing = Closing()
    assert closing.may_close()
    closing.watch(engine)
    assert closing.may_close()
    assert engine.cancels == 0


def test_what_runs_is_cancelled_once_and_ready_comes_when_it_has_ended(qtbot, engine):
    engine.running = True
    closing = Closing()
    closing.watch(engine)

    with qtbot.waitSignal(closing.waiting) as said:
        assert not closing.may_close()
    assert said.args == [WAITING]
    with qtbot.assertNotEmitted(closing.waiting):
        assert not closing.may_close()
    assert engine.cancels == 1
    with qtbot.assertNotEmitted(closing.ready, wait=250):
        pass
    with qtbot.waitSignal(closing.ready):
        engine.running = False
    assert closing.may_close()


def test_a_dead_engine_is_not_waited_for(qapp, engine):
    engine.running = True
    closing = Closing()
    closing.watch(engine)

    closing.watch(None)

    assert closing.may_close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_a_wish(qtbot, number):
    with StopSignals() as stop, qtbot.waitSignal(stop.requested):
        os.kill(os.getpid(), number)


def test_handlers_are_put_back(qapp):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) not in before

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    assert signal.set_wakeup_fd(-1) == -1

"""The first signal interrupts, the second does no harm, and a held one is only noted."""

from __future__ import annotations

import signal

import pytest

from fwcompare.cli.signals import StopSignals

NUMBERS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_interrupts_and_the_second_does_not(number):
    with StopSignals() as stop:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        signal.raise_signal(number)

        assert stop.requested


@pytest.mark.parametrize("number", NUMBERS)
def test_while_held_signals_are_noted(number):
    with StopSignals() as stop:
        stop.hold()
        assert not stop.requested
        signal.raise_signal(number)
        signal.raise_signal(number)

        assert stop.requested


def test_the_former_handlers_come_back():
    former = [signal.getsignal(number) for number in NUMBERS]

    with StopSignals():
        assert [signal.getsignal(number) for number in NUMBERS] != former

    assert [signal.getsignal(number) for number in NUMBERS] == former

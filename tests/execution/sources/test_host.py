from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.host import HostLoad


def times(busy: float, steal: float | None = None) -> SimpleNamespace:
    known = {"user": busy, "nice": 0.0, "system": 0.0, "idle": 1000.0}
    return SimpleNamespace(**known, **({} if steal is None else {"steal": steal}))


def host(*readings: SimpleNamespace) -> HostLoad:
    """A source that looks at these times, the first of them when it is opened, 2 s apart."""
    clock, given = iter(range(0, 1000, 2)), iter(readings)
    source = HostLoad(lambda: next(clock) * 10**9, lambda: next(given))
    source.open()
    return source


def test_load_counts_cores_and_needs_two_readings() -> None:
    source = host(times(0, 0), times(10, 1), times(13, 1.5), times(13, 1.5))
    assert "machine_cpu_percent" not in source.read()
    second = source.read()
    assert second[Channel.MACHINE_CPU_PERCENT] == 150.0
    assert second[Channel.STEAL_PERCENT] == 25.0
    assert source.read()[Channel.MACHINE_CPU_PERCENT] == 0.0


def test_all_busy_times_are_summed_and_idle_waiting_and_stolen_ones_are_not() -> None:
    before = SimpleNamespace(user=0, nice=0, system=0, irq=0, softirq=0, idle=0, iowait=0, steal=0, guest=0)
    after = SimpleNamespace(
        user=1, nice=2, system=4, irq=8, softirq=16, idle=32, iowait=64, steal=128, guest=256
    )
    source = host(before, before, after)
    source.read()
    assert source.read()[Channel.MACHINE_CPU_PERCENT] == 100 * 31 / 2


def test_a_system_that_counts_no_stolen_time_says_so() -> None:
    source = host(times(0), times(1), times(2))
    source.read()
    assert Channel.STEAL_PERCENT not in source.read()
    assert source.unavailable[Channel.STEAL_PERCENT].startswith("not available: ")


def test_a_counter_that_steps_back_makes_no_negative_load() -> None:
    source = host(times(0, 5), times(10, 5), times(12, 4))
    source.read()
    second = source.read()
    assert second[Channel.MACHINE_CPU_PERCENT] == 100.0
    assert Channel.STEAL_PERCENT not in second


@pytest.mark.skipif(not hasattr(os, "getloadavg"), reason="no load average here")
def test_the_load_average_is_there_from_the_first(monkeypatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (1.25, 9.0, 9.0))
    assert host(times(0), times(1)).read() == {"load_1m": 1.25}


def test_a_system_without_load_average_says_so(monkeypatch) -> None:
    monkeypatch.delattr(os, "getloadavg", raising=False)
    source = host(times(0), times(1))
    assert source.read() == {}
    assert source.unavailable[Channel.LOAD_1M].startswith("not available: ")


def test_this_machine_can_be_read() -> None:
    source = HostLoad()
    source.open()
    source.read()
    assert source.read()[Channel.MACHINE_CPU_PERCENT] >= 0
    source.close()

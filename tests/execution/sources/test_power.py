"""Governors of all cores, and the battery."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.power import NO_GOVERNOR, Power, cpu_governors

Battery = namedtuple("Battery", "power_plugged")  # noqa: PYI024 - as psutil's


def govern(root: Path, *governors: str) -> Path:
    """Files of so many cores."""
    for core, governor in enumerate(governors):
        path = root / f"sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{governor}\n")
    return root


@pytest.fixture(autouse=True)
def plugged(monkeypatch):
    """Sets what the battery says; there is none at first."""

    def say(battery: Battery | None) -> None:
        monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)

    say(None)
    return say


def opened(root: Path) -> Power:
    source = Power(root)
    source.open()
    return source


def test_every_core_is_looked_at_again_and_again(tmp_path) -> None:
    source = opened(govern(tmp_path, "performance", "performance", "performance"))

    assert source.read() == {Channel.GOVERNED_CORES: 0}
    govern(tmp_path, "performance", "powersave", "schedutil")
    assert source.read() == {Channel.GOVERNED_CORES: 2}
    source.close()


@pytest.mark.parametrize(("on_mains", "on_battery"), [(True, 0), (False, 1)])
def test_the_battery_is_in_use_where_the_mains_are_not(tmp_path, plugged, on_mains, on_battery) -> None:
    plugged(Battery(on_mains))

    source = opened(tmp_path)

    assert source.read() == {Channel.ON_BATTERY: on_battery}
    assert source.unavailable == {Channel.GOVERNED_CORES: NO_GOVERNOR}


def test_what_this_system_does_not_tell_has_a_reason(tmp_path, monkeypatch) -> None:
    monkeypatch.delattr(psutil, "sensors_battery")

    source = opened(tmp_path)

    assert source.read() == {}
    assert set(source.unavailable) == set(source.channels)


def test_a_core_that_was_switched_off_is_passed_over(tmp_path) -> None:
    govern(tmp_path, "performance")
    (tmp_path / "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor").mkdir(parents=True)

    assert cpu_governors(tmp_path) == ["performance"]

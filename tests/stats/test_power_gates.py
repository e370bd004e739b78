"""Governor and battery as they were during a block."""

from __future__ import annotations

from array import array

import pytest

from fwcompare.domain.record import Series
from fwcompare.stats.gates import Gate, GateCode, Level, gates_of
from tests import runs


def power_gates(machine: dict[str, object], **channels: float) -> dict[GateCode, Gate]:
    """The gates of a block with one reading of each channel, somewhere in it."""
    resources = {name: Series((array("q", [7]),), (array("d", [value]),)) for name, value in channels.items()}
    block = runs.block(runs.BASELINE, 0, *[1000] * 20, resources=resources)
    return {gate.code: gate for gate in gates_of(block, runs.record(block, machine=machine)).gates}


def test_what_a_block_saw_goes_before_what_the_run_found_at_its_start() -> None:
    changed = {"cpu_governor": "performance", "power_plugged": True}
    mended = {"cpu_governor": "powersave", "power_plugged": False}

    assert power_gates(changed, governed_cores=1, on_battery=1).keys() == {
        GateCode.GOVERNOR,
        GateCode.BATTERY,
    }
    assert power_gates(mended, governed_cores=0, on_battery=0) == {}
    assert power_gates(mended).keys() == {GateCode.GOVERNOR, GateCode.BATTERY}


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        ({"cpu_governor": "powersave"}, "powersave"),
        ({"cpu_governor": "performance"}, "another governor"),
        ({}, "another governor"),
    ],
)
def test_the_governor_is_named_where_its_name_is_known(machine, named: str) -> None:
    gate = power_gates(machine, governed_cores=3)[GateCode.GOVERNOR]

    assert gate.level is Level.NOTE
    assert gate.sentence == f"The processor's clock is governed by {named}, which may change it."


def test_a_channel_without_a_reading_tells_nothing() -> None:
    block = runs.block(runs.BASELINE, 0, 1000, resources={"governed_cores": Series(), "on_battery": Series()})

    assert gates_of(block, runs.record(block)).unchecked.keys() >= {GateCode.GOVERNOR, GateCode.BATTERY}

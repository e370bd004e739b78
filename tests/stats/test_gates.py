"""What disturbed a block, gate by gate."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.stats.gates import Gate, GateCode, Level, clock_loss, disturbances, gates_of, readings
from tests import runs

GPU = replace(runs.WORKLOAD, device="cuda:GPU-1")
MEASURED = {Phase.MEASURE: PhaseRecord(100, 100)}


def channel(*values: float) -> Series:
    """Readings while iterations were timed."""
    return Series(
        (array("q", range(110, 110 + len(values))),), (array("d", [float(value) for value in values]),)
    )


def block(number: int = 0, workload=runs.WORKLOAD, settings=None, durations=(1000,) * 40, **channels):
    resources = {name: channel(*values) for name, values in channels.items()}
    return runs.block(
        runs.BASELINE,
        number,
        *durations,
        workload=workload.id,
        phases=MEASURED,
        resources=resources,
        settings=settings or {},
    )


def found(one, *others, **machine):
    """Level by code of the gates of a block, on a machine with an ideal governor on mains."""
    facts = {"logical_cores": 4, "cpu_governor": "performance", "power_plugged": True} | machine
    report = gates_of(one, runs.record(one, *others, machine=facts))
    return {gate.code: gate.level for gate in report.gates}


def test_a_quiet_block_passes_every_gate():
    quiet = block(
        machine_cpu_percent=[101], cpu_percent=[100], steal_percent=[0], cpu_pressure_percent=[1],
        swapped_in_bytes=[0, 0], involuntary_switches_per_s=[3], settings={"intra_op_threads": 1},
    )  # fmt: skip

    assert found(quiet) == {}


@pytest.mark.parametrize(
    ("channels", "code", "level"),
    [
        ({"machine_cpu_percent": [150], "cpu_percent": [100]}, GateCode.OTHER_LOAD, Level.AMBER),
        ({"machine_cpu_percent": [100], "cpu_percent": [100], "steal_percent": [50]}, GateCode.OTHER_LOAD, Level.AMBER),
        ({"machine_cpu_percent": [350], "cpu_percent": [100]}, GateCode.OTHER_LOAD, Level.RED),
        ({"cpu_pressure_percent": [4, 8]}, GateCode.CPU_PRESSURE, Level.AMBER),
        ({"cpu_pressure_percent": [40]}, GateCode.CPU_PRESSURE, Level.RED),
        ({"swapped_in_bytes": [0, 4096]}, GateCode.SWAP, Level.AMBER),
        ({"swapped_in_bytes": [60e6, 60e6]}, GateCode.SWAP, Level.RED),
        ({"involuntary_switches_per_s": [300], "settings": {"intra_op_threads": 1}}, GateCode.SWITCHES, Level.AMBER),
        ({"workload": GPU, "gpu_other_processes": [0, 1]}, GateCode.GPU_SHARED, Level.AMBER),
        ({"workload": GPU, "gpu_thermal_limit": [0] * 30 + [1]}, GateCode.GPU_THERMAL, Level.AMBER),
        ({"workload": GPU, "gpu_thermal_limit": [0, 1]}, GateCode.GPU_THERMAL, Level.RED),
        ({"durations": (1000,) * 20 + (1150,) * 20}, GateCode.SCATTER, Level.AMBER),
        ({"durations": (1000,) * 20 + (1500,) * 20}, GateCode.SCATTER, Level.RED),
    ],
)  # fmt: skip
def test_each_gate_by_its_limits(channels, code, level):
    assert found(block(**channels)) == {code: level}


def test_governor_and_battery_hold_of_the_machine():
    assert found(block(), cpu_governor="powersave") == {GateCode.GOVERNOR: Level.NOTE}
    assert found(block(), power_plugged=False) == {GateCode.BATTERY: Level.AMBER}


@pytest.mark.parametrize(("clock", "level"), [(1000, None), (960, Level.AMBER), (880, Level.RED)])
def test_a_clock_is_held_against_the_contender_s_other_blocks(clock, level):
    others = [block(number, GPU, gpu_sm_clock_hz=[1000, 1000]) for number in (1, 2)]

    assert found(block(0, GPU, gpu_sm_clock_hz=[clock]), *others).get(GateCode.GPU_CLOCK) is level


def test_a_clock_that_was_not_read_or_stood_still_is_no_loss():
    silent, stopped = block(0, GPU), block(0, GPU, gpu_sm_clock_hz=[0])

    assert clock_loss(silent, runs.record(silent)) is None
    assert clock_loss(stopped, runs.record(stopped)) is None


def test_what_can_not_be_looked_at_says_why():
    one = replace(block(), unavailable={"cpu_pressure_percent": "no such file"})

    report = gates_of(one, runs.record(one, machine={"cpu_governor_unavailable": "a virtual machine"}))

    unread = "no reading was taken while iterations were timed"
    assert report.unchecked == {
        GateCode.OTHER_LOAD: unread,
        GateCode.CPU_PRESSURE: "no such file",
        GateCode.SWITCHES: "the worker has several threads",
        GateCode.SWAP: unread,
        GateCode.GPU_SHARED: "the workload runs on the CPU",
        GateCode.GPU_THERMAL: "the workload runs on the CPU",
        GateCode.GPU_CLOCK: "the workload runs on the CPU",
        GateCode.GPU_WARM_UP: "the workload runs on the CPU",
        GateCode.GOVERNOR: "a virtual machine",
        GateCode.BATTERY: "the machine has no battery, or does not tell",
    }


def test_a_block_without_iterations_has_no_scatter():
    one = block(durations=())

    report = gates_of(one, runs.record(one))

    assert report.unchecked[GateCode.SCATTER] == "no iteration was timed"
    assert report.unchecked[GateCode.GOVERNOR] == "not recorded"


def test_sentences_carry_the_figure_and_codes_a_remedy():
    one = block(machine_cpu_percent=[350], cpu_percent=[100])

    report = gates_of(one, runs.record(one, machine={"logical_cores": 5}))

    sentence = "Other programs used 50 % of the processors."
    assert report.gates == (Gate(GateCode.OTHER_LOAD, Level.AMBER, sentence),)
    assert all(code.remedy.endswith(".") for code in GateCode)


def test_a_gpu_that_others_kept_busy_before_the_start_is_red_also_where_they_are_not_listed():
    phases = {Phase.IMPORT: PhaseRecord(100, 50), Phase.MEASURE: PhaseRecord(200, 100)}
    quiet = replace(block(0, GPU, gpu_utilization_percent=[0, 5, 90]), phases=phases)
    busy = replace(block(0, GPU, gpu_utilization_percent=[40, 40]), phases=phases)

    assert found(quiet) == {}
    assert found(busy) == {GateCode.GPU_SHARED: Level.RED}


def test_disturbances_name_the_worst_first_without_notes_and_clocks():
    others = [block(number, GPU, gpu_sm_clock_hz=[1000]) for number in (1, 2)]
    loaded = block(0, GPU, machine_cpu_percent=[200], cpu_percent=[100], cpu_pressure_percent=[90], gpu_sm_clock_hz=[800])  # fmt: skip
    record = runs.record(loaded, *others, machine={"logical_cores": 4, "cpu_governor": "powersave"})

    assert [gate.code for gate in disturbances([loaded], record)] == [
        GateCode.CPU_PRESSURE,
        GateCode.OTHER_LOAD,
    ]
    assert disturbances(others, record) == []


def test_readings_are_those_of_the_measurement():
    series = Series((array("q", [50, 100, 150, 200, 250]),), (array("d", [1, 2, 3, 4, 5]),))
    one = runs.block(runs.BASELINE, 0, 1, phases=MEASURED, resources={"rss_bytes": series})
    running = replace(one, phases={Phase.MEASURE: PhaseRecord(100)})

    assert readings(one, "rss_bytes") == [2, 3, 4]
    assert readings(running, "rss_bytes") == [2, 3, 4, 5]
    assert readings(one, "other") == []
    assert readings(replace(one, phases={}), "rss_bytes") == []


def test_others_on_cores_that_are_not_ours_are_a_share_of_all_cores():
    """GIVEN 16 cores of which we may use 2 WHEN others use 4 of them THEN that is a quarter, not two hundred per cent."""
    one = block(machine_cpu_percent=[500], cpu_percent=[100])
    machine = {"logical_cores": 16, "available_cores": 2}

    assert gates_of(one, runs.record(one, machine=machine)).gates == (
        Gate(GateCode.OTHER_LOAD, Level.AMBER, "Other programs used 25 % of the processors."),
    )

"""A GPU whose clock was still rising when the measurement began, seen by the parent's own readings of a simulated GPU."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest

from fwcompare.domain.events import ResourceSampled
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, PhaseRecord, Series
from fwcompare.domain.verdict import Reason
from fwcompare.execution.repetition import Repetition, repetition_of
from fwcompare.execution.sampler import Watch
from fwcompare.execution.sources.gpu import GpuCounters
from fwcompare.stats.comparison import compare
from fwcompare.stats.gates import Gate, GateCode, GateReport, Level, clock_rise, gates_of
from tests import runs
from tests.execution.sources.simulated_nvml import SimulatedGpu, SimulatedNvml, instance, mig_gpu

S = 10**9
GPU = replace(runs.WORKLOAD, device="cuda:GPU-1")
PHASES = {Phase.WARM_UP: PhaseRecord(0, 2 * S), Phase.MEASURE: PhaseRecord(2 * S, 2 * S)}
PLAN = runs.plan(workloads=(GPU,))


def measured(clock_mhz: Callable[[float], float], number: int = 0, contender=runs.BASELINE) -> BlockRecord:
    """A block of two seconds of warm-up and two of measuring, whose GPU had this clock after so many seconds."""
    gpu = SimulatedGpu()
    watch = Watch(number, [GpuCounters(os.getpid(), gpu.uuid, lambda: SimulatedNvml(gpu))], 0)
    times, clocks = array("q"), array("d")
    watch.open(0)
    for time_ns in range(0, 4 * S, S // 5):
        gpu.sm_mhz = round(clock_mhz(time_ns / S))
        for event in watch.tick(time_ns):
            assert isinstance(event, ResourceSampled)
            times.append(event.at_ns)
            clocks.append(event.values["gpu_sm_clock_hz"])
    resources = {"gpu_sm_clock_hz": Series((times,), (clocks,))}
    return runs.block(contender, number, *[1000] * 60, workload=GPU.id, phases=PHASES, resources=resources)


def ramp(until_s: float) -> Callable[[float], float]:
    """From 1000 MHz to 2000 MHz, evenly."""
    return lambda at_s: 1000 + 1000 * min(1.0, at_s / until_s)


def report(block: BlockRecord, *others: BlockRecord) -> GateReport:
    return gates_of(block, runs.record(block, *others, plan=PLAN))


def test_a_clock_that_rises_into_the_measurement_is_not_warm() -> None:
    """GIVEN a clock that is up only after 3 s of 4 THEN the block says so and is run once more with a doubled warm-up."""
    block = measured(ramp(3))
    record = runs.record(block, plan=PLAN)

    (gate,) = report(block).gates

    sentence = "The GPU's clock was still rising: the warm-up ended 20 % below its highest."
    assert gate == Gate(GateCode.GPU_WARM_UP, Level.AMBER, sentence)
    assert gate.code.remedy
    assert repetition_of(block, record) == Repetition(block.block, 2)


@pytest.mark.parametrize(
    "clock_mhz",
    [
        lambda _: 1980,
        ramp(1),
        lambda at_s: 1980 if at_s < 1 else 1600,
        lambda at_s: 1980 if at_s < 3 else 1600,
        lambda at_s: 1600 if at_s < 1.99 else 1660,
    ],
    ids=["up", "up in time", "settled under the power limit", "throttled later", "4 % more"],
)
def test_a_clock_that_was_up_or_fell_is_warm(clock_mhz) -> None:
    block = measured(clock_mhz)

    assert report(block).gates == ()
    assert repetition_of(block, runs.record(block, plan=PLAN)) is None


def test_one_high_reading_is_no_window() -> None:
    """GIVEN one reading of three in half a second that is 10 % higher THEN the window is 3 % higher."""
    assert report(measured(lambda at_s: 2200 if at_s == 3 else 2000)).gates == ()


def test_the_verdict_says_that_a_block_was_not_steady() -> None:
    blocks = [
        measured(ramp(3 if who is runs.CONTENDER else 1), number, who)
        for number in range(3)
        for who in (runs.BASELINE, runs.CONTENDER)
    ]

    (found,) = compare(runs.record(*blocks, plan=PLAN))

    assert Reason.NO_STEADY_STATE in found.reasons
    assert Reason.NOISY_BLOCK not in found.reasons


def test_a_repetition_that_did_not_mend_it_is_the_nature_of_the_contender() -> None:
    first = measured(ramp(3))
    again = replace(first, block=1, repeats=0)
    newest = measured(ramp(3), 2)

    assert repetition_of(newest, runs.record(first, again, newest, plan=PLAN)) is None


def test_without_readings_in_both_phases_the_gate_says_why() -> None:
    block = measured(ramp(3))
    silent = replace(block, resources={}, unavailable={"gpu_sm_clock_hz": "divided by MIG"})
    stopped = measured(lambda _: 0)

    unheard = replace(block, phases={Phase.MEASURE: PHASES[Phase.MEASURE]})

    assert report(silent).unchecked[GateCode.GPU_WARM_UP] == "divided by MIG"
    assert report(unheard).unchecked[GateCode.GPU_WARM_UP] == "no reading was taken in the warm-up"
    assert GateCode.GPU_CLOCK not in report(unheard).unchecked
    for one in (silent, stopped, unheard):
        assert clock_rise(one) is None


def test_an_instance_of_a_divided_gpu_has_no_clock_and_so_no_gate() -> None:
    whole = mig_gpu(uuid="GPU-1", instances=(instance("MIG-1"),))
    source = GpuCounters(os.getpid(), "MIG-1", lambda: SimulatedNvml(whole))
    watch = Watch(0, [source], 0)
    watch.open(0)
    watch.tick(0)

    block = replace(measured(ramp(1)), resources={}, unavailable=dict(source.unavailable))

    assert "MIG" in report(block).unchecked[GateCode.GPU_WARM_UP]

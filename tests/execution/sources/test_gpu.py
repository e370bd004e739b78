from __future__ import annotations

import os
from pathlib import Path

import pytest

from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.gpu import GpuCounters, wait_until_released
from tests.execution.child_processes import PARENT_OF_SESSION, first_line, running
from tests.execution.sources.simulated_nvml import (
    SimulatedGpu,
    SimulatedNvml,
    error,
    instance,
    mig_gpu,
    play,
    process,
)

WORKER = os.getpid()
INIT = 1
"""A process that is not the worker's."""


def counters(gpu: SimulatedGpu, *others: SimulatedGpu, pid: int = WORKER) -> GpuCounters:
    source = GpuCounters(pid, gpu.uuid, lambda: SimulatedNvml(*others, gpu))
    source.open()
    return source


def test_all_counters_come_in_the_units_of_their_names() -> None:
    source = counters(SimulatedGpu(processes=[process(WORKER, 5000)]))
    assert source.read() == {
        "gpu_utilization_percent": 87.0,
        "gpu_memory_bytes": float(3 << 30),
        "gpu_process_memory_bytes": 5000.0,
        "gpu_power_w": 250.5,
        "gpu_temperature_c": 61.0,
        "gpu_sm_clock_hz": 1.98e9,
        "gpu_other_processes": 0.0,
        "gpu_thermal_limit": 0.0,
        "gpu_energy_j": 7.5,
    }
    source.close()
    assert source.unavailable == {}
    assert set(source.channels) == {channel for channel in Channel if channel.startswith("gpu_")}


def test_the_gpu_is_chosen_by_its_uuid_among_several() -> None:
    others = [SimulatedGpu(uuid=f"GPU-{number}", temperature=20) for number in range(3)]
    assert counters(SimulatedGpu(temperature=77), *others).read()["gpu_temperature_c"] == 77


def test_a_gpu_that_is_not_there_gives_a_reason_for_every_channel() -> None:
    source = GpuCounters(WORKER, "GPU-9", lambda: SimulatedNvml(SimulatedGpu()))
    source.open()
    assert source.read() == {}
    assert source.unavailable == dict.fromkeys(source.channels, "not available: this machine has no such GPU")


def test_without_nvml_its_reason_holds_for_every_channel() -> None:
    source = GpuCounters(WORKER, "GPU-9", lambda: "not available: no NVIDIA driver was found")
    source.open()
    assert source.read() == {}
    source.close()
    assert source.unavailable == dict.fromkeys(source.channels, "not available: no NVIDIA driver was found")


@pytest.mark.parametrize(
    ("counter", "channel"),
    [
        ("utilization", Channel.GPU_UTILIZATION_PERCENT),
        ("used", Channel.GPU_MEMORY_BYTES),
        ("power_mw", Channel.GPU_POWER_W),
        ("temperature", Channel.GPU_TEMPERATURE_C),
        ("sm_mhz", Channel.GPU_SM_CLOCK_HZ),
        ("clock_reasons", Channel.GPU_THERMAL_LIMIT),
        ("energy_mj", Channel.GPU_ENERGY_J),
    ],
)
def test_one_counter_that_is_not_supported_does_not_stop_the_others(counter: str, channel: Channel) -> None:
    gpu = SimulatedGpu(processes=[process(WORKER, 5000)])
    setattr(gpu, counter, error("NOT_SUPPORTED"))
    source = counters(gpu)
    assert set(source.read()) == set(source.channels) - {channel}
    assert source.unavailable == {channel: "not available: this GPU does not report it"}


def test_without_the_list_of_processes_both_channels_that_need_it_say_so() -> None:
    source = counters(SimulatedGpu(processes=error("NO_PERMISSION")))
    assert Channel.GPU_OTHER_PROCESSES not in source.read()
    assert source.unavailable == dict.fromkeys(
        (Channel.GPU_PROCESS_MEMORY_BYTES, Channel.GPU_OTHER_PROCESSES),
        "not available: the driver does not permit this user to read it",
    )


def test_processes_of_others_are_counted() -> None:
    source = counters(SimulatedGpu(processes=[process(INIT, 7), process(WORKER, 3), process(INIT, None)]))
    assert source.read()["gpu_other_processes"] == 2


@pytest.mark.parametrize(
    ("reason", "limited"), [(0x1, 0), (0x4, 0), (0x8, 0), (0x20, 1), (0x40, 1), (0x80, 1), (0x24, 1)]
)
def test_only_heat_and_the_power_brake_are_a_thermal_limit(reason: int, limited: int) -> None:
    """Idle, the power cap and a change of the power state are no trouble."""
    assert counters(SimulatedGpu(clock_reasons=reason)).read()["gpu_thermal_limit"] == limited


def test_a_counter_that_failed_is_not_asked_again() -> None:
    library = SimulatedNvml(SimulatedGpu(power_mw=error("NOT_SUPPORTED")))
    source = GpuCounters(WORKER, library.gpus[0].uuid, lambda: library)
    source.open()
    source.read()
    source.read()
    assert library.calls.count("nvmlDeviceGetPowerUsage") == 1
    assert library.calls.count("nvmlDeviceGetTemperature") == 2


def test_mig_is_named_as_the_reason() -> None:
    source = counters(mig_gpu())
    assert "gpu_utilization_percent" not in source.read()
    assert "MIG" in source.unavailable[Channel.GPU_UTILIZATION_PERCENT]


def test_an_instance_has_its_own_memory_and_the_rest_is_the_whole_gpus() -> None:
    part = instance("MIG-1", processes=[process(WORKER, 5000)])
    whole = mig_gpu(uuid="GPU-1", instances=(part,))
    source = GpuCounters(WORKER, "MIG-1", lambda: SimulatedNvml(whole))
    source.open()
    assert source.read() == {
        "gpu_memory_bytes": float(3 << 30),
        "gpu_process_memory_bytes": 5000.0,
        "gpu_other_processes": 0.0,
    }
    assert len(source.unavailable) == 6
    assert all("MIG" in reason for reason in source.unavailable.values())


def test_wddm_is_named_as_the_reason_and_is_not_zero() -> None:
    source = counters(SimulatedGpu(processes=[process(WORKER, None)]))
    assert "gpu_process_memory_bytes" not in source.read()
    assert "WDDM" in source.unavailable[Channel.GPU_PROCESS_MEMORY_BYTES]


def test_a_worker_that_is_not_listed_yet_has_no_reading_rather_than_zero() -> None:
    gpu = SimulatedGpu(processes=[process(INIT, 100)])
    source = counters(gpu)
    assert "gpu_process_memory_bytes" not in source.read()
    assert source.unavailable == {}
    gpu.processes = [process(WORKER, 100)]
    assert source.read()["gpu_process_memory_bytes"] == 100


def test_a_worker_that_was_never_listed_gets_a_reason_at_the_end() -> None:
    source = counters(SimulatedGpu(processes=[process(INIT, 100)]))
    source.read()
    source.close()
    assert "never listed" in source.unavailable[Channel.GPU_PROCESS_MEMORY_BYTES]


def test_the_memory_of_the_whole_tree_is_summed_and_nobody_elses() -> None:
    with running(PARENT_OF_SESSION) as worker:
        grandchild = int(first_line(worker))
        listed = [process(worker.pid, 100), process(grandchild, 20), process(INIT, 7), process(WORKER, 3)]
        source = counters(SimulatedGpu(processes=listed), pid=worker.pid)
        assert source.read()["gpu_process_memory_bytes"] == 120


def test_a_gpu_lost_in_between_ends_its_channels_with_that_reason() -> None:
    gpu = SimulatedGpu()
    source = counters(gpu)
    assert source.read()
    gpu.lose()
    assert source.read() == {}
    assert {reason.split(":")[1] for reason in source.unavailable.values()} == {" the GPU is lost"}
    assert set(source.unavailable) == set(source.channels)


def test_a_whole_sequence_is_read_as_it_was_written() -> None:
    gpu = SimulatedGpu()
    source = counters(gpu)
    readings = []
    for step in play(Path(__file__).with_name("nvml_sequence.json"), gpu, WORKER):
        step()
        readings.append(source.read())
    assert [reading.get(Channel.GPU_SM_CLOCK_HZ) for reading in readings] == [
        3.45e8,
        1.98e9,
        1.965e9,
        1.95e9,
        None,
    ]
    assert [reading.get(Channel.GPU_POWER_W) for reading in readings] == [68.21, 112.48, 412.9, None, None]
    assert [reading.get(Channel.GPU_PROCESS_MEMORY_BYTES) for reading in readings] == [
        None,
        524288000.0,
        2621440000.0,
        2621440000.0,
        None,
    ]
    assert (
        source.unavailable[Channel.GPU_POWER_W]
        == "not available: the driver does not permit this user to read it"
    )
    assert "lost" in source.unavailable[Channel.GPU_MEMORY_BYTES]


def test_the_memory_of_an_ended_worker_is_waited_for():
    """GIVEN a driver that lists a dead worker twice more THEN the wait ends with the third look."""
    looks = []

    class Slow(SimulatedNvml):
        def nvmlDeviceGetComputeRunningProcesses_v3(self, handle):  # noqa: N802 - NVML's name
            looks.append(handle)
            return [process(42, 1 << 20)] if len(looks) < 3 else [process(7, 1 << 20)]

    nvml = Slow(SimulatedGpu())
    assert wait_until_released(SimulatedGpu().uuid, 42, 60.0, lambda: nvml)
    assert len(looks) == 3


def test_the_wait_for_released_memory_has_an_end():
    gpu = SimulatedGpu(processes=[process(42, 1 << 20)])
    assert not wait_until_released(gpu.uuid, 42, 0.1, lambda: SimulatedNvml(gpu))


def test_nothing_is_waited_for_where_the_driver_can_not_be_asked():
    assert wait_until_released("GPU-1", 42, 60.0, lambda: "not available: no NVIDIA driver was found")
    lost = SimulatedGpu(processes=[process(42, 1 << 20)])
    lost.lose()
    assert wait_until_released(lost.uuid, 42, 60.0, lambda: SimulatedNvml(lost))


def test_a_slow_down_without_a_cause_counts_from_its_second_reading_in_a_row() -> None:
    """GIVEN the general bit of a slow-down THEN one reading may be a change of the power state, two are not."""
    gpu = SimulatedGpu()
    source = counters(gpu)
    found = []
    for gpu.clock_reasons in (0x8, 0x0, 0x8, 0x8, 0x8 | 0x4, 0x1):
        found.append(source.read()["gpu_thermal_limit"])
    assert found == [0, 0, 0, 1, 1, 0]


def test_a_list_without_the_worker_says_nothing_of_others() -> None:
    """GIVEN a container, from which the driver hides processes THEN nobody knows whether the GPU is shared."""
    gpu = SimulatedGpu(processes=[])
    source = counters(gpu)
    assert Channel.GPU_OTHER_PROCESSES not in source.read()
    gpu.processes = [process(INIT, 7)]
    assert Channel.GPU_OTHER_PROCESSES not in source.read()
    source.close()
    assert "never listed" in source.unavailable[Channel.GPU_OTHER_PROCESSES]

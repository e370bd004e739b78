from __future__ import annotations

import pytest

from fwcompare.domain.workload import Precision
from fwcompare.errors import UsageError
from fwcompare.execution import devices
from fwcompare.execution.devices import Gpu
from tests.execution.sources.simulated_nvml import (
    GIB,
    SimulatedGpu,
    SimulatedNvml,
    error,
    instance,
    mig_gpu,
)

FIRST = SimulatedGpu(uuid="GPU-aaaa-1111", name="First", total=80 * GIB)
SECOND = SimulatedGpu(uuid="GPU-aaaa-2222", name="Second", total=24 * GIB, capability=(7, 5))


def two() -> SimulatedNvml:
    return SimulatedNvml(FIRST, SECOND)


def divided() -> SimulatedNvml:
    """A whole GPU, and one with two instances and room for a third between them."""
    parts = (instance("MIG-bbbb-1", total=10 * GIB), None, instance("MIG-bbbb-2", total=20 * GIB))
    return SimulatedNvml(FIRST, mig_gpu(uuid="GPU-bbbb", instances=parts))


def none_at_all() -> str:
    return "not available: no NVIDIA driver was found"


def test_gpus_are_listed_in_order() -> None:
    assert devices.gpus(two) == (
        Gpu(0, "GPU-aaaa-1111", "First", 80 * GIB, (9, 0)),
        Gpu(1, "GPU-aaaa-2222", "Second", 24 * GIB, (7, 5)),
    )
    assert devices.gpu_unavailable_reason(two) is None
    assert devices.driver_version(two) == "580.65.06"


def test_without_a_driver_there_is_a_reason() -> None:
    assert devices.gpus(none_at_all) == ()
    assert devices.gpu_unavailable_reason(none_at_all) == none_at_all()
    assert devices.driver_version(none_at_all) is None


def test_a_driver_without_a_gpu_is_told_apart() -> None:
    assert devices.gpus(SimulatedNvml) == ()
    assert "has no NVIDIA GPU" in devices.gpu_unavailable_reason(SimulatedNvml)


def test_a_gpu_that_is_lost_is_a_reason() -> None:
    def load() -> SimulatedNvml:
        return SimulatedNvml(SimulatedGpu(used=error("GPU_IS_LOST")))

    assert devices.gpus(load) == ()
    assert "lost" in devices.gpu_unavailable_reason(load)


def test_a_driver_that_does_not_tell_its_version_has_none(monkeypatch) -> None:
    library = two()

    def refuse() -> str:
        raise error("UNKNOWN")

    monkeypatch.setattr(library, "nvmlSystemGetDriverVersion", refuse)
    assert devices.driver_version(lambda: library) is None


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("auto", "cuda:GPU-aaaa-1111"),
        ("cpu", "cpu"),
        ("cuda", "cuda:GPU-aaaa-1111"),
        ("cuda:0", "cuda:GPU-aaaa-1111"),
        ("cuda:1", "cuda:GPU-aaaa-2222"),
        ("cuda:GPU-aaaa-2222", "cuda:GPU-aaaa-2222"),
        ("cuda:GPU-aaaa-2", "cuda:GPU-aaaa-2222"),
    ],
)
def test_a_device_is_resolved_to_the_uuid(text: str, device: str) -> None:
    assert devices.resolve_device(text, two) == device


@pytest.mark.parametrize(("text", "device"), [("auto", "cpu"), ("cpu", "cpu")])
def test_without_a_gpu_the_cpu_is_taken_where_that_was_allowed(text: str, device: str) -> None:
    assert devices.resolve_device(text, none_at_all) == device


@pytest.mark.parametrize("text", ["cuda", "cuda:0", "cuda:GPU-aaaa-1111"])
def test_a_gpu_that_was_asked_for_must_be_there(text: str) -> None:
    with pytest.raises(UsageError, match="not available: no NVIDIA driver was found") as refused:
        devices.resolve_device(text, none_at_all)
    assert "--device cpu" in refused.value.remedy


@pytest.mark.parametrize("text", ["cuda:2", "cuda:-1", "cuda:GPU-b", "cuda:01", "cuda: 0", "cuda:a"])
def test_another_gpu_is_refused_with_those_that_there_are(text: str) -> None:
    with pytest.raises(UsageError, match="There is no GPU") as refused:
        devices.resolve_device(text, two)
    assert "0 (First, GPU-aaaa-1111), 1 (Second, GPU-aaaa-2222)" in refused.value.remedy


@pytest.mark.parametrize("text", ["cuda:GPU-", "cuda:GPU-aaaa"])
def test_a_beginning_that_several_have_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="more than one GPU"):
        devices.resolve_device(text, two)


@pytest.mark.parametrize("text", ["", "gpu", "CPU", "cpu:0", "cuda:", "auto:1", "mps"])
def test_what_is_no_device_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(UsageError, match="is no device") as refused:
        devices.resolve_device(text, two)
    assert "cuda:0" in refused.value.remedy


def test_the_cpu_is_resolved_without_touching_nvml() -> None:
    def load() -> str:
        raise AssertionError("NVML was asked")

    assert devices.resolve_device("cpu", load) == "cpu"


def test_a_gpu_that_is_lost_does_not_hide_another() -> None:
    lost = SimulatedGpu(uuid="GPU-lost", used=error("GPU_IS_LOST"))

    assert [gpu.uuid for gpu in devices.gpus(lambda: SimulatedNvml(lost, SECOND))] == [SECOND.uuid]
    assert devices.resolve_device("cuda", lambda: SimulatedNvml(lost, SECOND)) == f"cuda:{SECOND.uuid}"


def test_a_divided_gpu_is_its_instances() -> None:
    """CUDA can't use it as a whole, so it is not offered."""
    assert [(gpu.index, gpu.uuid, gpu.memory_bytes // GIB) for gpu in devices.gpus(divided)] == [
        (0, "GPU-aaaa-1111", 80),
        (1, "MIG-bbbb-1", 10),
        (1, "MIG-bbbb-2", 20),
    ]


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("cuda:MIG-bbbb-2", "cuda:MIG-bbbb-2"),
        ("cuda:MIG-bbbb-1", "cuda:MIG-bbbb-1"),
        ("cuda:0", "cuda:GPU-aaaa-1111"),
    ],
)
def test_an_instance_is_named_by_its_uuid(text: str, device: str) -> None:
    assert devices.resolve_device(text, divided) == device


@pytest.mark.parametrize("text", ["cuda:1", "cuda:MIG-", "cuda:MIG-bbbb"])
def test_the_index_of_a_divided_gpu_means_several(text: str) -> None:
    with pytest.raises(UsageError, match="more than one GPU") as refused:
        devices.resolve_device(text, divided)
    assert "MIG-bbbb-1" in refused.value.remedy


def test_cuda_alone_is_the_first_instance_where_the_first_gpu_is_divided() -> None:
    def load() -> SimulatedNvml:
        return SimulatedNvml(divided().gpus[1], FIRST)

    assert devices.resolve_device("cuda", load) == "cuda:MIG-bbbb-1"


def test_a_divided_gpu_without_instances_is_a_reason() -> None:
    def load() -> SimulatedNvml:
        return SimulatedNvml(mig_gpu())

    assert devices.gpus(load) == ()
    assert "has no instance" in devices.gpu_unavailable_reason(load)


def test_an_instance_that_cannot_be_asked_is_a_reason() -> None:
    broken = mig_gpu(instances=(instance("MIG-1", used=error("UNKNOWN")),))

    assert "NVML says" in devices.gpu_unavailable_reason(lambda: SimulatedNvml(broken))


def test_an_older_gpu_has_no_tf32_and_the_cpu_has_none_either() -> None:
    known = devices.gpus(two)

    assert not devices.precision_obstacle(Precision.TF32, "cuda:GPU-aaaa-1111", known)
    assert devices.precision_obstacle(Precision.TF32, "cuda:GPU-aaaa-2222", known) == (
        "tf32 is not available on this GPU, because its compute capability is 7.5 and TF32 begins at 8.0."
    )
    assert "not available on the CPU" in devices.precision_obstacle(Precision.TF32, "cpu", known)
    assert not devices.precision_obstacle(Precision.FLOAT32, "cpu", known)

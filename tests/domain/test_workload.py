"""What a workload says of its device."""

from __future__ import annotations

import pytest

from fwcompare.domain.workload import Precision, Size, Task, Workload


@pytest.mark.parametrize(
    ("device", "kind", "uuid"),
    [
        ("cpu", "cpu", None),
        ("cuda:GPU-0a1b", "cuda", "GPU-0a1b"),
        ("cuda:MIG-cuda:7", "cuda", "MIG-cuda:7"),
    ],
)
def test_a_device_is_the_cpu_or_one_gpu(device: str, kind: str, uuid: str | None) -> None:
    workload = Workload("cnn", Task.INFERENCE, Size.SMALL, 32, device)

    assert (workload.device_kind, workload.gpu_uuid) == (kind, uuid)
    assert workload.id == f"cnn/inference/small/b32/float32/{device}"


def test_on_the_cpu_there_are_float32_and_bfloat16() -> None:
    assert [one for one in Precision if not one.obstacle_on("cpu")] == [Precision.FLOAT32, Precision.BFLOAT16]
    assert Precision.TF32.obstacle_on("cpu") == (
        "tf32 is not available on the CPU, because only NVIDIA's GPUs compute in it."
    )


@pytest.mark.parametrize(
    ("capability", "able"),
    [((9, 0), True), ((8, 0), True), ((7, 5), False), ((6, 1), False), (None, True)],
)
def test_tf32_begins_at_a_compute_capability(capability: tuple[int, int] | None, able: bool) -> None:
    assert bool(Precision.TF32.obstacle_on("cuda:GPU-1", capability)) is not able
    assert not Precision.FLOAT16.obstacle_on("cuda:GPU-1", capability)


def test_workloads_that_differ_in_precision_alone_are_two() -> None:
    ids = {Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cuda:GPU-1", one).id for one in Precision}

    assert len(ids) == len(Precision)

"""What a workload says of its device."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.workload import (
    Precision,
    Scenario,
    Size,
    Task,
    Workload,
    is_on_gpu,
    is_throughput,
)


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
    assert is_on_gpu(workload.id) is (kind == "cuda")


def test_the_scenario_is_in_the_name_only_where_it_is_another_one() -> None:
    single = Workload("cnn", Task.INFERENCE, Size.SMALL, 32, "cpu")
    groups = replace(single, scenario=Scenario.THROUGHPUT)

    assert groups.id == "cnn/inference/small/b32/float32/throughput/cpu"
    assert (is_throughput(single.id), is_throughput(groups.id)) == (False, True)
    assert not is_on_gpu(groups.id)


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


@pytest.mark.parametrize(
    ("architecture", "precision", "why"),
    [("gan", Precision.BFLOAT16, "it has two"), ("dynamic", Precision.BFLOAT16, "how many turns")],
)
def test_some_architectures_are_not_measured_in_every_precision(
    architecture: str, precision: Precision, why: str
) -> None:
    workload = Workload(architecture, Task.INFERENCE, Size.TINY, 8, "cpu", precision)

    assert why in workload.obstacle
    assert not replace(workload, precision=Precision.FLOAT32).obstacle
    assert not replace(workload, architecture="mlp").obstacle

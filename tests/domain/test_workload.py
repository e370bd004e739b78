"""What a workload says of its device."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.workload import Scenario, Size, Task, Workload, is_on_gpu, is_throughput


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

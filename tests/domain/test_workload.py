"""What a workload says of its device."""

from __future__ import annotations

import pytest

from fwcompare.domain.workload import Size, Task, Workload


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

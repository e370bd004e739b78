"""What a machine is known by."""

from __future__ import annotations

import pytest

from fwcompare.domain.calibration import is_another

HERE = {"os": "Linux", "cpu_model": "EPYC", "logical_cores": 4, "available_cores": 4, "gpu_driver": "580"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"available_cores": 2, "gpu_driver": "590", "kernel": "7.0"}, False),
        ({"cpu_model": None}, False),
        ({"gpu_0_uuid": "GPU-1"}, False),
        ({"cpu_model": "Xeon"}, True),
        ({"logical_cores": 8}, True),
    ],
)
def test_another_machine_is_one_whose_hardware_is_known_to_differ(changes, expected):
    assert is_another({**HERE, **changes}, HERE) is expected
    assert is_another(HERE, {**HERE, **changes}) is expected
    assert not is_another({}, HERE)

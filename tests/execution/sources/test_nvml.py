from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pynvml
import pytest

from fwcompare.execution.sources import nvml
from tests.execution.sources.simulated_nvml import SimulatedGpu, SimulatedNvml, error


def test_connecting_initialises_once() -> None:
    library = SimulatedNvml(SimulatedGpu())
    assert nvml.connect(library) is library
    assert library.calls == ["nvmlInit"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("LIBRARY_NOT_FOUND", "not available: no NVIDIA driver was found"),
        ("DRIVER_NOT_LOADED", "not available: the NVIDIA driver is not loaded"),
        ("LIB_RM_VERSION_MISMATCH", "restart the machine"),
        ("NO_PERMISSION", "does not permit"),
        ("UNKNOWN", "not available: NVML says “Unknown Error”"),
    ],
)
def test_why_there_is_no_nvml_is_said_in_words(name: str, sentence: str) -> None:
    assert sentence in str(nvml.connect(SimulatedNvml(init=error(name))))


@pytest.mark.parametrize("name", ["NOT_SUPPORTED", "NOT_FOUND", "FUNCTION_NOT_FOUND", "GPU_IS_LOST"])
def test_common_errors_have_a_sentence_of_their_own(name: str) -> None:
    assert "NVML says" not in nvml.reason_of(error(name))


def test_the_numbers_are_those_of_the_binding() -> None:
    assert nvml.TEMPERATURE_GPU == pynvml.NVML_TEMPERATURE_GPU
    assert nvml.CLOCK_SM == pynvml.NVML_CLOCK_SM
    assert nvml.MIG_ENABLED == pynvml.NVML_DEVICE_MIG_ENABLE
    assert nvml.NOT_SUPPORTED == pynvml.NVML_ERROR_NOT_SUPPORTED


def test_the_binding_and_the_simulation_have_every_call() -> None:
    calls = [name for name in vars(nvml.Nvml) if name.startswith("nvml")]
    assert len(calls) == 19
    for library in (pynvml, SimulatedNvml()):
        assert [name for name in calls if not callable(getattr(library, name, None))] == []


def test_the_real_nvml_is_asked_once_and_answers_with_itself_or_a_reason() -> None:
    first = nvml.shared_nvml()
    assert nvml.shared_nvml() is first
    assert first is pynvml or str(first).startswith("not available: ")


def test_importing_the_sampler_loads_no_nvml() -> None:
    code = (
        "import sys, fwcompare.execution.sampler, fwcompare.execution.machine; print('pynvml' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""What does not fit together, on machines that are only described."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.interpreters.diagnosis import Facts, Held, diagnose
from tests.interpreters.test_availability import FULL

FITS = Facts(
    app_python="3.12.1",
    qt="6.11.3",
    driver="580.65.06",
    gpu_count=1,
    held=(
        Held(
            replace(FULL, versions={"torch": "2.9.0", "tensorflow": "2.20.0", "keras": "3.11.0"}),
            frozenset({"torch", "tensorflow", "keras"}),
        ),
    ),
)


def facts(*, machine=None, **info) -> Facts:
    """A machine on which all fits, but for these facts of it and of its one interpreter."""
    (held,) = FITS.held
    return replace(FITS, held=(replace(held, info=replace(held.info, **info)),), **(machine or {}))


def names(machine: Facts) -> list[str]:
    found = diagnose(machine)
    assert all(one.finding.endswith(".") and len(one.remedy) > 10 for one in found)
    return [one.name for one in found]


def test_nothing_is_said_where_all_fits():
    assert diagnose(FITS) == ()


@pytest.mark.parametrize(
    ("cuda", "driver", "fits"),
    [
        ("13.0", "580.65.06", True),
        ("13.0", "575.64", False),
        ("12.8", "525.60.13", True),
        ("12.8", "520.61.05", False),
        ("11.8", "450.80.02", True),
        ("11.8", "450.51.06", False),
        ("14.1", "600.1", True),  # newer than what is known here
    ],
)
def test_a_driver_that_is_too_old_for_the_build(cuda, driver, fits):
    found = diagnose(facts(machine={"driver": driver}, torch_cuda=cuda, tensorflow_cuda=None))
    about = [one for one in found if one.name == "driver for torch"]

    assert (about == []) is fits
    for one in about:
        assert cuda in one.finding
        assert driver in one.finding
        assert "nvidia.com/drivers" in one.remedy


def test_the_same_for_tensorflow_under_the_name_of_its_distribution():
    machine = facts(
        machine={"driver": "470.1"}, tensorflow_cuda="12.5.1", tensorflow_distribution="tf-nightly"
    )

    assert names(machine) == ["driver for torch", "driver for tf-nightly"]


def test_a_build_that_does_not_tell_its_cuda_is_not_called_too_new():
    assert names(facts(machine={"driver": "470.1"}, torch_cuda=None, tensorflow_cuda="unknown")) == [
        "GPU for torch"
    ]


def test_builds_without_cuda_where_there_is_a_gpu_and_the_way_to_others():
    found = diagnose(facts(torch_cuda=None, tensorflow_cuda=None, tensorflow_distribution="tensorflow-cpu"))

    assert [one.name for one in found] == ["GPU for torch", "GPU for tensorflow-cpu"]
    assert "pytorch.org" in found[0].remedy
    assert "pip uninstall tensorflow-cpu" in found[1].remedy


def test_builds_without_cuda_are_right_where_there_is_no_gpu():
    machine = {"driver": None, "gpu_count": 0}
    assert diagnose(facts(machine=machine, torch_cuda=None, tensorflow_cuda=None)) == ()


def test_cuda_builds_without_a_driver_run_on_the_cpu():
    found = diagnose(facts(machine={"driver": None, "gpu_count": 0}))

    assert [one.name for one in found] == ["driver for torch", "driver for tensorflow"]
    assert "it runs on the CPU" in found[0].finding


@pytest.mark.parametrize(
    ("qt", "python", "breaks"),
    [
        ("6.12.0", "3.11.7", True),
        ("6.12.0", "3.12.1", False),
        ("6.11.3", "3.11.7", False),
        ("7.0", "3.10.1", True),
        (None, "3.11.7", False),
    ],
)
def test_a_pyside_that_ends_the_window_on_an_old_python(qt, python, breaks):
    found = names(replace(FITS, qt=qt, app_python=python))

    assert found == (["window"] if breaks else [])


@pytest.mark.parametrize(
    ("python", "word"), [("3.14.0", "too new"), ("3.9.18", "too old"), ("3.12.1", ""), ("", "")]
)
def test_a_python_for_which_there_is_no_tensorflow(python, word):
    found = diagnose(facts(python=python, versions={"torch": "2.9.0", "keras": "3.11.0"}))

    assert [one.name for one in found] == (["Python for tensorflow"] if word else [])
    for one in found:
        assert word in one.finding
        assert "3.10 to 3.13" in one.remedy


def test_a_framework_that_nobody_wants_there_is_not_missed():
    (held,) = FITS.held
    alone = replace(
        held,
        info=replace(held.info, python="3.14.0", versions={"torch": "2.9.0"}),
        wanted=frozenset({"torch"}),
    )
    assert diagnose(replace(FITS, held=(alone,))) == ()


def test_what_torch_compile_needs():
    assert names(facts(compiler=None)) == ["compiler for torch.compile"]
    (found,) = diagnose(facts(python_header=None))
    assert found.name == "headers for torch.compile"
    assert "python3.12-dev" in found.remedy


def test_nobody_needs_a_compiler_for_tensorflow():
    assert diagnose(facts(compiler=None, versions={"tensorflow": "2.20.0"})) == ()


def test_jax_where_it_slows_the_others_down_and_where_it_is_alone():
    assert names(facts(versions={"tensorflow": "2.20.0", "jax": "0.8.0"})) == ["JAX beside TensorFlow"]
    assert names(facts(versions={"torch": "2.9.0", "jax": "0.8.0"})) == []
    assert names(facts(versions={"keras": "3.11.0", "jax": "0.8.0"})) == []


@pytest.mark.parametrize("backend", ["", "torch", "tensorflow", "jax"])
def test_keras_without_anything_to_run_on(backend):
    versions = {"keras": "3.11.0"} | ({backend: "1"} if backend else {})

    assert ("backend for keras" in names(facts(versions=versions))) is (not backend)


def test_every_interpreter_is_looked_at():
    other = facts(interpreter="/other/bin/python", compiler=None).held

    found = diagnose(replace(FITS, held=(*FITS.held, *other)))

    assert [one.name for one in found] == ["compiler for torch.compile"]
    assert "/other/bin/python" in found[0].finding

"""What the doctor finds, and what it says to do."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.obstacle import Obstacle
from tests.cli import fakes


@pytest.fixture
def checks(call_json):
    """The checks by name, for these parts."""

    def run(**changes):
        code, found, _ = call_json("doctor", parts=fakes.parts(**changes))
        assert code == 0
        return {check["name"]: check for check in found["checks"]}

    return run


def test_a_machine_without_gpu_and_keras(checks):
    found = checks()

    assert found["threads"]["finding"].startswith("3 for each worker")
    assert found["machine"]["finding"] == "Processor not known · no GPU · Linux"
    assert (found["interpreter of pytorch"]["ok"], found["interpreter of keras-jax"]["ok"]) == (True, False)
    assert found["lock"]["ok"] is True
    assert found["gpu"]["ok"] is False
    assert "driver" in found["gpu"]["remedy"]
    assert found["mismatches"]["ok"] is True
    assert found["pytorch:eager"]["finding"] == "python 3.11.7, torch 2.13.0"
    assert found["keras-torch:default"]["ok"] is False
    assert found["keras-torch:default"]["remedy"] == "pip install tensorflow"


def test_the_machine_is_told_in_words(checks):
    machine = {
        "cpu_model": "AMD EPYC",
        "available_physical_cores": 2,
        "memory_bytes": 64_000_000_000,
        "memory_limit_bytes": 32_000_000_000,
        "os": "Linux",
        "os_name": "Debian GNU/Linux 12",
        "kernel": "6.1",
        "container": True,
    }

    found = checks(describe_machine=lambda: machine)

    assert found["machine"]["finding"] == (
        "AMD EPYC, 2 cores · no GPU · 32.0 GB of memory · Debian GNU/Linux 12, kernel 6.1 · in a container"
    )


def test_a_gpu_is_named_and_who_can_not_use_it(checks):
    def survey(contenders, _device, _settings):
        return tuple(fakes.available(one, cuda_obstacle="torch is built without CUDA.") for one in contenders)

    found = checks(
        gpus=lambda: (fakes.GPU,),
        gpu_unavailable_reason=lambda: None,
        driver_version=lambda: "570.1",
        survey=survey,
    )

    assert found["gpu"]["finding"] == "0: NVIDIA H200 (GPU-1234); driver 570.1"
    assert found["pytorch:eager"]["finding"].endswith("on the CPU alone: torch is built without CUDA.")


def test_a_driver_that_does_not_tell_its_version_is_unknown(checks):
    found = checks(gpus=lambda: (fakes.GPU,), gpu_unavailable_reason=lambda: None)

    assert found["gpu"]["finding"].endswith("driver unknown")


def test_whoever_measures_is_named(checks):
    found = checks(who_measures=lambda _: "Another fwcompare (process 7) is measuring on this machine.")

    assert found["lock"]["ok"] is False
    assert "process 7" in found["lock"]["finding"]


def test_assigned_interpreters_and_broken_settings_are_shown(checks):
    settings = SimpleNamespace(interpreters={Framework.PYTORCH: "/opt/torch/bin/python"})

    found = checks(load_settings=lambda _: (settings, ("A path is relative.",)))

    assert found["interpreter of pytorch"]["finding"] == "/opt/torch/bin/python"
    assert found["interpreter of tensorflow"]["finding"] == "the Python of fwcompare itself"
    assert found["settings"]["finding"] == "A path is relative."


@pytest.mark.parametrize(
    ("lack", "name"),
    [
        ({"compiler": None}, "compiler for torch.compile"),
        ({"python_header": None}, "headers for torch.compile"),
    ],
)
def test_what_torch_compile_lacks_is_said_once_with_a_remedy(call_json, lack, name):
    """GIVEN eight contenders in one Python THEN what it lacks is one finding."""
    info = replace(fakes.Lookout().overview(None).entries[0].info, **lack)
    survey = lambda contenders, *_: tuple(fakes.available(one, info=info) for one in contenders)  # noqa: E731

    _, found, _ = call_json("doctor", parts=fakes.parts(survey=survey))

    (check,) = [check for check in found["checks"] if check["name"] == name]
    assert not check["ok"]
    assert "nstall" in check["remedy"]
    assert "mismatches" not in [check["name"] for check in found["checks"]]


def test_a_driver_that_is_too_old_is_found(checks):
    info = replace(fakes.Lookout().overview(None).entries[0].info, torch_cuda="13.0")
    found = checks(
        gpus=lambda: (fakes.GPU,),
        gpu_unavailable_reason=lambda: None,
        driver_version=lambda: "550.90",
        survey=lambda contenders, *_: tuple(fakes.available(one, info=info) for one in contenders),
    )

    assert "needs driver 580.65.06 or newer; this is 550.90" in found["driver for torch"]["finding"]


def test_an_assigned_interpreter_that_may_not_be_started_is_shown_with_the_remedy(checks, monkeypatch):
    refused = Obstacle("It was not allowed to be started yet.", "fwcompare interpreters allow /opt/x")
    monkeypatch.setattr(fakes.Lookout, "refusal", lambda *_: refused)
    settings = SimpleNamespace(interpreters={Framework.PYTORCH: "/opt/x"})

    found = checks(load_settings=lambda _: (settings, ()))["interpreter of pytorch"]

    assert (found["ok"], found["finding"], found["remedy"]) == (False, refused.reason, refused.remedy)


def test_people_get_a_line_for_each_check_and_a_remedy_below(call):
    _, out, err = call("doctor")

    lines = out.splitlines()
    assert err == ""
    place = lines.index("note  keras-torch:default: tensorflow is not installed.")
    assert lines[place + 1] == "      pip install tensorflow"
    assert all(line.startswith(("ok    ", "note  ", "      ")) for line in lines)


def test_what_runs_only_beside_does_not_run_in_fwcompare_itself(checks):
    named = [replace(one, interpreter="/new/bin/python", named="/new") for one in fakes.every()]

    def survey(contenders, *_):
        return tuple(fakes.available(one) if one.named else fakes.missing(one) for one in contenders)

    found = checks(all_contenders=lambda _: (*fakes.every(), *named), survey=survey)

    assert found["tensorflow:function@/new"]["ok"] is True
    assert found["interpreter of tensorflow"]["ok"] is False
    assert "can't run" in found["interpreter of tensorflow"]["finding"]

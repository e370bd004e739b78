"""Which frameworks `make run` gives GPU builds, with a simulated driver and a simulated pip."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.consent import is_allowed
from fwcompare.interpreters.settings import Settings, assign, load_settings, save_settings
from tests.execution.sources.simulated_nvml import SimulatedGpu, SimulatedNvml, error

NO_DRIVER = "not available: no NVIDIA driver was found"
PLENTY = 10**12


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("gpu_setup", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gpu(root: Path) -> ModuleType:
    return load(root / ".ci/gpu.py")


class Driver(SimulatedNvml):
    """One GPU and a driver of some version."""

    def __init__(self, version: Any) -> None:
        super().__init__(SimulatedGpu())
        self.version = version

    def nvmlSystemGetDriverVersion(self) -> str:  # noqa: N802
        return self._answer("nvmlSystemGetDriverVersion", self.version)


class Simulation:
    """A machine whose commands are written down, and whose venvs are folders with a file."""

    def __init__(self, gpu: ModuleType, folder: Path, root: Path) -> None:
        self.commands: list[list[str]] = []
        self.said: list[str] = []
        self.failing = ""
        (folder / "constraints.txt").write_bytes((root / "constraints.txt").read_bytes())
        self.machine = gpu.Machine(
            root=folder,
            wish="",
            settings_file=folder / "settings.json",
            nvml=lambda: Driver("580.65.06"),
            free_bytes=lambda _: PLENTY,
            run=self.run,
            say=self.said.append,
        )

    def run(self, command: list[str]) -> int:
        self.commands.append(command)
        if self.failing and self.failing in " ".join(command):
            return 1
        if "venv" in command:
            python = Path(command[-1], "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        return 0

    @property
    def interpreters(self) -> dict[Framework, str]:
        return dict(load_settings(self.machine.settings_file)[0].interpreters)

    def python(self, name: str) -> str:
        return str(self.machine.root / ".venvs" / name / "bin/python")


@pytest.fixture
def simulation(gpu: ModuleType, tmp_path: Path, root: Path) -> Simulation:
    return Simulation(gpu, tmp_path, root)


def requirements(command: list[str]) -> list[str]:
    return command[command.index("--constraint") + 2 :]


def test_with_a_driver_each_framework_gets_an_environment_and_keras_goes_with_both(gpu, simulation) -> None:
    assert gpu.main(simulation.machine) == 0

    assert simulation.interpreters == {
        Framework.PYTORCH: simulation.python("torch"),
        Framework.KERAS_TORCH: simulation.python("torch"),
        Framework.TENSORFLOW: simulation.python("tensorflow"),
        Framework.KERAS_TENSORFLOW: simulation.python("tensorflow"),
    }
    settings, _ = load_settings(simulation.machine.settings_file)
    assert all(is_allowed(settings, python, "") for python in simulation.interpreters.values())
    torch, tensorflow = (requirements(command) for command in simulation.commands if "pip" in command)
    assert torch[0].startswith("torch===")
    assert "+" not in torch[0]
    assert tensorflow[0].startswith("tensorflow[and-cuda]==")
    assert "keras" in torch
    assert "keras" in tensorflow


def test_a_second_call_changes_nothing_and_needs_no_network(gpu, simulation) -> None:
    gpu.main(simulation.machine)
    simulation.commands.clear()
    before = simulation.machine.settings_file.stat().st_mtime_ns

    gpu.main(replace(simulation.machine, free_bytes=lambda _: 0))

    assert simulation.commands == []
    assert simulation.machine.settings_file.stat().st_mtime_ns == before


def test_other_versions_are_installed_anew(gpu, simulation) -> None:
    gpu.main(simulation.machine)
    simulation.commands.clear()
    path = simulation.machine.root / "constraints.txt"
    path.write_text(path.read_text().replace("torch==2", "torch==3"))

    gpu.main(simulation.machine)

    assert requirements(simulation.commands[1])[0].startswith("torch===3")


def test_without_a_driver_nothing_is_done_or_said(gpu, simulation) -> None:
    assert gpu.main(replace(simulation.machine, nvml=lambda: NO_DRIVER)) == 0

    assert (simulation.commands, simulation.said) == ([], [])
    assert not simulation.machine.settings_file.exists()


def test_keras_on_jax_gets_the_environment_that_the_set_up_made_also_without_a_gpu(gpu, simulation) -> None:
    jax = Path(simulation.python("jax"))
    jax.parent.mkdir(parents=True)
    jax.touch()

    assert gpu.main(replace(simulation.machine, nvml=lambda: NO_DRIVER)) == 0

    assert simulation.interpreters == {Framework.KERAS_JAX: str(jax)}
    assert is_allowed(load_settings(simulation.machine.settings_file)[0], str(jax), "")


def test_gpu_no_takes_the_environments_away_from_the_frameworks_again(gpu, simulation) -> None:
    gpu.main(simulation.machine)
    simulation.commands.clear()

    gpu.main(replace(simulation.machine, wish="no"))

    assert simulation.commands == []
    assert simulation.interpreters == {}


@pytest.mark.parametrize(
    ("driver", "names", "sentences"),
    [
        (
            "470.82.01",
            set(),
            [
                "PyTorch stays with its CPU build: the NVIDIA driver 470.82.01 is too old: CUDA 13 needs 580.65.06 or newer.",
                "TensorFlow stays with its CPU build: the NVIDIA driver 470.82.01 is too old: CUDA 12 needs 525.60.13 or newer.",
            ],
        ),
        (
            "575.57.08",
            {"tensorflow"},
            [
                "PyTorch stays with its CPU build: the NVIDIA driver 575.57.08 is too old: CUDA 13 needs 580.65.06 or newer."
            ],
        ),
        ("580.65.05", {"tensorflow"}, None),
        ("580.65.06", {"torch", "tensorflow"}, []),
        ("1000.1", {"torch", "tensorflow"}, []),
        (error("UNKNOWN"), set(), None),
    ],
)
def test_a_driver_that_is_too_old_is_named_with_the_one_that_is_needed(
    gpu, simulation, driver, names, sentences
) -> None:
    gpu.main(replace(simulation.machine, nvml=lambda: Driver(driver)))

    assert {Path(path).parents[1].name for path in simulation.interpreters.values()} == names
    if sentences is not None:
        assert [said for said in simulation.said if "CPU build" in said] == sentences
    else:
        assert "580.65.06 or newer" in "".join(simulation.said)


@pytest.mark.parametrize("full", ["root", "temporary"])
def test_without_room_nothing_is_downloaded(gpu, simulation, full, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    small = tmp_path if full == "root" else tmp_path / "elsewhere"

    gpu.main(replace(simulation.machine, free_bytes=lambda path: 10**9 if path == small else PLENTY))

    assert simulation.commands == []
    assert simulation.interpreters == {}
    assert f"GB in {small}, where 1.0 GB are free." in simulation.said[0]


def test_what_cannot_be_installed_is_removed_and_tried_again(gpu, simulation) -> None:
    simulation.failing = "torch==="

    assert gpu.main(simulation.machine) == 0

    assert set(simulation.interpreters) == {Framework.TENSORFLOW, Framework.KERAS_TENSORFLOW}
    assert not (simulation.machine.root / ".venvs/torch").exists()
    assert "PyTorch stays with its CPU build: it could not be installed, see above." in simulation.said
    simulation.failing = ""
    gpu.main(simulation.machine)
    assert simulation.interpreters[Framework.PYTORCH] == simulation.python("torch")


def test_an_environment_that_was_made_anew_may_be_started_still(gpu, simulation) -> None:
    gpu.main(simulation.machine)
    python = simulation.python("torch")
    os.utime(python, ns=(1, 1))
    assert not is_allowed(load_settings(simulation.machine.settings_file)[0], python, "")

    gpu.main(simulation.machine)

    assert is_allowed(load_settings(simulation.machine.settings_file)[0], python, "")


def test_what_the_user_assigned_stays(gpu, simulation) -> None:
    mine = assign(Settings(document={"theme": "dark"}), Framework.PYTORCH, "/opt/torch/bin/python")
    save_settings(mine, simulation.machine.settings_file)

    gpu.main(simulation.machine)

    assert simulation.interpreters[Framework.PYTORCH] == "/opt/torch/bin/python"
    assert simulation.interpreters[Framework.KERAS_TORCH] == simulation.python("torch")
    assert "stays with the Python that you assigned to it: /opt/torch/bin/python" in "".join(simulation.said)
    assert json.loads(simulation.machine.settings_file.read_bytes())["theme"] == "dark"
    gpu.main(replace(simulation.machine, wish="no"))
    assert simulation.interpreters == {Framework.PYTORCH: "/opt/torch/bin/python"}


def test_the_script_runs_where_there_is_no_gpu(root: Path) -> None:
    """The real NVML and the real settings; the variable keeps a machine with a GPU from downloading."""
    environment = {**os.environ, "GPU": "no", "PYTHONPATH": str(root)}

    done = subprocess.run(
        [sys.executable, root / ".ci/gpu.py"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

"""The child process that exports a model: what it leaves, and what is said where it fails."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import prepare_inputs
from fwcompare.worker import exporting
from fwcompare.worker.adapters import IncompatibleError
from fwcompare.worker.wire import BlockRequest

NEEDS = {name: [module for module, _ in one.needs] for name, one in exporting.EXPORTERS.items()}


def request(inputs: Path, framework: str = "onnxruntime", task: str = "inference") -> BlockRequest:
    return BlockRequest(
        framework=framework,
        mode="default",
        architecture="mlp",
        task=task,
        size="tiny",
        batch=8,
        precision="float32",
        device="cpu",
        threads=1,
        inputs=str(inputs),
        min_measure_s=0.1,
        min_iterations=1,
        min_warm_up_s=0.1,
        max_warm_up_s=1.0,
    )


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a worker is started in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("framework", exporting.EXPORTERS)
def test_the_model_and_its_input_lie_in_the_worker_s_folder_until_they_are_let_go(
    framework: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if not all(map(find_spec, NEEDS[framework])):
        pytest.skip(f"what exports for {framework} is not installed")
    workload = Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu")
    inputs = prepare_inputs(workload, 5, tmp_path_factory.mktemp("cache"))

    exported = exporting.export(request(inputs, framework))

    assert Path(exported.model).stat().st_size > 4 * 2_410, "the file holds the weights"
    assert Path(exported.model).is_relative_to(folder)
    assert exported.input().shape == (8, 64)
    assert exported.input().dtype == np.float32
    exported.close()
    assert list(folder.iterdir()) == []


def test_a_failure_is_told_by_its_last_line_and_the_log_has_the_rest(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(
        IncompatibleError, match=r"^PyTorch's export to ONNX failed: .*InputsError: .* leave "
    ) as told:
        exporting.export(request(folder / "nowhere"))

    assert "Traceback" not in str(told.value)
    assert "Traceback" in capfd.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")
def test_a_child_that_is_killed_is_told_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = folder / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(killed))

    with pytest.raises(ChildProcessError, match="ended by signal 9"):
        exporting.export(request(folder))


def test_training_is_refused_before_anything_is_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(folder / "no-python"))

    with pytest.raises(IncompatibleError, match="Choose the task inference"):
        exporting.export(request(folder, task="training"))


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        exporting, "find_spec", lambda name: None if name.startswith("onnx") else find_spec("json")
    )

    with pytest.raises(
        IncompatibleError, match=r"needs onnx and onnxscript, .* -m pip install onnx onnxscript$"
    ):
        exporting.require_exporter("onnxruntime")
    exporting.require_exporter("litert")

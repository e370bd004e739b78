"""The worker as a guest: what it sees of us, and what of the folder that fwcompare was started in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord
from fwcompare.execution.engine import Engine
from tests.integration.plans import finish, plan_of

Child = Callable[[str], str]

FOREIGN = ("statistics", "json", "numpy", "torch", "wire", "runner", "ui", "resources", "fwcompare")


@pytest.fixture
def guest(engine: Engine, child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlockRecord:
    """A block of a worker whose application was started among foreign files, with poisoned variables."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    for name in FOREIGN:
        (folder / f"{name}.py").write_text("raise RuntimeError('a foreign file was loaded')")
    monkeypatch.chdir(folder)
    for variable in ("PYTHONPATH", "PYTHONSTARTUP", "QT_PLUGIN_PATH", "TF_XLA_FLAGS", "SECRET_TOKEN"):
        monkeypatch.setenv(variable, str(folder))
    (block,) = finish(engine, plan_of(child("reports_guest"))).record.blocks
    assert block.outcome is Outcome.OK, block.log + block.traceback
    return block


def test_the_workers_path_is_that_of_its_interpreter(guest: BlockRecord) -> None:
    """Nothing of ours and nothing of the user's folder is added to what the interpreter has by itself."""
    command = [sys.executable, "-c", "import os, sys; print(os.pathsep.join(sys.path[1:]))"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    plain = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert guest.settings["path"] == plain.strip()


def test_the_worker_knows_itself_by_its_alias_alone(guest: BlockRecord) -> None:
    modules = str(guest.settings["modules"]).split()
    assert "_fwcompare_worker.runner" in modules
    assert not {"fwcompare", "wire", "runner", "msgspec", "psutil", "torch", "tensorflow"} & set(modules)


def test_the_worker_gets_no_variable_that_is_not_meant_for_it(guest: BlockRecord) -> None:
    variables = set(str(guest.settings["variables"]).split())
    assert {"OMP_NUM_THREADS", "TORCHINDUCTOR_CACHE_DIR", "FWCOMPARE_RUN"} <= variables
    assert not {"PYTHONPATH", "PYTHONSTARTUP", "QT_PLUGIN_PATH", "TF_XLA_FLAGS", "SECRET_TOKEN"} & variables


def test_the_worker_stands_in_the_folder_of_its_run(guest: BlockRecord, tmp_path: Path) -> None:
    assert Path(str(guest.settings["folder"])).is_relative_to(tmp_path / "data" / "runs")


def test_what_the_worker_leaves_behind_goes_with_its_run(guest: BlockRecord, tmp_path: Path) -> None:
    temporary = Path(str(guest.settings["temporary"]))
    assert temporary.is_relative_to(tmp_path / "data" / "runs")
    assert not temporary.exists()


def test_the_worker_is_the_first_to_go_when_memory_runs_out(guest: BlockRecord) -> None:
    assert guest.settings["oom_score_adj"] == 800

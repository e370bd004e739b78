"""`.ci/setup` with a simulated pip: what it installs, and that a second call needs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDED = (".ci/setup", ".ci/common", "constraints.txt", "pyproject.toml")

SIMULATION = """#!/bin/sh
echo "$*" >>"{log}"
case "$*" in
*"-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
*"-m pip"*) exit {status} ;;
*) exec "{python}" "$@" ;;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")


class Project:
    """A copy of what the set-up reads, a Python that only writes down what it was asked, no apt-get."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder / "project"
        self.log = folder / "log"
        self.python = folder / "python"
        for name in NEEDED:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, self.folder / name)
        apt = folder / "bin/apt-get"
        apt.parent.mkdir()
        apt.write_text("#!/bin/sh\n")
        apt.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{apt.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHON": str(self.python),
        }

    def set_up(self, *, pip_status: int = 0) -> tuple[int, list[str]]:
        """Exit code, and what Python was asked to make or install."""
        self.python.write_text(SIMULATION.format(log=self.log, status=pip_status, python=sys.executable))
        self.python.chmod(0o755)
        self.log.write_text("")
        done = subprocess.run(
            ["sh", self.folder / ".ci/setup"], env=self.environment, stderr=subprocess.DEVNULL, check=False
        )
        asked = self.log.read_text().splitlines()
        return done.returncode, [line for line in asked if "-m venv" in line or "-m pip" in line]


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    return Project(tmp_path, root)


def test_torch_comes_first_and_by_its_version(project: Project) -> None:
    code, (venv, torch, rest, *_) = project.set_up()

    assert code == 0
    assert venv.endswith("-m venv --clear .venv")
    assert " torch==" in torch
    assert rest.endswith("--editable .[ui,test,bench] tensorflow-cpu keras onnxruntime onnx onnxscript")


def test_litert_comes_without_what_would_change_what_torch_imports(project: Project) -> None:
    _, (*_, litert, _jax_venv, _jax) = project.set_up()

    assert litert.endswith("--no-deps ai-edge-litert")


def test_jax_gets_an_environment_of_its_own(project: Project) -> None:
    _, (*_, venv, jax) = project.set_up()

    assert venv.endswith("-m venv --clear .venvs/jax")
    assert jax.endswith("constraints.txt keras jax numpy")
    assert (project.folder / ".venvs/jax/.setup").is_file()


def test_a_second_call_installs_nothing(project: Project) -> None:
    project.set_up()

    assert project.set_up(pip_status=1) == (0, [])


@pytest.mark.parametrize("name", NEEDED)
def test_a_change_in_what_it_depends_on_installs_anew(project: Project, name: str) -> None:
    project.set_up()
    with (project.folder / name).open("a") as stream:
        stream.write("\n# changed\n")

    assert len(project.set_up()[1]) == 6


def test_what_failed_is_tried_again(project: Project) -> None:
    code, _ = project.set_up(pip_status=1)

    assert code != 0
    assert len(project.set_up()[1]) == 6

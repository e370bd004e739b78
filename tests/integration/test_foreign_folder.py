"""Started from a folder with files that bear our names, fwcompare loads none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.windows import end

FOREIGN_MODULES = ("statistics", "torch", "tensorflow", "keras", "json", "numpy", "typer")
FOREIGN_PACKAGES = ("ui", "resources")
TRAP = """
import pathlib
pathlib.Path({marker!r}).open("a").write(__name__ + "\\n")
raise RuntimeError("a foreign file was loaded")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose Python files leave a mark when they are loaded, and then raise."""
    folder = tmp_path / "foreign"
    for package in FOREIGN_PACKAGES:
        (folder / package).mkdir(parents=True)
        for name in ("__init__", "__main__", "app"):
            (folder / package / f"{name}.py").write_text(TRAP.format(marker=str(tmp_path / "loaded")))
    for module in FOREIGN_MODULES:
        (folder / f"{module}.py").write_text(TRAP.format(marker=str(tmp_path / "loaded")))
    return folder


def installed_command() -> list[str]:
    """The command `fwcompare` of this environment."""
    command = Path(sys.executable).with_name("fwcompare")
    if not command.exists():
        pytest.skip("fwcompare is not installed in this environment; `make test` installs it")
    return [str(command)]


def start(command: list[str], folder: Path, python_path: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder, with this PYTHONPATH or none."""
    hidden = ("PYTHONPATH", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    if python_path is not None:
        environment["PYTHONPATH"] = python_path
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("python_path", [None, "", ".", os.pathsep + "/nowhere"])
def test_the_command_loads_nothing_foreign(folder: Path, python_path: str | None) -> None:
    result = start([*installed_command(), "--help"], folder, python_path)

    assert result.returncode == 0, result.stderr
    assert not (folder.parent / "loaded").exists()


@pytest.mark.parametrize("subcommand", ["contenders", "doctor"])
def test_a_subcommand_and_the_interpreters_it_asks_load_nothing_foreign(
    folder: Path, subcommand: str
) -> None:
    result = start([*installed_command(), subcommand, "--json"], folder, ".")

    assert result.returncode == 0, result.stderr
    assert not (folder.parent / "loaded").exists()


@pytest.mark.parametrize("options", [["-m"], ["-P", "-m"]], ids=" ".join)
def test_the_module_loads_nothing_foreign(folder: Path, root: Path, options: list[str]) -> None:
    result = start([sys.executable, *options, "fwcompare", "doctor", "--json"], folder, str(root))

    assert result.returncode == 0, result.stderr
    assert not (folder.parent / "loaded").exists()


def test_the_command_without_subcommand_loads_nothing_foreign(folder: Path) -> None:
    result = start(installed_command(), folder, ".")

    assert result.returncode == 2
    assert "needs a display" in result.stderr
    assert not (folder.parent / "loaded").exists()


def test_the_window_loads_nothing_foreign(folder: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "."}
    with subprocess.Popen(installed_command(), cwd=folder, env=environment) as window:
        assert end(window) == 0
    assert not (folder.parent / "loaded").exists()


@pytest.mark.parametrize("module", [*FOREIGN_MODULES, *FOREIGN_PACKAGES])
def test_the_trap_works(folder: Path, module: str) -> None:
    result = start([sys.executable, "-c", f"import {module}"], folder, None)

    assert "a foreign file was loaded" in result.stderr
    assert (folder.parent / "loaded").read_text() == f"{module}\n"

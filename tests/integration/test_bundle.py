"""The frozen application, really frozen and really driven: its window, its command line, its entry in the menu."""

from __future__ import annotations

import configparser
import importlib.util
import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.integration.windows import end

BUILD_TIMEOUT_S = 1500
BUSY = "is measuring on this machine"
"""The frozen application takes the machine's own lock, so it waits for whoever else measures."""

POISON = {
    "LD_LIBRARY_PATH": "/of/the/user",
    "PYTHONPATH": "/not/for/a/worker",
    "QT_PLUGIN_PATH": "/not/for/a/worker",
}

pytestmark = [
    pytest.mark.timeout(2 * BUILD_TIMEOUT_S),
    pytest.mark.skipif(sys.platform != "linux", reason="the recipe is for Linux"),
]


@pytest.fixture(scope="module")
def application(root: Path) -> Path:
    """The frozen program, made anew; its environment is kept from the last time."""
    done = subprocess.run(
        ["sh", root / ".ci/bundle"], capture_output=True, text=True, check=False, timeout=BUILD_TIMEOUT_S
    )
    assert done.returncode == 0, done.stderr
    version, size = done.stdout.splitlines()[-2:]
    assert version.startswith("fwcompare "), done.stdout
    assert size.endswith("dist/fwcompare"), done.stdout
    return root / "dist/fwcompare/fwcompare"


def call(command: list[str | Path], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=900)


def test_it_holds_the_worker_as_source_and_no_framework(application: Path, root: Path) -> None:
    inside = application.parent / "_internal"

    shipped = {path.relative_to(inside) for path in (inside / "fwcompare/worker").rglob("*.py")}

    assert shipped == {path.relative_to(root) for path in (root / "fwcompare/worker").rglob("*.py")}
    names = {path.name.split("-")[0].lower() for path in inside.iterdir()}
    assert not names & {"torch", "tensorflow", "keras", "jax", "pip", "tkinter"}
    libraries = {path.name for path in inside.rglob("libQt6*.so*")}
    assert not [name for name in libraries if "Qml" in name or "Quick" in name]


def test_its_window_opens_and_ends_with_0(application: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = {**os.environ, **POISON, "QT_QPA_PLATFORM": "offscreen"}
    with log.open("w") as stream, subprocess.Popen([application], env=environment, stderr=stream) as window:
        assert end(window) == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    settings = Path(os.environ["XDG_CONFIG_HOME"], "fwcompare")
    assert list(settings.iterdir()), "the window keeps its layout when it is closed"


def test_it_shows_a_sample_though_it_holds_no_framework(application: Path) -> None:
    done = call([application, "show", "sample"], {**os.environ, **POISON})

    assert done.returncode == 0, done.stderr
    assert "pytorch:eager" in done.stdout


@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "tensorflow")),
    reason="needs PyTorch and TensorFlow; `make test` installs them",
)
def test_its_command_line_measures_in_other_pythons(application: Path, tmp_path: Path) -> None:
    pythons = {name: spying_python(tmp_path, name) for name in ("pytorch", "tensorflow")}
    named = [word for name, path in pythons.items() for word in ("--contender", f"{name}:eager@{path}")]
    short = ["--size", "tiny", "--rounds", "1", "--seconds-per-block", "0.1", "--threads", "1"]

    run = measure(
        [
            application,
            "run",
            *short,
            *named,
            "--data-dir",
            tmp_path / "data",
            "--json",
            "--allow-interpreters",
        ]
    )

    assert run["error"] is None
    outcomes = [block["outcome"] for block in run["blocks"] if not block["repeated"]]
    assert outcomes == ["ok", "ok"]
    assert Path(run["snapshot"].replace("~", str(Path.home()), 1)).exists()
    for path in pythons.values():
        seen = dict(line.partition("=")[::2] for line in path.with_suffix(".env").read_text().splitlines())
        assert seen["LD_LIBRARY_PATH"] == "/of/the/user"
        assert "OMP_NUM_THREADS" in seen
        assert not {"PYTHONPATH", "PYTHONHOME", "QT_PLUGIN_PATH", "LD_LIBRARY_PATH_ORIG"} & set(seen)
        assert not [name for name in seen if name.startswith("_PYI_")]


def test_its_entry_in_the_menu_comes_and_goes(application: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    installer = application.with_name("install.sh")

    done = call(["sh", installer], environment)

    assert done.returncode == 0, done.stderr
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(tmp_path / "share/applications/fwcompare.desktop")
    assert Path(*shlex.split(entry["Desktop Entry"]["Exec"])).samefile(application)
    icons = {path.name for path in (tmp_path / "share/icons").rglob("*.*")}
    assert icons == {"fwcompare.svg", "fwcompare.png"}
    assert call([tmp_path / ".local/bin/fwcompare", "--version"], environment).stdout.startswith("fwcompare ")

    assert call(["sh", installer, "--remove"], environment).returncode == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()]


def spying_python(folder: Path, name: str) -> Path:
    """This Python behind a script that writes down the environment it was started with."""
    path = folder / f"python-{name}"
    path.write_text(f'#!/bin/sh\nenv >"{path.with_suffix(".env")}"\nexec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


def measure(command: list[str | Path]) -> dict[str, Any]:
    """Run the comparison as soon as nobody else measures, and return its report."""
    pause = threading.Event()
    for _ in range(300):
        done = call(command, {**os.environ, **POISON})
        report: dict[str, Any] = json.loads(done.stdout)
        if BUSY not in str(report["error"]):
            assert done.returncode == 0, done.stderr
            return report
        pause.wait(2)
    raise AssertionError("another process measures all the time")

"""The application as it is installed: opened, closed and ended by a signal, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.settings import Settings, assign, save_settings
from fwcompare.paths import user_paths
from ui.settings import load_window_settings, window_settings_file
from ui.theme import Scheme

ROOT = Path(__file__).resolve().parents[2]

DRIVER = """
import sys
import ui.app

real = ui.app.assemble

def assemble(*arguments):
    assembly = real(*arguments)
    assembly.starting.connect(lambda: print("open", flush=True))
    if "close" in sys.argv:
        assembly.starting.connect(assembly.window.actions_table["dark"].trigger)
        assembly.library.rowsInserted.connect(assembly.window.close)
    return assembly

ui.app.assemble = assemble
code = ui.app.main([])
frameworks = [name for name in ("torch", "tensorflow", "keras", "jax") if name in sys.modules]
print("loaded", frameworks, flush=True)
sys.exit(code)
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "open\n", started.stderr.read()
    return started


def end_of(process) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_sigterm_ends_it_with_0_and_no_framework_was_loaded():
    with start() as process:
        process.send_signal(signal.SIGTERM)

        assert end_of(process) == "loaded []\n"


def test_closing_ends_it_with_0_and_keeps_what_the_window_remembers():
    # GIVEN a library with one file, whose arrival closes the window
    paths = user_paths()
    paths.snapshots.mkdir(parents=True)
    (paths.snapshots / "run.fwsnap").write_bytes((ROOT / "tests/recordings/mlp-tiny.fwsnap").read_bytes())

    with start("close") as process:
        assert end_of(process) == "loaded []\n"

    settings = load_window_settings(window_settings_file(paths))
    assert settings.scheme is Scheme.DARK
    assert settings.geometry
    assert settings.layout


def test_settings_that_cannot_be_saved_are_no_reason_to_fail():
    paths = user_paths()
    paths.config.parent.mkdir(parents=True)
    paths.config.write_text(json.dumps("a file where a folder should be"))

    with start() as process:
        process.terminate()
        _, err = process.communicate(timeout=120)

    assert process.returncode == 0
    assert "could not be saved" in err


HANGING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from fwcompare.interpreters import overview
from fwcompare.interpreters.discovery import real_surroundings
from fwcompare.interpreters.probe import Prober

overview.real_interpreters = lambda: overview.Interpreters(
    real_surroundings(), Prober(os.environ, timeout_s=3600), sys.executable
)
import ui.app

real = ui.app.assemble

def assemble(*arguments):
    assembly = real(*arguments)
    timer = QTimer(assembly)
    timer.timeout.connect(lambda: Path(sys.argv[1]).exists() and assembly.window.close())
    timer.start(50)
    return assembly

ui.app.assemble = assemble
sys.exit(ui.app.main([]))
"""


@pytest.mark.skipif(os.name == "nt", reason="the Python that hangs is a shell script")
def test_a_python_that_hangs_does_not_hold_up_the_end(tmp_path):
    """GIVEN an assigned Python that would be waited for an hour WHEN the window closes THEN both end."""
    begun, slow = tmp_path / "begun", tmp_path / "python"
    slow.write_text(f"#!/bin/sh\necho $$ > {begun}.new && mv {begun}.new {begun}\nexec sleep 3600\n")
    slow.chmod(0o755)
    save_settings(assign(Settings(), Framework.TENSORFLOW, str(slow)), user_paths().settings_file)

    ended = subprocess.run(
        [sys.executable, "-c", HANGING, str(begun)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )

    assert ended.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)

"""The application as it is installed: opened, closed and ended by a signal, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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

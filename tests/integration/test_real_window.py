"""The real window on a real (virtual) display with the real frameworks, used by mouse and keyboard."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("drive_window.py")
TIMEOUT_S = 900

pytestmark = [
    pytest.mark.timeout(2 * TIMEOUT_S),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb; `make test` installs it for root"),
    pytest.mark.skipif(
        not all(importlib.util.find_spec(name) for name in ("torch", "tensorflow", "keras")),
        reason="needs PyTorch, TensorFlow and Keras; `make test` installs them",
    ),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A virtual display whose number is free."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24"]
    with subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL) as server:
        os.close(write_end)
        with os.fdopen(read_end) as stream:
            number = stream.readline().strip()
        yield f":{number}"
        server.terminate()


def drive(steps: str, folder: Path, display: str, root: Path) -> dict[str, Any]:
    """What the user saw."""
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(
        [sys.executable, str(DRIVER), steps, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


def test_run_sort_filter_save_close_and_reopen(tmp_path: Path, display: str, root: Path) -> None:
    seen = drive("measure", tmp_path, display, root)
    assert seen["outcomes"] == ["ok"] * 18, seen["failed"]
    assert len(seen["points"]) >= 6
    assert seen["points"] == sorted(set(seen["points"])), "the plots' data only grows"
    assert len(seen["verdicts"]) == 6
    assert all(seen["verdicts"])
    medians = [float(row["Median (ms)"]) for row in csv.DictReader(io.StringIO(seen["csv"]))]
    assert len(medians) == len(seen["sorted"]) == 6
    assert medians == sorted(medians), "by the values, whatever digits are shown"
    assert all(name.startswith("tensorflow") or "tensorflow:" in name for name in seen["filtered"])
    assert len(seen["filtered"]) == 5
    assert seen["loaded"] == []
    assert seen["exit_code"] == 0

    again = drive("reopen", tmp_path, display, root)
    assert sorted(again["csv"].splitlines()) == sorted(seen["csv"].splitlines())
    assert again["loaded"] == []
    assert {path.name for path in tmp_path.glob("*.png")} >= {"start.png", "running.png", "reopened-dark.png"}

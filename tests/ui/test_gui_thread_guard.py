"""The guard sees what it is there for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from fwcompare.stats.blocks import block_figures
from fwcompare.stats.summary import summarise
from tests.runs import BASELINE, block, record
from tests.ui.gui_thread_guard import GuiThreadGuard


@pytest.fixture
def guard(monkeypatch):
    return GuiThreadGuard(monkeypatch)


@pytest.mark.parametrize(
    "offence",
    [
        lambda path: path.read_text(),
        lambda path: os.close(os.open(path, os.O_RDONLY)),
        lambda path: list(path.parent.iterdir()),
        lambda _: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda _: time.sleep(0.001),
        lambda _: threading.Event().wait(0.001),
        lambda _: block_figures(block(BASELINE, 0, 1000)),
        lambda _: summarise(record(block(BASELINE, 0, 1000))),
    ],
)
def test_an_offence_is_noted(guard, tmp_path, offence):
    path = tmp_path / "file.txt"
    path.write_text("")

    with guard:
        offence(path)

    assert guard.found


def test_what_others_do_and_what_does_not_block_is_left_alone(guard, tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("")
    event = threading.Event()

    def elsewhere() -> None:
        Path(path).read_text()
        event.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with guard:
        while not event.is_set():
            threading.Event().wait(0)
    thread.join()
    path.read_text()

    assert guard.found == []

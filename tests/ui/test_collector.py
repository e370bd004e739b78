"""Garbage is collected on the thread of the window alone, whichever thread makes it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject

from ui.bridge import Background
from ui.collector import Collector

ROOT = Path(__file__).resolve().parents[2]

DRIVER = """
import gc
import threading
import ui.app
from ui.profiler.later import LaterProfiler

real, collecting = ui.app.assemble, set()

def note(*_):
    collecting.add(threading.current_thread().name)

def assemble(*arguments):
    assembly = real(*arguments)
    assembly.starting.connect(lambda: gc.callbacks.append(note))
    assembly.window.findChild(LaterProfiler).filled.connect(assembly.window.close)
    return assembly

ui.app.assemble = assemble
code = ui.app.main([])
print(code, collecting)
"""


@pytest.fixture
def background(qapp: QCoreApplication) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def test_what_other_threads_allocate_has_qt_objects_deleted_on_this_one(
    background: Background, qtbot
) -> None:
    """GIVEN Qt's objects in a cycle WHEN another thread allocates much THEN they die on the thread of the window."""
    gc.collect()
    gc.enable()  # as in the application before it starts
    deleted_on: list[threading.Thread] = []
    kept: list[list[list[int]]] = []
    collector = Collector()
    collector.start()
    knot = QObject()
    knot.itself = knot
    weakref.finalize(knot, lambda: deleted_on.append(threading.current_thread()))
    del knot
    background.submit(lambda: [[] for _ in range(100_000)], kept.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(kept and deleted_on), timeout=60_000)
    collector.stop()

    assert deleted_on == [threading.main_thread()]
    assert gc.isenabled()


def test_the_application_collects_nowhere_else() -> None:
    """GIVEN a start, at which another thread imports what measures and draws THEN that thread collects nothing."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "0 {'MainThread'}\n"

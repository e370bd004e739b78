"""Worst gap of the window's event loop while a worker hangs, crashes, floods samples or writes 100 MB of log.

At the end a comparison with millions of samples is opened.

A 5 ms timer notes when it is served; the gap is the longest time that it was not. The reference is the same
window with nothing running. The aim is below 100 ms.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fwcompare.execution.view import RunView
from fwcompare.paths import paths_in
from fwcompare.storage.snapshot import write_snapshot
from tests.integration.plans import CHILDREN, plan_of
from tests.ui.profiler.replays import long_run
from ui.app import assemble
from ui.profiler.panel import ProfilerPanel
from ui.settings import WindowSettings
from ui.theme import Theme

CASES = ("hangs", "segfaults", "floods_samples", "floods_log", "numpy_worker")
TICK_MS = 5
IDLE_MS = 5_000
SAMPLES = (300_000,) * 16


class Gaps:
    """The longest time between two ticks."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.worst_ms = 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst_ms = max(self.worst_ms, 1e3 * (now - self._last))
        self._last = now

    def reset(self) -> None:
        """Begin anew."""
        self._last, self.worst_ms = time.perf_counter(), 0.0


def interpreter(folder: Path, name: str) -> str:
    """A script that runs a child of the tests instead of the worker."""
    path = folder / f"python-{name}"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{CHILDREN / name}.py" "$@"\n')
    path.chmod(0o755)
    return str(path)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        application = QApplication([])
        application.setStyle("Fusion")
        theme = Theme()
        theme.apply()
        paths = replace(paths_in(folder / "data"), lock_file=folder / "lock")
        assembly = assemble(paths, theme, WindowSettings())
        assembly.window.resize(1440, 900)
        assembly.window.show()
        assembly.start()
        while (profiler := assembly.window.findChild(ProfilerPanel)) is None:
            wait(application, 50)
        wait(application, IDLE_MS)
        gaps = Gaps()
        wait(application, IDLE_MS)
        print(f"{'nothing runs':>16}: worst gap {gaps.worst_ms:6.0f} ms")
        for case in CASES:
            gaps.reset()
            profiler.run_requested.emit(
                plan_of(interpreter(folder, "numpy_worker"), interpreter(folder, case))
            )
            views: list[RunView] = []
            assembly.live.view_changed.connect(views.append)
            while not (views and views[-1].finished):
                wait(application, 50)
            assembly.live.view_changed.disconnect(views.append)
            wait(application, 500)
            print(f"{case:>16}: worst gap {gaps.worst_ms:6.0f} ms (aim 100)")
        large = folder / "large.fwsnap"
        write_snapshot(long_run(*SAMPLES), large)
        gaps.reset()
        assembly.snapshots.open(large)
        wait(application, 2 * IDLE_MS)
        print(f"{'is opened':>16}: worst gap {gaps.worst_ms:6.0f} ms (aim 100)")
        assembly.window.close()
        assembly.end()


def wait(application: QApplication, milliseconds: int) -> None:
    """Let the event loop run for a while, as `exec` does."""
    QTimer.singleShot(milliseconds, application.exit)  # quit would close the window
    application.exec()


if __name__ == "__main__":
    main()

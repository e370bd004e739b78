"""Cyclic garbage is collected by the GUI thread alone, as Qt's objects die where they are collected.

Python collects in whichever thread happens to allocate. A `QObject` that another thread deletes while its own
delivers a timer or a queued call to it ends the process.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QTimer

COLLECT_MS: Final = 100


class Collector:
    """Once started, a timer of this thread collects what Python would have by itself, ten times a second at most."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(COLLECT_MS)
        self._timer.timeout.connect(_collect)

    def start(self) -> None:
        """From now on no other thread collects."""
        gc.disable()
        self._timer.start()

    def settle(self) -> None:
        """What there is now stays: to walk over all that the window is made of takes 50 ms each time."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Leave it to Python again; called when the other threads have ended."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()


def _collect() -> None:
    """Collect the oldest generation that is due."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
    if due:
        gc.collect(due[-1])

"""Cyclic garbage is collected by the GUI thread alone, as Qt's objects die where they are collected.

Python collects in whichever thread happens to allocate. A `QObject` that another thread deletes while its own
delivers a timer or a queued call to it ends the process.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

COLLECT_MS: Final = 100

_OLDEST: Final = 2


class Collector(QObject):
    """Once started, a timer of this thread collects what Python would have by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(COLLECT_MS)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        """From now on no other thread collects."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again; called when the other threads have ended."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        """Collect the oldest generation that is due."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
        if due:
            gc.collect(due[-1])
        if _OLDEST in due and not gc.get_freeze_count():
            gc.freeze()  # what the window is made of stays: walking over it takes 50 ms each time

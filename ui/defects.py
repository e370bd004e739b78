"""Defects: what nobody expected to be raised reaches the terminal with its traceback, and the user in words."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Signal


class Defects(QObject):
    """While entered, takes exceptions that nobody caught, of slots and of threads; the window stays.

    Signals:
        happened: A sentence for the user.
        thread_died: Name of the thread that was ended by one.
    """

    happened = Signal(str)
    thread_died = Signal(str)

    def __enter__(self) -> Self:
        self._former = sys.excepthook, threading.excepthook
        sys.excepthook = self._of_main
        threading.excepthook = self._of_thread
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.excepthook, threading.excepthook = self._former

    def _of_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        self._tell(error)

    def _of_thread(self, happened: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(happened)
        self._tell(happened.exc_value)
        if happened.thread is not None:
            self.thread_died.emit(happened.thread.name)

    def _tell(self, error: BaseException | None) -> None:
        """Signals cross threads, so this may be called in any of them."""
        self.happened.emit(
            f"fwcompare has a defect: {error!r}. Please report it with the traceback in the terminal."
        )

"""The end of the window: a running comparison is cancelled and saved first, and nothing blocks meanwhile."""

from __future__ import annotations

import signal
import socket
from types import FrameType, TracebackType
from typing import Final, Protocol, Self

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

WAITING: Final = "The comparison is being stopped; the window closes when what was measured is saved."

_LOOK_MS: Final = 100
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stoppable(Protocol):
    """What the window waits for: the engine."""

    def cancel(self) -> None:
        """Begin to stop; returns at once."""

    def wait(self, timeout_s: float) -> bool:
        """True if nothing runs; with 0 it does not wait."""
        ...


class Closing(QObject):
    """Decides whether the window may close now, and says so when it may later.

    Signals:
        waiting: A sentence that says what the window waits for.
        ready: Nothing runs any more; close it.
    """

    waiting = Signal(str)
    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._engine: Stoppable | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def watch(self, engine: Stoppable | None) -> None:
        """Wait for this engine from now on; None: there is nothing to wait for."""
        self._engine = engine

    def may_close(self) -> bool:
        """True if nothing runs; otherwise what runs is stopped, and `ready` comes when it has ended."""
        if self._engine is None or self._engine.wait(0):
            return True
        if not self._timer.isActive():
            self._engine.cancel()
            self._timer.start()
            self.waiting.emit(WAITING)
        return False

    def _look(self) -> None:
        if self._engine is None or self._engine.wait(0):
            self._timer.stop()
            self.ready.emit()


class StopSignals(QObject):
    """While entered, Ctrl-C and SIGTERM are a wish to close the window.

    Python runs its handlers only when Qt gives it the processor, so the interpreter writes to a socket
    that Qt watches (`signal.set_wakeup_fd`).

    Signals:
        requested: A signal has come.
    """

    requested = Signal()

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_written)
        self._former = [(number, signal.signal(number, _take_note)) for number in _SIGNALS]
        self._former_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._former_fd)
        for number, handler in self._former:
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_written(self) -> None:
        numbers = self._reader.recv(64)
        if any(number in numbers for number in _SIGNALS):
            self.requested.emit()


def _take_note(_number: int, _frame: FrameType | None) -> None:
    """Keep Python from ending the process; the socket does the rest."""

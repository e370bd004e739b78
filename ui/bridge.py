"""The two ways between the window and the rest: one timer that pulls, and work that is done elsewhere.

Nothing here or behind it may block the GUI thread: no disk, no process, no NVML (`docs/decisions.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fwcompare.errors import FwcompareError
from fwcompare.execution.view import RunView

TICK_MS: Final = 100
"""Drawing at most ten times a second: more would disturb what is being measured."""

_Result = TypeVar("_Result")


class ViewSource(Protocol):
    """Where the newest view of a run comes from: the engine, or a replay."""

    def view(self) -> RunView | None:
        """The newest view, None before the run began."""


class LiveView(QObject):
    """The window's one timer.

    Signals:
        view_changed: The newest `RunView`; never the same object twice in a row.
    """

    view_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: ViewSource | None = None
        self._last: RunView | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.pull)

    def start(self, source: ViewSource) -> None:
        """Begin to pull from here."""
        self._source = source
        self._timer.start()

    def stop(self) -> None:
        """Pull no more."""
        self._timer.stop()

    def pull(self) -> None:
        """Hand on the newest view if there is a new one."""
        view = None if self._source is None else self._source.view()
        if view is not None and view is not self._last:
            self._last = view
            self.view_changed.emit(view)


class Background(QObject):
    """One thread for what reads, writes or starts something, so that it keeps its order.

    What can't wait for the rest has one of its own.
    """

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._is_closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Callable[[], _Result],
        on_done: Callable[[_Result], None],
        on_error: Callable[[FwcompareError], None],
    ) -> None:
        """Do some work elsewhere; its result or its error comes back on the GUI thread."""

        def deliver(future: Future[_Result]) -> None:
            self._finished.emit(future, (on_done, on_error))

        self._pool.submit(work).add_done_callback(deliver)

    def close(self) -> None:
        """Wait for what is being done, forget what was not begun; who wanted it may be gone and hears nothing."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _deliver(
        self,
        future: Future[_Result],
        receivers: tuple[Callable[[_Result], None], Callable[[FwcompareError], None]],
    ) -> None:
        on_done, on_error = receivers
        if self._is_closed or future.cancelled():
            return
        error = future.exception()
        if isinstance(error, FwcompareError):
            on_error(error)
        elif isinstance(error, OSError):
            on_error(FwcompareError(f"The system refused: {error}.", "Check the file and its folder."))
        elif error is not None:
            raise error  # a defect: the application's excepthook shows it
        else:
            on_done(future.result())

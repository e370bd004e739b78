"""The one thread that owns a run: launch, supervision, schedule, journal, session.

It lives as long as the application, because a worker dies with the thread that started it. Callers
post requests and read the newest frozen view; neither ever waits for the other.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from fwcompare.domain.events import ResourceEvent
from fwcompare.domain.plan import Plan
from fwcompare.errors import FwcompareError
from fwcompare.execution.block import Watcher
from fwcompare.execution.comparison import Comparison, Conditions, RunView
from fwcompare.execution.leftovers import sweep
from fwcompare.execution.lock import MeasuringLock
from fwcompare.execution.sampler import Sampler
from fwcompare.execution.sources.memory import memory_floor_bytes
from fwcompare.execution.supervision import Deadlines
from fwcompare.paths import DataPaths


@dataclass(frozen=True, slots=True)
class _RunRequest:
    plan: Plan
    out: Path | None


class Engine:
    """Runs comparisons, one at a time.

    Args:
        paths: The user's folders.
        make_watcher: Makes the sampler of one block from what takes its events.
        deadlines: When a worker counts as hung, and how long each rung of stopping waits.
        floor_bytes: Workers are ended when less memory than this is available.
    """

    def __init__(
        self,
        paths: DataPaths,
        *,
        make_watcher: Callable[[Callable[[ResourceEvent], None]], Watcher] = Sampler,
        deadlines: Deadlines | None = None,
        floor_bytes: int | None = None,
    ) -> None:
        self._conditions = Conditions(
            paths=paths,
            make_watcher=make_watcher,
            deadlines=deadlines or Deadlines(),
            floor_bytes=memory_floor_bytes() if floor_bytes is None else floor_bytes,
        )
        self._requests: queue.SimpleQueue[_RunRequest | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._view: RunView | None = None
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to serve; ends first what an earlier life of the application left running."""
        self._thread.start()

    def run(self, plan: Plan, out: Path | None = None) -> None:
        """Begin this comparison as soon as the one before it has ended; returns at once.

        Args:
            plan: What to measure.
            out: File for the snapshot, else one in the user's folder.
        """
        self._idle.clear()
        self._cancelled.clear()
        self._view = None
        self._requests.put(_RunRequest(plan, out))

    def cancel(self) -> None:
        """Stop the running comparison; what was measured is saved."""
        self._cancelled.set()

    def view(self) -> RunView | None:
        """The newest view, None before the run began."""
        return self._view

    def wait(self, timeout_s: float) -> bool:
        """True as soon as nothing runs and nothing is requested, False after the time-out."""
        return self._idle.wait(timeout_s)

    def close(self) -> None:
        """Cancel what runs, save it, and end the thread."""
        self.cancel()
        self._requests.put(None)
        self._thread.join()

    def _serve(self) -> None:
        try:
            sweep(self._conditions.paths.runs)
            while (request := self._requests.get()) is not None:
                self._run(request)
                if self._requests.empty():
                    self._idle.set()
        finally:
            self._idle.set()  # a defect ends this thread: whoever waits must see that nothing comes any more

    def _run(self, request: _RunRequest) -> None:
        comparison = Comparison(request.plan, self._conditions, self._cancelled.is_set, self._publish)
        try:
            with MeasuringLock(self._conditions.paths.lock_file, "a comparison"):
                snapshot = comparison.measure(request.out)
        except FwcompareError as error:
            self._publish(comparison.view(finished=True, error=error))
        except OSError as error:
            wrapped = FwcompareError(
                f"A file could not be written: {error}.", "Free some space or name another folder."
            )
            self._publish(comparison.view(finished=True, error=wrapped))
        else:
            self._publish(comparison.view(finished=True, snapshot=snapshot))

    def _publish(self, view: RunView) -> None:
        self._view = view

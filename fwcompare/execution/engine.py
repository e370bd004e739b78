"""The one thread that owns a run: launch, supervision, schedule, journal, session.

It lives as long as the application, because a worker dies with the thread that started it. Callers
post requests and read the newest frozen view; neither ever waits for the other.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from fwcompare.domain.events import ResourceEvent
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import RunRecord
from fwcompare.errors import FwcompareError
from fwcompare.execution.block import Watcher
from fwcompare.execution.comparison import Comparison, Conditions, cannot_write
from fwcompare.execution.leftovers import sweep
from fwcompare.execution.lock import MeasuringLock
from fwcompare.execution.sampler import Sampler
from fwcompare.execution.sources.memory import memory_floor_bytes
from fwcompare.execution.supervision import Deadlines
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths


class _Run:
    """One requested comparison: its own cancellation, view and end, so that runs can't be mixed up."""

    def __init__(self, plan: Plan, out: Path | None, earlier: RunRecord | None) -> None:
        self.plan = plan
        self.out = out
        self.earlier = earlier
        self.cancelled = threading.Event()
        self.done = threading.Event()
        self.view: RunView | None = None

    def publish(self, view: RunView) -> None:
        """Take the newest view."""
        self.view = view


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
        self._requests: queue.SimpleQueue[_Run | None] = queue.SimpleQueue()
        self._newest: _Run | None = None
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

    def run(self, plan: Plan, out: Path | None = None, earlier: RunRecord | None = None) -> None:
        """Begin this comparison as soon as the one before it has ended; returns at once.

        `cancel`, `view` and `wait` speak of the newest one.

        Args:
            plan: What to measure.
            out: File for the snapshot, else one in the user's folder.
            earlier: The comparison that the plan adds rounds to, see `fwcompare.execution.continuation`.

        Raises:
            FwcompareError: The engine has ended.
        """
        if not self._thread.is_alive():
            raise FwcompareError("The engine does not run any more.", "Start fwcompare again.")
        self._newest = _Run(plan, out, earlier)
        self._requests.put(self._newest)

    def cancel(self) -> None:
        """Stop the newest comparison; what was measured is saved."""
        if self._newest is not None:
            self._newest.cancelled.set()

    def view(self) -> RunView | None:
        """The newest view of the newest comparison, None before it began."""
        return self._newest.view if self._newest is not None else None

    def wait(self, timeout_s: float) -> bool:
        """True as soon as the newest comparison has ended, or if there is none; False after the time-out."""
        return self._newest is None or self._newest.done.wait(timeout_s)

    def close(self) -> None:
        """Cancel what runs, save it, and end the thread."""
        self.cancel()
        self._requests.put(None)
        self._thread.join()

    def _serve(self) -> None:
        run = None
        try:
            sweep(self._conditions.paths.runs)
            while (run := self._requests.get()) is not None:
                self._measure(run)
                run.done.set()
        finally:  # a defect ends this thread: whoever waits must see that nothing comes any more
            while run is not None:
                run.done.set()
                run = None if self._requests.empty() else self._requests.get()

    def _measure(self, run: _Run) -> None:
        comparison = Comparison(run.plan, self._conditions, run.cancelled, run.publish, run.earlier)
        try:
            with MeasuringLock(self._conditions.paths.lock_file, "a comparison"):
                snapshot = comparison.measure(run.out)
        except FwcompareError as error:
            run.publish(comparison.view(finished=True, error=error))
        except OSError as error:
            run.publish(comparison.view(finished=True, error=cannot_write(error)))
        else:
            run.publish(comparison.view(finished=True, snapshot=snapshot))

"""What is seen while a run goes on: a bar on a terminal, one line for each block elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

from rich import progress

from fwcompare.cli import wording
from fwcompare.cli.output import print_line
from fwcompare.domain import words
from fwcompare.execution.schedule import block_counts
from fwcompare.stats.gates import disturbances

if TYPE_CHECKING:
    from rich.console import Console

    from fwcompare.domain.record import BlockRecord, RunRecord
    from fwcompare.execution.view import RunView

STOPPING: Final = "Stopping; what was measured so far is kept."


class Progress(Protocol):
    """Shows a run; a context manager."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""

    def show(self, view: RunView) -> None:
        """Take in a newer state of the run."""

    def stopping(self) -> None:
        """Say that the run is being stopped."""


def progress_on(console: Console, remaining_s: Callable[[RunRecord], float]) -> Progress:
    """The bar where the console is a terminal, else the lines."""
    kind = Bar if console.is_terminal else Lines
    return kind(console, remaining_s)


class Lines:
    """One line for each block that has ended, and for what is done between blocks."""

    def __init__(self, console: Console, remaining_s: Callable[[RunRecord], float]) -> None:
        self._console = console
        self._remaining_s = remaining_s
        self._shown = 0
        self._activity = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to leave."""

    def show(self, view: RunView) -> None:
        """Print what is new."""
        if view.activity and view.activity != self._activity:
            print_line(self._console, view.activity)
        self._activity = view.activity
        if view.record.history:  # blocks of the run that this one goes on with are nothing new
            self._shown = max(self._shown, view.record.history[-1].blocks)
        for block in view.record.blocks[self._shown :]:
            if block.outcome is None:
                break
            self._shown += 1
            print_line(self._console, self._line(view, block))

    def stopping(self) -> None:
        """Say it in a line of its own."""
        print_line(self._console, STOPPING)

    def _line(self, view: RunView, block: BlockRecord) -> str:
        _, total = block_counts(view.record)
        gates = disturbances([block], view.record, view.look)
        result = wording.block_result(block, view.look(block).median_ns, gates)
        again = "" if block.repeats is None else " (run once more, so there is one block more)"
        turn = f"{block.contender} {block.workload} round {block.round + 1}{again}"
        return "; ".join(
            [f"[{self._shown}/{total}] {turn}: {result}", *_left(self._remaining_s(view.record))]
        )


class Bar:
    """A bar with the remaining time; nothing where there is no terminal.

    It is drawn when it is told to, by no thread of its own.
    """

    def __init__(self, console: Console, remaining_s: Callable[[RunRecord], float]) -> None:
        self._remaining_s = remaining_s
        self._stopping = False
        self._bar = progress.Progress(
            progress.BarColumn(bar_width=30),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.description}", markup=False),
            console=console,
            auto_refresh=False,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, view: RunView) -> None:
        """Draw the newest state."""
        ended, total = block_counts(view.record)
        text = STOPPING if self._stopping else self._text(view)
        self._bar.update(self._task, completed=ended, total=total, description=text)
        self._bar.refresh()

    def stopping(self) -> None:
        """Say it in place of what is measured."""
        self._stopping = True

    def _text(self, view: RunView) -> str:
        running = next((block for block in view.record.blocks if block.outcome is None), None)
        doing = view.activity
        if running is not None:
            phase = next(reversed(running.phases), "spawn").replace("_", " ")
            doing = f"{running.contender}: {phase}, round {running.round + 1} of {running.workload}"
        more = sum(block.repeats is not None for block in view.record.blocks)
        repeated = [f"{words.count(more, 'block')} run once more"] if more else []
        return "  ".join([*repeated, *_left(self._remaining_s(view.record)), doing]).rstrip()


def _left(seconds: float) -> list[str]:
    """The remaining time in words; none at the end, and where nobody knows."""
    return [f"about {wording.span(seconds)} left"] if seconds > 0 else []

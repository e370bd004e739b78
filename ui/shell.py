"""Which comparison is on show, and who hears of it: the running one, or one that was opened.

The views know only values; here is where the engine's views, opened snapshots, selection and actions meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fwcompare.domain.events import Scalar
from fwcompare.execution.continuation import changed_machine
from fwcompare.execution.view import RunView
from fwcompare.library.facts import title_of
from fwcompare.paths import sample_snapshot
from ui.actions import Command
from ui.main_window import MainWindow
from ui.selection import KeysSelection, RowSelection, Selection
from ui.settings import TableLayout
from ui.snapshots.controller import SnapshotController
from ui.snapshots.library import LibraryModel
from ui.theme import Scheme, Theme
from ui.widgets.message_bar import MessageKind
from ui.widgets.status_texts import progress

_NOTHING_SHOWN: Final = "There is no comparison to take it from: run one, or open a snapshot."
_NOT_FINISHED: Final = "A comparison can be saved when it has ended."
_NO_ROUNDS: Final = "There are no rounds to add to: run a comparison, or open a snapshot."
_SAMPLE: Final = "The sample comes along with fwcompare; run the comparison yourself to add rounds."
_NO_FILE: Final = "What is shown is in no file yet."
_ENGINE_DIED: Final = (
    "A defect ended the part of fwcompare that measures: close the window and start it again."
)
_ELSEWHERE: Final = "A comparison is being measured while a snapshot is shown."


class ComparisonView(Protocol):
    """What the shell needs of the comparison panel."""

    def show_view(self, view: RunView | None) -> None:
        """Show a comparison."""

    def show_machine(self, here: Mapping[str, Scalar]) -> None:
        """Know the machine on which the window runs."""

    def show_tab(self, name: str) -> None:
        """Bring "claims", "measured" or "starts" to the front."""

    def layouts(self) -> Mapping[str, TableLayout]:
        """How the tables are arranged."""
        ...

    def arrange(self, layouts: Mapping[str, TableLayout]) -> None:
        """Arrange the tables."""

    def focus_filter(self) -> None:
        """Give the keyboard to the filter."""

    def copy_as_tsv(self) -> None:
        """Copy for spreadsheets."""

    def copy_as_markdown(self) -> None:
        """Copy for texts."""

    def export_csv_text(self) -> str:
        """The table as CSV."""
        ...


class ProfilerView(Protocol):
    """What the shell needs of the profiler panel.

    Attributes:
        engine_obstacle: Why nothing at all can be measured now, "" if something can.
        run_obstacle: Why what the form describes can't be run now, "" if it can.
        cancel_obstacle: The same for cancelling.
    """

    @property
    def engine_obstacle(self) -> str: ...  # noqa: D102 - see above

    @property
    def run_obstacle(self) -> str: ...  # noqa: D102 - see above

    @property
    def cancel_obstacle(self) -> str: ...  # noqa: D102 - see above

    def give_up(self, reason: str) -> None:
        """Nothing can be measured any more."""

    def run(self) -> None:
        """Measure what the form describes."""

    def cancel(self) -> None:
        """Stop what runs."""

    def show_view(self, view: RunView | None) -> None:
        """Show a comparison."""

    def plots(self) -> Mapping[str, QWidget]:
        """Plots by their name."""
        ...


class DetailsView(Protocol):
    """What the shell needs of the details panel."""

    def show_selection(self, selection: Selection | None, view: RunView | None, catalog: Any) -> None:
        """Show what is selected."""

    def show_explanation(self) -> None:
        """Bring the explanation of the verdict that is selected to the top, now or when it is computed."""


@dataclass(frozen=True, slots=True)
class Views:
    """The panels between which the shell speaks."""

    comparison: ComparisonView
    profiler: ProfilerView
    details: DetailsView


class Shell(QObject):
    """Brings views, window and files together.

    Args:
        window: The frame with its actions, messages and status bar.
        views: The panels.
        snapshots: Opens and saves.
        library: Marks the file that is shown.
        catalog: Goes to the details as it is.
    """

    def __init__(
        self,
        window: MainWindow,
        views: Views,
        snapshots: SnapshotController,
        library: LibraryModel,
        catalog: Any,
    ) -> None:
        super().__init__()
        self._window = window
        self._views = views
        self._snapshots = snapshots
        self._library = library
        self._catalog = catalog
        self._sample = sample_snapshot()
        self._live: RunView | None = None
        self._shown: RunView | None = None
        self._selection: Selection | None = None
        self._here: Mapping[str, Scalar] = {}
        self._connect()
        self.update()

    @property
    def shown(self) -> RunView | None:
        """What is on show."""
        return self._shown

    def show_machine(self, here: Mapping[str, Scalar]) -> None:
        """Take in what machine this is, so that what was measured on another one says so."""
        self._here = here
        self._window.status.show_machine(here)
        self._views.comparison.show_machine(here)
        self.update()

    def show_live(self, view: RunView) -> None:
        """Take in the newest view of the engine: it is shown, unless the user looks at a snapshot meanwhile."""
        before, self._live = self._live, view
        is_new = before is None or before.record.run_id != view.record.run_id
        if is_new:
            self._views.comparison.show_tab("measured")
        if is_new or self._shown is before:
            self._show(view)
        if view.finished:
            self._tell_end(view)
        self.update()

    def show_opened(self, view: RunView) -> None:
        """Show a snapshot; a comparison that runs goes on behind it."""
        self._show(view)
        self._views.comparison.show_tab("measured")
        if self._live is not None and not self._live.finished:
            self._window.messages.show_message(
                MessageKind.INFO, _ELSEWHERE, "Show what is running", self._return_to_live
            )
        self.update()

    def explain(self, view: RunView, row: RowSelection) -> None:
        """Show how the verdict on a row of this finished comparison came about."""
        if self._shown is not view:
            self.show_opened(view)
        self.select(row)
        self._window.show_details()
        self._views.details.show_explanation()

    def engine_died(self) -> None:
        """A defect ended the engine's thread."""
        self._views.profiler.give_up(_ENGINE_DIED)
        self.update()

    def select(self, selection: Selection | None) -> None:
        """Show the details of what was selected, wherever that was."""
        self._selection = selection
        self._show_details()

    def on_tab(self, name: str) -> None:
        """Check the tab that is shown in the menu."""
        self._window.actions_table[Command(name)].setChecked(True)

    def _connect(self) -> None:
        window, snapshots, table = self._window, self._snapshots, self._views.comparison
        profiler = self._views.profiler
        snapshots.opened.connect(self.show_opened)
        snapshots.recent_changed.connect(window.set_recent)
        window.file_dropped.connect(snapshots.open)
        window.recent_chosen.connect(snapshots.open)
        window.plot_chosen.connect(lambda name: snapshots.export_plot(name, profiler.plots()[name]))
        window.set_recent(snapshots.recent)
        window.set_plots(profiler.plots())
        for command, act in (
            (Command.OPEN, snapshots.browse),
            (Command.SAVE_AS, self._save),
            (Command.REVEAL, self._reveal),
            (Command.RECOVER, snapshots.recover),
            (Command.EXPORT_TABLE, lambda: snapshots.export_table(table.export_csv_text())),
            (Command.QUIT, window.close),
            (Command.COPY_TSV, table.copy_as_tsv),
            (Command.COPY_MARKDOWN, table.copy_as_markdown),
            (Command.FILTER, table.focus_filter),
            (Command.CLAIMS, lambda: table.show_tab("claims")),
            (Command.MEASURED, lambda: table.show_tab("measured")),
            (Command.STARTS, lambda: table.show_tab("starts")),
            (Command.RUN, profiler.run),
            (Command.CANCEL, profiler.cancel),
            (Command.NEXT_AREA, window.focus_next_area),
            (Command.RESTORE_LAYOUT, window.restore_default_layout),
            (Command.SAMPLE, snapshots.open_sample),
            (Command.KEYS, self._show_keys),
        ):
            window.actions_table.on(command, act)

    def _show(self, view: RunView) -> None:
        self._shown = view
        if view.snapshot != self._sample:
            self._snapshots.leave_sample()
        self._views.comparison.show_view(view)
        self._views.profiler.show_view(view)
        self._library.show(view.snapshot)
        self._show_details()

    def _show_details(self) -> None:
        self._views.details.show_selection(self._selection, self._shown, self._catalog)

    def _return_to_live(self) -> None:
        if self._live is not None:
            self._show(self._live)
            self.update()

    def _tell_end(self, view: RunView) -> None:
        messages = self._window.messages
        messages.withdraw(_ELSEWHERE)
        if view.error is not None:
            messages.show_message(MessageKind.ERROR, str(view.error))
        if self._shown is not view:
            messages.show_message(
                MessageKind.INFO, "The comparison has ended.", "Show it", self._return_to_live
            )
        self._snapshots.files_changed.emit()

    def _show_keys(self) -> None:
        self.select(KeysSelection())
        self._window.show_details()

    def _save(self) -> None:
        if self._shown is not None:
            self._snapshots.save_as(self._shown)

    def _reveal(self) -> None:
        if self._shown is not None and self._shown.snapshot is not None:
            self._snapshots.reveal(self._shown.snapshot)

    def update(self) -> None:
        """Say in title, status bar and actions how things stand; cheap if nothing changed."""
        running = self._live is not None and not self._live.finished
        status = self._live if running else self._shown
        self._window.status.show_view(status)
        self._window.setWindowTitle(_title(self._shown, self._live if running else None))
        shown = self._shown
        obstacles = {
            Command.RUN: self._views.profiler.run_obstacle,
            Command.ADD_ROUNDS: self._views.profiler.engine_obstacle or self._continuation_obstacle(),
            Command.SELF_TEST: self._views.profiler.engine_obstacle,
            Command.CANCEL: self._views.profiler.cancel_obstacle,
            Command.SAVE_AS: _NOTHING_SHOWN if shown is None else "" if shown.finished else _NOT_FINISHED,
            Command.REVEAL: "" if shown is not None and shown.snapshot is not None else _NO_FILE,
            Command.EXPORT_TABLE: "" if shown is not None else _NOTHING_SHOWN,
        }
        for command, reason in obstacles.items():
            self._window.actions_table.set_obstacle(command, reason)

    def _continuation_obstacle(self) -> str:
        """Why no rounds can be added to what is shown, "" if nothing is known that keeps them from it."""
        if self._shown is None or not self._shown.record.blocks:
            return _NO_ROUNDS
        if self._shown.snapshot == self._sample:
            return _SAMPLE
        changed = changed_machine(self._shown.record, self._here) if self._here else ""
        return f"{changed} Measure it all anew." if changed else ""


def connect_scheme(window: MainWindow, theme: Theme) -> None:
    """Let the menu choose the colours, and check the chosen one."""
    for command, scheme in (
        (Command.SYSTEM, Scheme.SYSTEM),
        (Command.LIGHT, Scheme.LIGHT),
        (Command.DARK, Scheme.DARK),
    ):
        window.actions_table[command].setChecked(theme.scheme is scheme)
        window.actions_table.on(command, partial(theme.choose, scheme))


def _title(shown: RunView | None, running: RunView | None) -> str:
    """The window's title: how far a run is, what is shown, and whose window it is."""
    parts = ["fwcompare"]
    if shown is not None:
        count = len(shown.record.plan.contenders)
        contenders = "1 contender" if count == 1 else f"{count} contenders"
        parts.insert(0, f"{title_of(shown.record.plan)} · {contenders}")
    if running is not None:
        done, total = progress(running.record)
        parts.insert(0, f"Running {done}/{total}")
    return " - ".join(parts)

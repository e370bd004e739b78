"""What happens with files: open, save, recover, export. All disk work is done in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fwcompare.cli import wording
from fwcompare.errors import FwcompareError
from fwcompare.execution.recovery import RecoveryReport, recover
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths
from fwcompare.storage.snapshot import default_snapshot_name
from ui.bridge import Background
from ui.settings import with_recent
from ui.snapshots import files, plots
from ui.widgets.file_dialogs import PICTURES, SNAPSHOTS, TABLES, FileDialogs
from ui.widgets.message_bar import MessageKind, Messages
from ui.widgets.status_texts import local_text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the controller works with.

    Attributes:
        background: Does all that touches the disk.
        messages: Takes what the user should know.
        dialogs: Ask for files.
    """

    paths: DataPaths
    background: Background
    messages: Messages
    dialogs: FileDialogs


class SnapshotController(QObject):
    """Snapshots and other files of the window.

    Signals:
        opened: `RunView` of a snapshot that was read.
        files_changed: There may be other snapshots than before.
        recent_changed: Tuple of the paths that were opened, the newest first.
    """

    opened = Signal(object)
    files_changed = Signal()
    recent_changed = Signal(object)

    def __init__(self, surroundings: Surroundings, recent: tuple[Path, ...] = ()) -> None:
        super().__init__()
        self._paths = surroundings.paths
        self._background = surroundings.background
        self._messages = surroundings.messages
        self._dialogs = surroundings.dialogs
        self._recent = recent
        self._about_sample = ""

    @property
    def recent(self) -> tuple[Path, ...]:
        """Snapshots that were opened, the newest first."""
        return self._recent

    # opening

    def browse(self) -> None:
        """Let the user choose a snapshot and open it."""
        path = self._dialogs.file_to_open("Open a snapshot", SNAPSHOTS)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read a snapshot and show it; what is wrong with it is said, and nothing else changes."""
        self._background.submit(partial(files.open_snapshot, path), self._opened, self._failed)

    def open_sample(self) -> None:
        """Show the comparison that fwcompare brings along; it joins neither the library nor the recent files."""
        self._background.submit(files.open_sample, self._sample_opened, self._failed)

    def leave_sample(self) -> None:
        """Take back what was said of the sample: something else is shown."""
        self._messages.withdraw(self._about_sample)

    def reveal(self, path: Path) -> None:
        """Open the folder of a file in the system's file manager."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
            self._messages.show_message(
                MessageKind.WARNING, f"This system opens no folders. The file is {path}."
            )

    def _opened(self, view: RunView) -> None:
        assert view.snapshot is not None
        self._recent = with_recent(self._recent, view.snapshot)
        self.recent_changed.emit(self._recent)
        self.opened.emit(view)

    def _sample_opened(self, view: RunView) -> None:
        self.opened.emit(view)
        when, machine = local_text(view.record.started_utc), wording.machine(view.record.machine)
        self._about_sample = (
            f"Opened the sample that fwcompare brings along, measured {when} on {machine}. Run a comparison "
            "of your own to see what this machine says."
        )
        self._messages.show_message(MessageKind.INFO, self._about_sample)

    # saving and exporting

    def save_as(self, view: RunView) -> None:
        """Save the finished comparison in a file that the user names."""
        name = view.snapshot.name if view.snapshot else default_snapshot_name(view.record)
        self._write(
            ("Save the snapshot", name, SNAPSHOTS),
            lambda path: partial(files.save_copy, view, path),
            may_replace=False,
        )

    def export_table(self, csv: str) -> None:
        """Write the text of a table into a file that the user names."""
        self._write(
            ("Export the table", "comparison.csv", TABLES),
            lambda path: partial(files.write_bytes, csv.encode(), path),
            may_replace=True,
        )

    def export_plot(self, name: str, plot: QWidget) -> None:
        """Write a plot into a file that the user names: PNG, or SVG if its name ends so."""

        def prepare(path: Path) -> Callable[[], Path]:
            if path.suffix.lower() == ".svg":
                return partial(files.write_bytes, plots.as_svg(plot), path)
            return partial(files.write_image, plots.as_image(plot), path)

        self._write((f"Export the plot {name}", f"{name.lower()}.png", PICTURES), prepare, may_replace=True)

    def _write(
        self,
        question: tuple[str, str, str],
        prepare: Callable[[Path], Callable[[], Path]],
        *,
        may_replace: bool,
    ) -> None:
        """Ask for a file, prepare what is to be written here, and write it elsewhere."""
        path = self._dialogs.file_to_write(*question, may_replace=may_replace)
        if path is not None:
            self._background.submit(prepare(path), self._written, self._failed)

    def _written(self, path: Path) -> None:
        self._messages.show_message(
            MessageKind.INFO, f"Written: {path}", "Show in file manager", partial(self.reveal, path)
        )
        self.files_changed.emit()

    # after a crash

    def look_for_cut_off_runs(self) -> None:
        """Offer to recover what an ended fwcompare left unfinished, if there is anything."""
        self._background.submit(partial(files.cut_off_runs, self._paths), self._offer, self._failed)

    def recover(self) -> None:
        """Turn what was left unfinished into snapshots."""
        self._background.submit(partial(recover, self._paths), self._recovered, self._failed)

    def _offer(self, count: int) -> None:
        if count:
            runs = "a comparison was" if count == 1 else f"{count} comparisons were"
            self._messages.show_message(
                MessageKind.WARNING,
                f"fwcompare ended while {runs} being measured; what was measured until then can be kept.",
                "Recover",
                self.recover,
            )

    def _recovered(self, report: RecoveryReport) -> None:
        for left in report.left_alone:
            self._messages.show_message(MessageKind.WARNING, f"{left.journal} stays: {left.reason}")
        if not report.recovered:
            self._messages.show_message(MessageKind.INFO, "There is nothing to recover.")
        for found in report.recovered:
            blocks = "1 finished block" if found.blocks == 1 else f"{found.blocks} finished blocks"
            self._messages.show_message(
                MessageKind.INFO,
                f"Recovered with {blocks}: {found.snapshot.name}",
                "Open",
                partial(self.open, found.snapshot),
            )
        self.files_changed.emit()

    def _failed(self, error: FwcompareError) -> None:
        self._messages.show_message(MessageKind.ERROR, str(error))

"""The system's dialogs for choosing a file: with destructive confirmations the only modal boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

SNAPSHOTS: Final = "Snapshots (*.fwsnap)"
PICTURES: Final = "Picture (*.png);;Drawing (*.svg)"
TABLES: Final = "Comma-separated values (*.csv)"


class FileDialogs:
    """Asks for files.

    Args:
        parent: The window in front of which the dialogs stand.
        folder: Where the first one starts.
    """

    def __init__(self, parent: QWidget, folder: Path) -> None:
        self._parent = parent
        self._folder = folder

    def file_to_open(self, title: str, kinds: str) -> Path | None:
        """A file that is there, None if the user changed their mind."""
        name, _ = QFileDialog.getOpenFileName(self._parent, title, str(self._folder), kinds)
        return self._chosen(name)

    def file_to_write(self, title: str, name: str, kinds: str, *, may_replace: bool) -> Path | None:
        """A file to write, None if the user changed their mind.

        Args:
            title: Of the dialog.
            name: What is proposed.
            kinds: Filters, separated by `;;`; the chosen one's suffix is added to a name without one.
            may_replace: Ask whether a file that is there may be replaced; else writing will refuse it.
        """
        option = QFileDialog.Option(0) if may_replace else QFileDialog.Option.DontConfirmOverwrite
        chosen, kind = QFileDialog.getSaveFileName(
            self._parent, title, str(self._folder / name), kinds, options=option
        )
        path = self._chosen(chosen)
        if path is None or path.suffix:
            return path
        return path.with_suffix(kind.rpartition("*")[2].rstrip(")"))

    def confirmed(self, question: str, act: str) -> bool:
        """Ask before something that can't be undone; the button that does nothing is the default.

        Args:
            question: What would be done.
            act: Words of the button that does it.
        """
        box = QMessageBox(QMessageBox.Icon.Warning, "fwcompare", question, parent=self._parent)
        does = box.addButton(act, QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is does

    def _chosen(self, name: str) -> Path | None:
        if not name:
            return None
        path = Path(name)
        self._folder = path.parent
        return path

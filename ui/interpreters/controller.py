"""Between the dialog of the Pythons and everything that reads their files, starts them or keeps the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from fwcompare.domain.contender import Framework
from fwcompare.errors import FwcompareError
from fwcompare.interpreters import settings as room
from fwcompare.interpreters.consent import WHAT_STARTING_DOES
from fwcompare.interpreters.installation import python_at
from fwcompare.interpreters.overview import Entry, Overview
from fwcompare.interpreters.probe import InterpreterInfo, check_file
from fwcompare.interpreters.settings import Settings
from fwcompare.paths import tilde
from ui.bridge import Background
from ui.interpreters.dialog import InterpretersDialog
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind

_PROGRAMS = "Pythons (python*);;All files (*)"


class Lookout(Protocol):
    """What the controller asks of the core, in the background."""

    def overview(self, settings: Settings) -> Overview:
        """All that can be found by reading files."""
        ...

    def probe(self, interpreter: str) -> InterpreterInfo:
        """Start one."""
        ...


class InterpretersController(QObject):
    """Looks around, asks before a Python is started, and keeps what the user decided.

    Args:
        dialog: What the user sees.
        interpreters: Looks around.
        background: Where everything slow is done.
        settings_path: The user's settings.
        files: Asks for a file.

    Signals:
        changed: The settings are different: what can run may be as well.
    """

    changed = Signal()

    def __init__(
        self,
        dialog: InterpretersDialog,
        interpreters: Lookout,
        background: Background,
        settings_path: Path,
        files: FileDialogs,
    ) -> None:
        super().__init__()
        self._dialog, self._interpreters, self._background = dialog, interpreters, background
        self._settings_path = settings_path
        self._files = files
        self._question = ""
        dialog.assign_requested.connect(partial(self._use, room.assign, "assign it"))
        dialog.beside_requested.connect(partial(self._use, room.place_beside, "use it"))
        dialog.probe_requested.connect(self.probe)
        dialog.forget_requested.connect(self.forget)
        dialog.add_requested.connect(self.add)
        dialog.browse_requested.connect(self.browse)
        dialog.refresh_requested.connect(self.look_around)

    def open(self, framework: Framework | None = None) -> None:
        """Show the dialog, with this framework chosen, and look around."""
        self._dialog.open_for(framework)
        self.look_around()

    def look_around(self) -> None:
        """List what there is."""

        def look() -> Overview:
            return self._interpreters.overview(self._settings())

        self._background.submit(look, self._dialog.show_overview, self._show_error)

    def probe(self, entry: Entry) -> None:
        """Start it, if the user allows it, and show what it says."""
        self._ask(entry, "start it", lambda: self._change(lambda old: self._probed(old, entry.path)))

    def forget(self, entry: Entry) -> None:
        """Use it for nothing any more."""
        self._change(lambda settings: room.forget(settings, entry.path))

    def add(self, path: str) -> None:
        """List the Python at this path as well."""

        def change(settings: Settings) -> Settings:
            python = python_at(path)
            check_file(python)
            return room.add(settings, str(python))

        self._change(change, self._dialog.path.clear)

    def browse(self) -> None:
        """Let the user choose the file of a Python."""
        path = self._files.file_to_open("Choose a Python", _PROGRAMS)
        if path is not None:
            self.add(str(path))

    def _use(
        self,
        change: Callable[[Settings, Framework, str], Settings],
        what: str,
        framework: Framework,
        entry: Entry,
    ) -> None:
        self._ask(entry, what, lambda: self._change(lambda old: change(old, framework, entry.path)))

    def _ask(self, entry: Entry, what: str, act: Callable[[], None]) -> None:
        """Do it at once where the Python may be started; else when the user has allowed that."""
        self._dialog.messages.withdraw(self._question)
        if entry.is_allowed:
            act()
            return
        self._question = f"Allow {tilde(entry.path)} to be started, now and later? {WHAT_STARTING_DOES}"
        self._dialog.messages.show_message(MessageKind.WARNING, self._question, f"Allow and {what}", act)

    def _probed(self, settings: Settings, path: str) -> Settings:
        """Start it; one that gives no answer is not allowed for later either."""
        self._interpreters.probe(path)
        return room.allow(settings, path)

    def _change(
        self, change: Callable[[Settings], Settings], on_kept: Callable[[], None] = lambda: None
    ) -> None:
        """Keep changed settings, then show how things stand."""

        def keep() -> Overview:
            settings = change(self._settings())
            room.save_settings(settings, self._settings_path)
            return self._interpreters.overview(settings)

        def show(overview: Overview) -> None:
            on_kept()
            self._dialog.show_overview(overview)
            self.changed.emit()

        self._background.submit(keep, show, self._show_error)

    def _settings(self) -> Settings:
        # what is wrong with them is told where the contenders are looked for
        return room.load_settings(self._settings_path)[0]

    def _show_error(self, error: FwcompareError) -> None:
        self._dialog.messages.show_message(MessageKind.ERROR, str(error))

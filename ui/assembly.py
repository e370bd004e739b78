"""All parts of the window but the panels' own controllers, wired: shown, started and ended as one."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from fwcompare.domain.events import Scalar
from fwcompare.errors import FwcompareError
from fwcompare.execution.view import RunView
from fwcompare.library.library import Library
from fwcompare.paths import DataPaths
from ui.actions import Command
from ui.bridge import Background, LiveView
from ui.closing import Closing
from ui.collector import Collector
from ui.defects import Defects
from ui.icons import load_icons
from ui.main_window import MainWindow, Panels
from ui.settings import WindowSettings
from ui.shell import ComparisonView, DetailsView, ProfilerView, Shell, Views, connect_scheme
from ui.snapshots.controller import SnapshotController, Surroundings
from ui.snapshots.library import LibraryModel
from ui.snapshots.library_controller import LibraryController
from ui.snapshots.panel import LibraryPanel
from ui.theme import Theme
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind

_NOTHING_TO_UNDO: Final = "Nothing was changed in the library."

_SWITCH_S: Final = 0.0005
"""Calls of Qt let go of Python's lock, and the engine's thread may keep it so long: by default 5 ms at each call."""

ENGINE_THREAD: Final = "engine"
"""Name of the engine's thread; when a defect ends it, nothing is measured any more."""


class RunningEngine(Protocol):
    """What the window needs of the engine."""

    def start(self) -> None:
        """Begin to serve."""

    def cancel(self) -> None:
        """Stop what runs; returns at once."""

    def view(self) -> RunView | None:
        """The newest view."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """True if nothing runs."""
        ...

    def close(self) -> None:
        """End its thread."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything stands on.

    Attributes:
        catalog: The claims, None if they can't be used.
    """

    paths: DataPaths
    theme: Theme
    background: Background
    catalog: Any


class Assembly(QObject):
    """The window with all that it needs.

    Args:
        ground: What everything stands on.
        comparison: The panel in the middle.
        profiler: The panel below.
        details: The panel at the right.
        settings: What the window remembers.

    Signals:
        starting: The event loop is about to run: what looks around in the background may begin.
    """

    starting = Signal()

    def __init__(
        self,
        ground: Ground,
        comparison: ComparisonView,
        profiler: ProfilerView,
        details: DetailsView,
        settings: WindowSettings,
    ) -> None:
        super().__init__()
        self._ground = ground
        self._comparison = comparison
        self._settings = settings
        load_icons()
        self.defects = Defects()
        self._collector = Collector()
        self.library = LibraryModel()
        self._backgrounds = [ground.background]
        library_panel = LibraryPanel(ground.theme, self.library)
        self._engine: RunningEngine | None = None
        self._closing = Closing()
        panels = Panels(_widget(comparison), _widget(profiler), library_panel, _widget(details))
        self.window = MainWindow(ground.theme, panels, self._closing.may_close)
        dialogs = FileDialogs(self.window, ground.paths.snapshots)
        self.snapshots = SnapshotController(
            Surroundings(ground.paths, ground.background, self.window.messages, dialogs), settings.recent
        )
        self.library_controller = LibraryController(
            Library(ground.paths), self.library, self.new_background(), self.window.messages, dialogs
        )
        self.shell = Shell(
            self.window, Views(comparison, profiler, details), self.snapshots, self.library, ground.catalog
        )
        self.live = LiveView()
        self._connect(library_panel)
        connect_scheme(self.window, ground.theme)
        self.window.restore_layout(settings)
        comparison.arrange(settings.tables)

    def start(self) -> None:
        """Look around, all of it elsewhere than on the GUI thread."""
        self._collector.start()
        self.library_controller.refresh()
        self.snapshots.look_for_cut_off_runs()
        self._ground.background.submit(_describe_machine, self.shell.show_machine, self.show_error)
        self.starting.emit()

    def new_background(self) -> Background:
        """One more thread for work that can't wait until, for instance, all interpreters are found."""
        self._backgrounds.append(Background())
        return self._backgrounds[-1]

    def engage(self, engine: RunningEngine) -> None:
        """Let the engine serve, show what it measures, and wait for it at the end."""
        sys.setswitchinterval(_SWITCH_S)
        self._engine = engine
        self._closing.watch(engine)
        engine.start()
        self.live.start(engine)
        self._collector.settle()

    def show_error(self, error: FwcompareError) -> None:
        """Say what went wrong."""
        self.window.messages.show_message(MessageKind.ERROR, str(error))

    def end(self) -> None:
        """End all threads and remove the widgets; called when the window is closed, so nobody waits for it."""
        _application().applicationStateChanged.disconnect(self.library_controller.on_application_state)
        self.live.stop()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)
        if self._engine is not None:
            self._engine.close()
        for background in self._backgrounds:
            background.close()
        self._collector.stop()

    def settings_now(self) -> WindowSettings:
        """What the next start should find."""
        return replace(self._settings, scheme=self._ground.theme.scheme, recent=self.snapshots.recent)

    def _connect(self, library_panel: LibraryPanel) -> None:
        window, messages = self.window, self.window.messages
        self._connect_library(library_panel)
        self.live.view_changed.connect(self.shell.show_live)
        self._closing.waiting.connect(lambda text: messages.show_message(MessageKind.INFO, text))
        self._closing.ready.connect(window.close)
        window.closed.connect(self._remember_layout)
        self.defects.happened.connect(lambda text: messages.show_message(MessageKind.ERROR, text))
        self.defects.thread_died.connect(self._on_thread_died)

    def _connect_library(self, panel: LibraryPanel) -> None:
        controller, view, actions = self.library_controller, panel.view, self.window.actions_table
        view.open_requested.connect(lambda entry: self.snapshots.open(entry.path))
        view.reveal_requested.connect(lambda entry: self.snapshots.reveal(entry.path))
        view.star_requested.connect(controller.star)
        view.delete_requested.connect(controller.delete)
        view.said.connect(controller.say)
        panel.browse_requested.connect(self.snapshots.browse)
        panel.sample_requested.connect(self.snapshots.open_sample)
        panel.rebuild_requested.connect(controller.rebuild)
        panel.restore_requested.connect(controller.restore)
        panel.empty_requested.connect(controller.empty_trash)
        controller.trash_changed.connect(panel.set_trash)
        controller.undo_changed.connect(self._offer_undo)
        actions.on(Command.UNDO, controller.undo)
        self._offer_undo("")
        self.snapshots.files_changed.connect(controller.refresh)
        _application().applicationStateChanged.connect(controller.on_application_state)

    def _offer_undo(self, what: str) -> None:
        """Say in the menu what would be undone."""
        actions = self.window.actions_table
        actions[Command.UNDO].setText(f"&Undo {what.replace('&', '&&')}".strip())
        actions.set_obstacle(Command.UNDO, "" if what else _NOTHING_TO_UNDO)

    def _remember_layout(self) -> None:
        geometry, layout = self.window.packed_layout()
        tables = self._comparison.layouts()
        self._settings = replace(self._settings, geometry=geometry, layout=layout, tables=tables)

    def _on_thread_died(self, name: str) -> None:
        if name == ENGINE_THREAD:
            self._closing.watch(None)
            self.shell.engine_died()


def _application() -> QGuiApplication:
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    return application


def _describe_machine() -> dict[str, Scalar]:
    """The machine; what asks it is imported where this is done, after the first picture."""
    from fwcompare.execution.machine import describe_machine  # noqa: PLC0415

    return describe_machine()


def open_link(address: str) -> None:
    """Open a source in the browser."""
    QDesktopServices.openUrl(QUrl(address))


def _widget(view: object) -> QWidget:
    """A panel as the widget that it is."""
    assert isinstance(view, QWidget)
    return view

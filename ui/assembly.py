"""All parts of the window but the panels' own controllers, wired: shown, started and ended as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fwcompare.errors import FwcompareError
from fwcompare.execution.machine import describe_machine
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths
from ui.bridge import Background, LiveView
from ui.closing import Closing
from ui.defects import Defects
from ui.icons import load_icons
from ui.main_window import MainWindow, Panels
from ui.settings import WindowSettings
from ui.shell import ComparisonView, DetailsView, ProfilerView, Shell, Views, connect_scheme
from ui.snapshots.controller import SnapshotController, Surroundings
from ui.snapshots.library import LibraryModel
from ui.snapshots.panel import LibraryPanel
from ui.theme import Theme
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind

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
        self.library = LibraryModel()
        library_panel = LibraryPanel(ground.theme, self.library)
        self._engine: RunningEngine | None = None
        self._closing = Closing()
        panels = Panels(_widget(comparison), _widget(profiler), library_panel, _widget(details))
        self.window = MainWindow(ground.theme, panels, self._closing.may_close)
        self.snapshots = SnapshotController(
            Surroundings(
                ground.paths,
                ground.background,
                self.window.messages,
                FileDialogs(self.window, ground.paths.snapshots),
            ),
            self.library,
            settings.recent,
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
        self.snapshots.refresh()
        self.snapshots.look_for_cut_off_runs()
        self._ground.background.submit(describe_machine, self.window.status.show_machine, self.show_error)
        self.starting.emit()

    def engage(self, engine: RunningEngine) -> None:
        """Let the engine serve, show what it measures, and wait for it at the end."""
        self._engine = engine
        self._closing.watch(engine)
        engine.start()
        self.live.start(engine)

    def show_error(self, error: FwcompareError) -> None:
        """Say what went wrong."""
        self.window.messages.show_message(MessageKind.ERROR, str(error))

    def end(self) -> None:
        """End all threads and remove the widgets; called when the window is closed, so nobody waits for it."""
        self.live.stop()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)
        if self._engine is not None:
            self._engine.close()
        self._ground.background.close()

    def settings_now(self) -> WindowSettings:
        """What the next start should find."""
        return replace(self._settings, scheme=self._ground.theme.scheme, recent=self.snapshots.recent)

    def _connect(self, library_panel: LibraryPanel) -> None:
        window, messages = self.window, self.window.messages
        library_panel.open_requested.connect(self.snapshots.open)
        library_panel.reveal_requested.connect(self.snapshots.reveal)
        library_panel.browse_requested.connect(self.snapshots.browse)
        self.live.view_changed.connect(self.shell.show_live)
        self._closing.waiting.connect(lambda text: messages.show_message(MessageKind.INFO, text))
        self._closing.ready.connect(window.close)
        window.closed.connect(self._remember_layout)
        self.defects.happened.connect(lambda text: messages.show_message(MessageKind.ERROR, text))
        self.defects.thread_died.connect(self._on_thread_died)

    def _remember_layout(self) -> None:
        geometry, layout = self.window.packed_layout()
        tables = self._comparison.layouts()
        self._settings = replace(self._settings, geometry=geometry, layout=layout, tables=tables)

    def _on_thread_died(self, name: str) -> None:
        if name == ENGINE_THREAD:
            self._closing.watch(None)
            self.shell.engine_died()


def open_link(address: str) -> None:
    """Open a source in the browser."""
    QDesktopServices.openUrl(QUrl(address))


def _widget(view: object) -> QWidget:
    """A panel as the widget that it is."""
    assert isinstance(view, QWidget)
    return view

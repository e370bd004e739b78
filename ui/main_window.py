"""The frame: comparison in the middle, profiler below, library left, details right, bars around them.

It arranges parts that others make and says what the user did; what is done about it is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.actions import ACTIONS, TOOLBAR, Actions, Command, Menu
from ui.icons import SIZE, IconName, icon
from ui.settings import WindowSettings
from ui.theme import Theme
from ui.widgets.dock import DockTitle, make_dock
from ui.widgets.message_bar import MessageBar
from ui.widgets.status_bar import StatusBar
from ui.widgets.style import window_style

LAYOUT_VERSION: Final = 1
"""Of what `layout` holds; another one is needed when docks or toolbars come or go."""

SUFFIX: Final = ".fwsnap"

_AREAS: Final = {
    Command.SHOW_LIBRARY: Qt.DockWidgetArea.LeftDockWidgetArea,
    Command.SHOW_DETAILS: Qt.DockWidgetArea.RightDockWidgetArea,
    Command.SHOW_PROFILER: Qt.DockWidgetArea.BottomDockWidgetArea,
}
"""Where each dock stands by default, by the command that shows it."""

_SIZE: Final = (1440, 900)
_WIDTHS: Final = (220, 296)
_TOOLBAR_HEIGHT: Final = 44
_PROFILER_HEIGHT: Final = 380


@dataclass(frozen=True, slots=True)
class Panels:
    """The parts that the frame holds."""

    comparison: QWidget
    profiler: QWidget
    library: QWidget
    details: QWidget


class MainWindow(QMainWindow):
    """The window.

    Args:
        theme: Colours.
        panels: What is shown.
        may_close: Asked whenever the window is to be closed; False keeps it open.

    Signals:
        file_dropped: Path of a snapshot that was dropped on the window.
        recent_chosen: Path of a snapshot chosen from *Open recent*.
        plot_chosen: Name of the plot that is to be exported.
        closed: It is closed for good.
    """

    file_dropped = Signal(object)
    recent_chosen = Signal(object)
    plot_chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, panels: Panels, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self._theme = theme
        self._panels = panels
        self._may_close = may_close
        self.actions_table = Actions(theme, self)
        self.messages = MessageBar(theme)
        self.status = StatusBar(theme)
        self._recent_menu, self._plot_menu = QMenu("Open rece&nt", self), QMenu("Export &plot", self)
        self._docks: dict[Command, QDockWidget] = {}
        self._titles: dict[Command, DockTitle] = {}
        self.setObjectName("main-window")
        self.setWindowTitle("fwcompare")
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        self._put_together()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.resize(*_SIZE)
        self.restore_default_layout()

    def _put_together(self) -> None:
        """Tab goes in the order in which the parts are put in: as the eye does."""
        middle = QWidget()
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.messages)
        stack.addWidget(self._panels.comparison, 1)
        self._fill_toolbar()
        self._add_dock(Command.SHOW_LIBRARY, "Library", self._panels.library)
        self.setCentralWidget(middle)
        self._add_dock(Command.SHOW_DETAILS, "Details", self._panels.details)
        self._add_dock(Command.SHOW_PROFILER, "Profiler", self._panels.profiler)
        self._fill_menus()
        self.setStatusBar(self.status)

    def _add_dock(self, command: Command, title: str, content: QWidget) -> None:
        dock, heading = make_dock(self._theme, title.lower(), title, content)
        self._docks[command], self._titles[command] = dock, heading
        self.addDockWidget(_AREAS[command], dock)
        toggle = self.actions_table[command]
        toggle.toggled.connect(dock.setVisible)
        dock.toggleViewAction().toggled.connect(toggle.setChecked)

    def _fill_menus(self) -> None:
        menus = {name: self.menuBar().addMenu(name) for name in Menu}
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        for spec in ACTIONS:
            menu = menus[spec.menu]
            if spec.starts_group:
                menu.addSeparator()
            menu.addAction(self.actions_table[spec.command])
            if spec.command is Command.OPEN:
                menu.addMenu(self._recent_menu)
            elif spec.command is Command.EXPORT_TABLE:
                menu.addMenu(self._plot_menu)
        self.set_recent(())
        self.set_plots(())

    def _fill_toolbar(self) -> None:
        bar = QToolBar("Toolbar")
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(SIZE, SIZE))
        bar.setFixedHeight(_TOOLBAR_HEIGHT)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for group in TOOLBAR:
            for command in group:
                bar.addAction(self.actions_table[command])
                button = bar.widgetForAction(self.actions_table[command])
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addSeparator()
        self._export = QToolButton()
        self._export.setText("Export")
        self._export.setToolTip("Export the table or a plot")
        self._export.setAccessibleName("Export the table or a plot")
        self._export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self._export)
        menu.addAction(self.actions_table[Command.EXPORT_TABLE])
        menu.addMenu(self._plot_menu)
        self._export.setMenu(menu)
        bar.addWidget(self._export)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        self._toolbar = bar

    # what others tell the frame

    def set_recent(self, files: Iterable[Path]) -> None:
        """List these files under *Open recent*."""
        self._recent_menu.clear()
        for file in files:
            action = self._recent_menu.addAction(file.name)
            action.setStatusTip(f"Open {file}.")
            action.setToolTip(str(file))
            action.triggered.connect(lambda _checked=False, file=file: self.recent_chosen.emit(file))
        self._recent_menu.setEnabled(not self._recent_menu.isEmpty())
        why = "" if self._recent_menu.isEnabled() else "No snapshot was opened yet."
        self._recent_menu.menuAction().setToolTip(why)
        self._recent_menu.menuAction().setStatusTip(why)

    def set_plots(self, names: Iterable[str]) -> None:
        """List these plots under *Export plot*."""
        self._plot_menu.clear()
        for name in names:
            action = self._plot_menu.addAction(f"{name.capitalize()}…")
            action.setStatusTip(f"Write the plot {name} into a PNG or SVG file.")
            action.triggered.connect(lambda _checked=False, name=name: self.plot_chosen.emit(name))
        self._plot_menu.setEnabled(not self._plot_menu.isEmpty())

    @property
    def comparison(self) -> QWidget:
        """The panel in the middle, over which a pop-up may open."""
        return self._panels.comparison

    def show_details(self) -> None:
        """Bring the details to the front."""
        dock = self._docks[Command.SHOW_DETAILS]
        dock.show()
        dock.raise_()

    def set_profiler_remark(self, text: str) -> None:
        """Say in the profiler's title how far a run is."""
        self._titles[Command.SHOW_PROFILER].set_remark(text)

    # layout

    def restore_default_layout(self) -> None:
        """Put every dock where it was at the very first start."""
        for command, dock in self._docks.items():
            dock.setFloating(False)
            self.addDockWidget(_AREAS[command], dock)
            dock.show()
        sides = [self._docks[Command.SHOW_LIBRARY], self._docks[Command.SHOW_DETAILS]]
        self.resizeDocks(sides, list(_WIDTHS), Qt.Orientation.Horizontal)
        self.resizeDocks([self._docks[Command.SHOW_PROFILER]], [_PROFILER_HEIGHT], Qt.Orientation.Vertical)
        self._toolbar.show()

    def packed_layout(self) -> tuple[bytes, bytes]:
        """Geometry and layout, as the settings keep them."""
        return bytes(self.saveGeometry().data()), bytes(self.saveState(LAYOUT_VERSION).data())

    def restore_layout(self, settings: WindowSettings) -> None:
        """Take up what the settings keep; what is of another version or damaged changes nothing."""
        if settings.geometry:
            self.restoreGeometry(QByteArray(settings.geometry))
        if settings.layout and not self.restoreState(QByteArray(settings.layout), LAYOUT_VERSION):
            self.restore_default_layout()

    # keyboard

    def focus_next_area(self) -> None:
        """Move the keyboard to the first control of the next part of the window."""
        areas = [
            area
            for area in (
                self._toolbar,
                self._panels.library,
                self._panels.comparison,
                self._panels.details,
                self._panels.profiler,
            )
            if area.isVisible()
        ]
        focused = self.focusWidget()
        holds = [focused in area.findChildren(QWidget) for area in areas]
        now = holds.index(True) if True in holds else -1
        for area in (*areas[now + 1 :], *areas[: now + 1]):
            if _focus_first_in(area):
                return

    # what Qt tells the frame

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close only if that is allowed now."""
        if self._may_close():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take one snapshot file and nothing else."""
        if _snapshot_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say which file it is; it is opened, never run."""
        path = _snapshot_in(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    def _restyle(self) -> None:
        self.setStyleSheet(window_style(self._theme.tokens))
        self._export.setIcon(icon(IconName.EXPORT, self._theme.tokens))


def _snapshot_in(data: QMimeData) -> Path | None:
    """The one local snapshot among what is dragged, None if it is anything else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix == SUFFIX else None


def _focus_first_in(area: QWidget) -> bool:
    """Give the keyboard to the first control of this part that takes it."""
    stop = next((one for one in _stops(area) if one.isVisible() and one.isEnabled()), None)
    if stop is not None:
        stop.setFocus(Qt.FocusReason.ShortcutFocusReason)
    return stop is not None


def _stops(area: QWidget) -> Iterator[QWidget]:
    """The controls of a part at which Tab stops, in their order."""
    candidate = area.nextInFocusChain()
    while candidate is not None and candidate is not area:
        takes = candidate.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if takes and candidate.focusProxy() is None and area.isAncestorOf(candidate):
            yield candidate
        candidate = candidate.nextInFocusChain()

"""The composition root: makes all parts of the application, wires them, and runs Qt's event loop."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fwcompare.catalog.loader import load_catalog
from fwcompare.domain.claim import Catalog
from fwcompare.errors import CatalogError
from fwcompare.execution.engine import Engine
from fwcompare.interpreters.overview import real_interpreters
from fwcompare.paths import DataPaths, resource_folder, user_paths
from ui.actions import Command
from ui.assembly import Assembly, Ground, open_link
from ui.bridge import Background
from ui.closing import StopSignals
from ui.comparison.details import DetailsPanel
from ui.comparison.panel import ComparisonPanel
from ui.interpreters.controller import InterpretersController
from ui.interpreters.dialog import InterpretersDialog
from ui.profiler.controller import ProfilerController, real_services
from ui.profiler.panel import ProfilerPanel
from ui.settings import WindowSettings, load_window_settings, save_window_settings, window_settings_file
from ui.theme import Theme
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind


def main(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        argv: Arguments for Qt, without the program's name.

    Returns:
        Exit code: 0 however the window was closed, also by SIGTERM.
    """
    paths = user_paths()
    settings_file = window_settings_file(paths)
    settings = load_window_settings(settings_file)
    application = QApplication(["fwcompare", *argv])
    application.setApplicationName("fwcompare")
    application.setStyle("Fusion")
    theme = Theme(settings.scheme)
    theme.apply()
    assembly = assemble(paths, theme, settings)
    with assembly.defects, StopSignals() as stop:
        stop.requested.connect(assembly.window.close)
        assembly.window.closed.connect(partial(application.exit, 0))  # also from under an open file dialog
        assembly.window.show()
        assembly.start()
        code = application.exec()
    assembly.end()
    try:
        save_window_settings(assembly.settings_now(), settings_file)
    except OSError as error:
        sys.stderr.write(f"The layout of the window could not be saved: {error}.\n")
    return code


def assemble(paths: DataPaths, theme: Theme, settings: WindowSettings) -> Assembly:
    """The window with its real panels; nothing is started yet."""
    background, engine = Background(), Engine(paths)
    catalog, problem = _catalog()
    comparison = ComparisonPanel(theme, catalog)
    details = DetailsPanel(theme)
    profiler = ProfilerPanel(theme)
    assembly = Assembly(
        Ground(paths, theme, engine, background, catalog), comparison, profiler, details, settings
    )
    interpreters = real_interpreters()
    services = real_services(interpreters)
    controller = ProfilerController(
        profiler, engine, assembly.live, background, paths.settings_file, services
    )
    controller.setParent(assembly)
    pythons = InterpretersController(
        InterpretersDialog(theme, assembly.window),
        interpreters,
        background,
        paths.settings_file,
        FileDialogs(assembly.window, Path.home()),
    )
    pythons.setParent(assembly)
    pythons.changed.connect(controller.look_again)
    profiler.interpreters_wanted.connect(pythons.open)
    assembly.window.actions_table.on(Command.INTERPRETERS, pythons.open)
    assembly.window.closed.connect(interpreters.stop)  # nobody waits for a slow Python then
    _connect(assembly, comparison, details, profiler, controller)
    comparison.page.view.setFocus()
    if problem:
        assembly.window.messages.show_message(MessageKind.ERROR, problem)
    return assembly


def _connect(
    assembly: Assembly,
    comparison: ComparisonPanel,
    details: DetailsPanel,
    profiler: ProfilerPanel,
    controller: ProfilerController,
) -> None:
    """What the panels say to one another goes through the shell and the window."""
    shell, window = assembly.shell, assembly.window
    comparison.selection_changed.connect(shell.select)
    comparison.details_wanted.connect(window.show_details)
    comparison.baseline_changed.connect(details.set_baseline)
    comparison.tab_changed.connect(shell.on_tab)
    shell.on_tab("claims")
    profiler.selection_changed.connect(shell.select)
    profiler.run_state_changed.connect(shell.update)
    profiler.progress_changed.connect(window.set_profiler_remark)
    details.link_activated.connect(open_link)
    controller.error_raised.connect(assembly.show_error)
    assembly.starting.connect(controller.start)


def _catalog() -> tuple[Catalog | None, str]:
    """The claims, or why there are none."""
    try:
        return load_catalog(resource_folder() / "catalog"), ""
    except CatalogError as error:
        return None, str(error)

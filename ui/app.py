"""The composition root: makes all parts of the application, wires them, and runs Qt's event loop.

First everything that the first picture needs. The engine and the profiler panel, with the library that
it draws with, are imported in the background when the window has been painted, and then put in place.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from fwcompare.catalog.loader import load_catalog
from fwcompare.cli.wording import self_test, span
from fwcompare.domain.claim import Catalog
from fwcompare.domain.words import count
from fwcompare.errors import CatalogError, FwcompareError
from fwcompare.execution.schedule import estimate_s
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths, resource_folder, user_paths
from ui.actions import Command
from ui.assembly import Assembly, Ground, open_link
from ui.bridge import Background
from ui.closing import StopSignals
from ui.comparison.details import DetailsPanel, explained_in
from ui.comparison.explanation_details import METHOD
from ui.comparison.panel import ComparisonPanel
from ui.comparison.rows import RowSource
from ui.method_page import MethodPage, read_method
from ui.profiler.later import LaterProfiler
from ui.selection import RowSelection
from ui.settings import WindowSettings, load_window_settings, save_window_settings, window_settings_file
from ui.theme import Theme
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind

if TYPE_CHECKING:
    from fwcompare.domain.plan import Plan
    from fwcompare.stats.selftest import SelfTest
    from ui.profiler.controller import ProfilerController
    from ui.profiler.more_rounds import MoreRounds


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
    application.setDesktopFileName("fwcompare")
    application.setWindowIcon(QIcon(str(resource_folder() / "icons" / "application" / "fwcompare.png")))
    application.setStyle("Fusion")
    theme = Theme(settings.scheme)
    theme.apply()
    assembly = assemble(paths, theme, settings)
    with assembly.defects, StopSignals() as stop:
        stop.requested.connect(assembly.window.close)
        assembly.window.closed.connect(partial(application.exit, 0))  # also from under an open file dialog
        first_paint = FirstPaint(assembly.window)
        first_paint.happened.connect(assembly.start)
        assembly.window.show()
        code = application.exec()
    assembly.end()
    try:
        save_window_settings(assembly.settings_now(), settings_file)
    except OSError as error:
        sys.stderr.write(f"The layout of the window could not be saved: {error}.\n")
    return code


class FirstPaint(QObject):
    """Watches a window until it has been painted.

    Signals:
        happened: It has been, and the event loop is idle again; once.
    """

    happened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Say so after the first paint event; keep nothing from the window."""
        if event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self.happened.emit)
        return super().eventFilter(watched, event)


def assemble(paths: DataPaths, theme: Theme, settings: WindowSettings) -> Assembly:
    """The window with its real panels; nothing is started yet. Engine and profiler come after the start."""
    catalog, problem = _catalog()
    ground = Ground(paths, theme, Background(), catalog)
    comparison, profiler = ComparisonPanel(theme, catalog), LaterProfiler()
    details = DetailsPanel(theme, comparison.measured)
    assembly = Assembly(ground, comparison, profiler, details, settings)
    _connect(assembly, comparison, details, profiler)
    _connect_ratios(assembly, details)
    _connect_rows(assembly, comparison)
    _connect_method(assembly, details, MethodPage(theme, assembly.window))
    comparison.page.view.setFocus()
    assembly.starting.connect(partial(_fetch_profiler, assembly, ground, profiler))
    if problem:
        assembly.window.messages.show_message(MessageKind.ERROR, problem)
    return assembly


def _connect(
    assembly: Assembly, comparison: ComparisonPanel, details: DetailsPanel, profiler: LaterProfiler
) -> None:
    """What the panels say to one another goes through the shell and the window."""
    shell, window = assembly.shell, assembly.window
    comparison.selection_changed.connect(shell.select)
    comparison.details_wanted.connect(window.show_details)
    comparison.rows_changed.connect(details.refresh)
    comparison.tab_changed.connect(shell.on_tab)
    comparison.sample_wanted.connect(assembly.snapshots.open_sample)
    shell.on_tab("claims")
    profiler.selection_changed.connect(shell.select)
    profiler.run_state_changed.connect(shell.update)
    profiler.progress_changed.connect(window.set_profiler_remark)
    profiler.filled.connect(lambda: window.set_plots(profiler.plots()))
    comparison.explanation_wanted.connect(
        lambda: details.show_explanation(explained_in(comparison.page.view.currentIndex()))
    )


def _connect_ratios(assembly: Assembly, details: DetailsPanel) -> None:
    """The bootstrap behind some ratios takes long, so it has a thread of its own."""
    background = assembly.new_background()
    details.ratios_wanted.connect(
        lambda asked: background.submit(
            asked.compute, partial(details.show_ratios, asked), assembly.show_error
        )
    )


def _connect_rows(assembly: Assembly, comparison: ComparisonPanel) -> None:
    """The measured rows are computed in a thread of their own: looking for interpreters takes seconds."""
    source, background = RowSource(), assembly.new_background()

    def compute(view: RunView) -> None:
        background.submit(
            partial(source.rows, view), partial(comparison.show_rows, view), assembly.show_error
        )

    comparison.rows_wanted.connect(compute)


def _connect_method(assembly: Assembly, details: DetailsPanel, method: MethodPage) -> None:
    """The page on the method is read when it is opened first; links of the details lead into it, or to the browser."""
    reader = assembly.new_background()

    def follow(address: str) -> None:
        if address.startswith(METHOD):
            method.open_at(unquote(address.removeprefix(METHOD)))
        else:
            open_link(address)

    method.text_wanted.connect(partial(reader.submit, read_method, method.set_text, assembly.show_error))
    method.link_activated.connect(open_link)
    details.link_activated.connect(follow)
    assembly.window.actions_table.on(Command.METHOD, method.open_at)


def _fetch_profiler(assembly: Assembly, ground: Ground, place: LaterProfiler) -> None:
    """Import what measures and draws elsewhere, then make it here: widgets belong to the GUI thread."""

    def fetch() -> None:
        for name in (
            "fwcompare.execution.engine",
            "ui.profiler.controller",
            "ui.interpreters.controller",
            "numpy.ma",  # else the first quantile of a run would import it in the GUI thread
        ):
            importlib.import_module(name)

    ground.background.submit(
        fetch, lambda _none: _fill_profiler(assembly, ground, place), assembly.show_error
    )


def _fill_profiler(assembly: Assembly, ground: Ground, place: LaterProfiler) -> None:
    from fwcompare.execution.engine import Engine  # noqa: PLC0415 - by now imported, see above
    from fwcompare.interpreters.overview import real_interpreters  # noqa: PLC0415
    from ui.interpreters.controller import InterpretersController  # noqa: PLC0415
    from ui.interpreters.dialog import InterpretersDialog  # noqa: PLC0415
    from ui.profiler.controller import ProfilerController, real_services  # noqa: PLC0415
    from ui.profiler.more_rounds import MoreRounds  # noqa: PLC0415
    from ui.profiler.panel import ProfilerPanel  # noqa: PLC0415

    window, background, settings_file = assembly.window, ground.background, ground.paths.settings_file
    panel, engine, interpreters = ProfilerPanel(ground.theme), Engine(ground.paths), real_interpreters()
    controller = ProfilerController(
        panel, engine, assembly.live, background, settings_file, real_services(interpreters, ground.paths)
    )
    controller.setParent(assembly)
    controller.error_raised.connect(assembly.show_error)
    dialog, files = InterpretersDialog(ground.theme, window), FileDialogs(window, Path.home())
    pythons = InterpretersController(dialog, interpreters, background, settings_file, files)
    pythons.setParent(assembly)
    pythons.changed.connect(controller.look_again)
    panel.interpreters_wanted.connect(pythons.open)
    window.actions_table.on(Command.INTERPRETERS, pythons.open)
    window.actions_table.on(Command.SELF_TEST, controller.check_machine)
    _connect_rounds(assembly, controller, MoreRounds(ground.theme, window))
    _connect_check(assembly, controller)
    controller.said.connect(partial(window.messages.show_message, MessageKind.INFO))
    window.closed.connect(interpreters.stop)  # nobody waits for a slow Python then
    assembly.engage(engine)
    place.fill(panel)
    controller.start()


def _connect_rounds(assembly: Assembly, controller: ProfilerController, more: MoreRounds) -> None:
    """Rounds are added by the command, and by the message at the end of a run that would need them."""
    window, shell = assembly.window, assembly.shell

    def ask(view: RunView) -> None:
        more.ask(view, window.comparison)

    def ask_for_shown() -> None:
        if shell.shown is not None:
            ask(shell.shown)

    def offer(rounds: int, view: RunView) -> None:
        window.messages.show_message(
            MessageKind.INFO,
            f"The comparison can't tell everything yet: about {count(rounds, 'round')} more would settle it.",
            "Add rounds…",
            partial(ask, view),
        )

    def refuse(error: FwcompareError) -> None:
        if more.isVisible():
            more.refuse(str(error))
        else:
            assembly.show_error(error)

    window.actions_table.on(Command.ADD_ROUNDS, ask_for_shown)
    more.suggestion_wanted.connect(controller.suggest_rounds)
    more.chosen.connect(controller.add_rounds)
    controller.rounds_offered.connect(offer)
    controller.rounds_suggested.connect(more.suggest)
    controller.rounds_refused.connect(refuse)
    controller.run_started.connect(more.close)


def _connect_check(assembly: Assembly, controller: ProfilerController) -> None:
    """A check begins when the user knows how long it takes; what it found is told."""
    messages, offered = assembly.window.messages, ""

    def offer(plan: Plan) -> None:
        nonlocal offered
        withdraw()
        offered = (
            f"The check compares {plan.baseline} with itself for about {span(estimate_s(plan))}; leave the machine "
            "alone meanwhile. Run > Cancel ends it."
        )
        messages.show_message(MessageKind.INFO, offered, "Start", partial(controller.run, plan))

    def withdraw() -> None:
        messages.withdraw(offered)

    controller.check_planned.connect(offer)
    controller.run_started.connect(withdraw)
    controller.checked.connect(partial(_tell_check, assembly))


def _tell_check(assembly: Assembly, found: SelfTest, view: RunView) -> None:
    """Say what a self-test found out of this machine; what disturbed it is behind the link, with the verdict's reasons."""
    verdict, *_, shown = self_test(found)
    row = RowSelection(found.comparison.contender, found.comparison.workload)
    assembly.window.messages.show_message(
        MessageKind.INFO if found.passed else MessageKind.WARNING,
        f"{verdict}\n{shown}".replace(" %", "\N{NO-BREAK SPACE}%"),
        "How this verdict came about",
        partial(assembly.shell.explain, view, row),
    )


def _catalog() -> tuple[Catalog | None, str]:
    """The claims, or why there are none."""
    try:
        return load_catalog(resource_folder() / "catalog"), ""
    except CatalogError as error:
        return None, str(error)

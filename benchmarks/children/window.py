"""The real window measures; it is hidden, or visible with all its plots.

python window.py hidden|visible FOLDER MEASURE_S WARM_UP_S ARCHITECTURE/SIZE…
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.common.runs import EAGER, one_block, plan_of, require_measured, times_of, workload
from fwcompare.domain.record import RunRecord
from fwcompare.execution.view import RunView
from fwcompare.paths import paths_in
from ui.app import assemble
from ui.assembly import Assembly
from ui.profiler.panel import ProfilerPanel
from ui.settings import WindowSettings
from ui.theme import Theme

POLL_MS = 50


_BEHIND = "Scaling"
"""The page that another one covers until a run with several batches is chosen."""


def wait_for(application: QApplication, condition: Callable[[], bool]) -> None:
    """Let the event loop run until the condition holds."""
    timer = QTimer()
    timer.timeout.connect(lambda: application.exit() if condition() else None)
    timer.start(POLL_MS)
    application.exec()


def measured(application: QApplication, assembly: Assembly, arguments: list[str]) -> RunRecord:
    """The finished run that the arguments ask for, measured while the window is as they say."""
    state, _, measure_s, warm_up_s, *names = arguments
    window = assembly.window
    wait_for(application, lambda: window.findChild(ProfilerPanel) is not None)
    profiler: ProfilerPanel = window.findChild(ProfilerPanel)
    wait_for(application, lambda: profiler.form.run_obstacle == "")  # nothing is looked for any more
    if state == "hidden":
        window.hide()
    wrong = [name for name, plot in profiler.plots().items() if plot.isVisible() is (state == "hidden")]
    if wrong and wrong != [_BEHIND]:
        raise RuntimeError(f"The window should be {state}; these plots are not: {wrong}")
    views: list[RunView] = []
    assembly.live.view_changed.connect(views.append)
    work = [workload(*name.split("/")) for name in names]
    profiler.run_requested.emit(plan_of(work, [EAGER], one_block(float(measure_s), float(warm_up_s))))
    wait_for(application, lambda: bool(views) and views[-1].finished)
    return require_measured(views[-1].record)


def main(arguments: list[str]) -> None:
    folder = Path(arguments[1])
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    theme = Theme()
    theme.apply()
    assembly = assemble(replace(paths_in(folder), lock_file=folder / "lock"), theme, WindowSettings())
    assembly.window.resize(1440, 900)
    assembly.window.show()
    assembly.start()
    record = measured(application, assembly, arguments)
    assembly.window.close()
    assembly.end()
    print(json.dumps({block.workload: asdict(times_of(block)) for block in record.blocks}))


if __name__ == "__main__":
    main(sys.argv[1:])

"""From process start to a painted window: fwcompare against an empty window with PySide6 and pyqtgraph.

Prints the ratio of medians of whole processes, taken in turns; the aim is at most 1.3.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 9

EMPTY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
def main():
    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1440, 900)
    window.show()
    window.grab()
    QTimer.singleShot(0, application.quit)
    return application.exec()
sys.exit(main())
"""

OURS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from fwcompare.paths import paths_in
from ui.app import assemble
from ui.settings import WindowSettings
from ui.theme import Theme
def main():
    application = QApplication([])
    application.setStyle("Fusion")
    theme = Theme()
    theme.apply()
    assembly = assemble(paths_in(Path(sys.argv[1])), theme, WindowSettings())
    assembly.window.resize(1440, 900)
    assembly.window.show()
    assembly.window.grab()
    QTimer.singleShot(0, application.quit)
    return application.exec()
sys.exit(main())
"""


def seconds(code: str, folder: str) -> float:
    """Wall time of one process, which finds its modules compiled, as those of an installed application are."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPYCACHEPREFIX": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, folder], env=environment, check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for code in (EMPTY, OURS):
            seconds(code, folder)
        pairs = [(seconds(EMPTY, folder), seconds(OURS, folder)) for _ in range(RUNS)]
    empty, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"start to painted window: {ours:.2f} s, empty window {empty:.2f} s, ratio {ours / empty:.2f} (aim 1.3)"
    )


if __name__ == "__main__":
    main()

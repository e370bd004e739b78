"""How long it takes to list 1,000 snapshots: a window that was opened before, against reading the folder alone.

Three figures, medians of several turns: the listing as the window gets it (folder, index, annotations), the rows
sorted and filtered anew in the model, and for comparison `os.scandir` with `stat` of the same files. The
first listing ever, which reads each file, is printed beside them. The aim is a blink, 100 ms.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication

from fwcompare.library.entries import SortKey
from fwcompare.library.library import Library
from fwcompare.paths import paths_in
from tests.snapshots import copies
from ui.snapshots.library import LibraryModel

COUNT = 1000
TURNS = 15


def milliseconds(work: Callable[[], object]) -> float:
    begin_ns = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begin_ns) / 1e6


def scan(folder: Path) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            entry.stat()


def use(model: LibraryModel) -> None:
    """Sort by another key, filter, and show all again."""
    model.sort_by(SortKey.NAME)
    model.filter_by("cnn")
    model.filter_by("")
    model.sort_by(SortKey.DATE)


def main() -> None:
    application = QCoreApplication([])
    with tempfile.TemporaryDirectory() as name:
        paths = paths_in(Path(name))
        copies(paths.snapshots, COUNT)
        first = milliseconds(lambda: Library(paths).list_all())
        model = LibraryModel()
        turns = [
            (
                milliseconds(lambda: scan(paths.snapshots)),
                milliseconds(lambda: model.replace_all(Library(paths).look().entries)),
                milliseconds(lambda: use(model)),
            )
            for _ in range(TURNS)
        ]
    scanned, listed, used = (statistics.median(column) for column in zip(*turns, strict=True))
    assert model.rowCount() == COUNT
    print(
        f"library: {COUNT:,} snapshots listed / folder scanned = {listed / scanned:.1f}"
        f" ({listed:.0f} ms, {scanned:.1f} ms; aim 100 ms); sorted and filtered four times {used:.0f} ms;"
        f" without an index {first / 1e3:.1f} s"
    )
    del application


if __name__ == "__main__":
    main()

"""A user in a process of its own: drives the real window with mouse and keyboard, and says what it saw.

Run as `python drive_window.py STEPS FOLDER`, on any display; prints one JSON object at the end. STEPS is
"measure" (run, sort, filter, details, save) or "reopen" (open what was saved).
"""

from __future__ import annotations

import faulthandler
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog

from fwcompare.domain.outcome import Outcome
from fwcompare.paths import paths_in
from fwcompare.stats.blocks import repeated
from ui.actions import Command
from ui.app import assemble
from ui.assembly import Assembly
from ui.comparison.panel import ComparisonPanel
from ui.profiler.panel import ProfilerPanel
from ui.settings import load_window_settings, window_settings_file
from ui.theme import Scheme, Theme

LEFT_OUT = ("pytorch:compile", "keras-torch:default")
"""So that six contenders remain: these two take longest to start."""

POLL_MS = 50
TIMEOUT_S = 890
"""A little less than the test waits, so that the stacks are seen."""

FRAMEWORKS = ("torch", "tensorflow", "keras", "jax")

Step = Iterator[Callable[[], bool]]
"""A user: does something, then yields what to wait for."""


def choose(box: QComboBox, text: str) -> None:
    """Pick an entry with the keyboard, as somebody without a mouse does."""
    box.setFocus()
    while box.currentText() != text:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if before < box.findText(text) else Qt.Key.Key_Up)
        assert box.currentIndex() != before, f"{text} can't be chosen"


class User:
    """What is done, and what is seen of it."""

    def __init__(self, assembly: Assembly, folder: Path) -> None:
        self.window = assembly.window
        self.comparison: ComparisonPanel = self.window.findChild(ComparisonPanel)
        self.assembly = assembly
        self.folder = folder
        self.seen: dict[str, Any] = {}

    @property
    def profiler(self) -> ProfilerPanel:
        return self.window.findChild(ProfilerPanel)

    def measure(self) -> Step:
        yield lambda: self.profiler is not None
        form = self.profiler.form
        yield lambda: form.run_obstacle == ""
        self.grab("start")
        choose(form.architecture, "mlp")
        choose(form.size_box, "tiny")
        choose(form.preset, "quick")
        QTest.mouseClick(form.contenders, Qt.MouseButton.LeftButton)
        for name in LEFT_OUT:
            QTest.keyClick(form.contender_list.boxes[name], Qt.Key.Key_Space)
        QTest.keyClick(form.contender_list, Qt.Key.Key_Escape)
        self.seen["effort"] = form.effort.text()
        QTest.mouseClick(form.run_button, Qt.MouseButton.LeftButton)
        points: list[int] = []
        self.seen["points"] = points

        def is_over() -> bool:
            record = self.comparison.record
            count = sum(len(block.latency) for block in record.blocks) if record else 0
            if not points or count > points[-1]:
                points.append(count)
            if len(points) == 6:
                self.grab("running")
            return form.cancel_obstacle == "Nothing is running." and bool(record and record.finished_utc)

        yield lambda: form.cancel_obstacle == ""
        yield is_over
        record = self.comparison.record
        repeated_ones = repeated(record.blocks)
        self.seen["outcomes"] = [
            str(block.outcome) for block in record.blocks if block.block not in repeated_ones
        ]
        self.seen["failed"] = [
            block.reason + block.log for block in record.blocks if block.outcome is not Outcome.OK
        ]
        yield from self.look_at_results()

    def look_at_results(self) -> Step:
        yield from self.come_forward()
        QTest.keyClick(self.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        yield self.is_computed
        table = self.comparison.page.view
        header = table.horizontalHeader()
        place = header.sectionViewportPosition(self.column("Median")) + 20
        QTest.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().topLeft() + _at(place)
        )
        self.seen["sorted"] = self.figures("Median")
        self.seen["verdicts"] = self.figures("Against baseline")
        table.setFocus()
        table.selectRow(0)
        QTest.keyClick(table, Qt.Key.Key_Return)
        yield lambda: True
        self.seen["csv"] = self.comparison.export_csv_text()
        self.grab("finished")
        QTest.keyClick(self.window, Qt.Key.Key_Slash)
        QTest.keyClicks(QApplication.focusWidget(), "tensorflow:")
        yield lambda: self.comparison.measured.rowCount() == 5
        self.seen["filtered"] = self.figures("Contender")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        self.comparison.set_filter("")
        saved = self.folder / "saved.fwsnap"
        QFileDialog.getSaveFileName = staticmethod(lambda *_, **__: (str(saved), "Snapshots (*.fwsnap)"))
        QTest.keyClick(
            self.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        yield saved.exists

    def reopen(self) -> Step:
        yield lambda: self.profiler.form.run_obstacle == ""
        yield from self.come_forward()
        saved = self.folder / "saved.fwsnap"
        QFileDialog.getOpenFileName = staticmethod(lambda *_, **__: (str(saved), "Snapshots (*.fwsnap)"))
        QTest.keyClick(self.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        yield lambda: self.comparison.record is not None
        QTest.keyClick(self.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        yield self.is_computed
        self.seen["csv"] = self.comparison.export_csv_text()
        self.grab("reopened")
        for command, scheme in ((Command.DARK, "dark"), (Command.LIGHT, "light")):
            self.window.actions_table[command].trigger()
            yield lambda: True
            self.grab(f"reopened-{scheme}")

    def is_computed(self) -> bool:
        """The table has all rows, made from all blocks that count."""
        table, blocks = self.comparison.measured, self.comparison.record.blocks
        replaced = repeated(blocks)
        counting = [one for one in blocks if one.outcome is Outcome.OK and one.block not in replaced]
        return table.rowCount() == 6 and sum(row.summary.blocks for row in table.rows) == len(counting)

    def come_forward(self) -> Step:
        """Shortcuts reach the active window alone, and a bare display has no window manager to choose one."""
        self.window.activateWindow()
        yield self.window.isActiveWindow

    def figures(self, heading: str) -> list[str]:
        model = self.comparison.page.view.model()
        column = self.column(heading)
        return [str(model.index(row, column).data() or "") for row in range(model.rowCount())]

    def column(self, heading: str) -> int:
        model = self.comparison.page.view.model()
        names = [
            str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())
        ]
        return next(place for place, name in enumerate(names) if name.startswith(heading))

    def grab(self, name: str) -> None:
        self.window.grab().save(str(self.folder / f"{name}.png"))


def _at(x: int) -> Any:
    from PySide6.QtCore import QPoint  # noqa: PLC0415 - a helper of one line

    return QPoint(x, 8)


def main(steps: str, folder: Path) -> int:
    faulthandler.dump_traceback_later(TIMEOUT_S, exit=True)
    application = QApplication(["fwcompare"])
    application.setStyle("Fusion")
    paths = replace(paths_in(folder / "data"), lock_file=folder / "lock")
    theme = Theme(Scheme.LIGHT)
    theme.apply()
    assembly = assemble(paths, theme, load_window_settings(window_settings_file(paths)))
    user = User(assembly, folder)
    todo = getattr(user, steps)()
    waiting: list[Callable[[], bool]] = []
    timer = QTimer()

    def go_on() -> None:
        if waiting and not waiting[0]():
            return
        waiting[:] = [found] if (found := next(todo, None)) else []
        if not waiting:
            timer.stop()
            assembly.window.close()

    timer.timeout.connect(go_on)
    assembly.window.resize(1440, 900)
    assembly.window.show()
    assembly.start()
    timer.start(POLL_MS)
    code = application.exec()
    assembly.end()
    user.seen |= {"exit_code": code, "loaded": [name for name in FRAMEWORKS if name in sys.modules]}
    print(json.dumps(user.seen))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))

"""What is seldom chosen for a run, in a pop-up of the form."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QFrame, QSpinBox, QWidget

from fwcompare.domain.workload import Precision, Scenario

MAX_COOL_DOWN_S: Final = 300
_MARGIN: Final = 16


class RunOptions(QFrame):
    """Precision, scenario, cool-down and starts.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Options of the run")
        self.precision, self.scenario = QComboBox(), QComboBox()
        for box, kind, name in (
            (self.precision, Precision, "Precision"),
            (self.scenario, Scenario, "Scenario"),
        ):
            for one in kind:
                box.addItem(str(one), one)
            box.setAccessibleName(name)
            box.currentIndexChanged.connect(self.changed)
        self.scenario.setToolTip(
            "single-stream: each iteration waits for the device, and its latency is told; throughput: groups of "
            "iterations do, and items a second are told"
        )
        self.cool_down = QSpinBox()
        self.cool_down.setRange(0, MAX_COOL_DOWN_S)
        self.cool_down.setSuffix(" s")
        self.cool_down.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach it
        self.cool_down.setAccessibleName("Cool-down")
        self.cool_down.setToolTip("Pause between blocks; on a GPU at most so long, until it is cool again")
        self.cold = QCheckBox("Measure cold &starts")
        self.cold.setToolTip(
            "Twice as many rounds: one with empty compile caches, the next with what that left"
        )
        form = QFormLayout(self)
        form.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        form.addRow("&Precision", self.precision)
        form.addRow("S&cenario", self.scenario)
        form.addRow("Cool-&down", self.cool_down)
        form.addRow(self.cold)
        self.cool_down.valueChanged.connect(self.changed)
        self.cold.toggled.connect(self.changed)

    @property
    def summary(self) -> str:
        """What differs from the default in a few words, "" if nothing does."""
        pause_s = self.cool_down.value()
        parts = {
            self.precision.currentText(): self.precision.currentIndex() > 0,
            self.scenario.currentText(): self.scenario.currentIndex() > 0,
            f"{pause_s} s pauses": pause_s > 0,
            "cold starts": self.cold.isChecked(),
        }
        return ", ".join(name for name, differs in parts.items() if differs)

    def pop_up(self, below: QWidget) -> None:
        """Open under a widget, with the keyboard in the first field."""
        self.adjustSize()
        self.move(below.mapToGlobal(QPoint(0, below.height() + 2)))
        self.show()
        self.precision.setFocus(Qt.FocusReason.PopupFocusReason)

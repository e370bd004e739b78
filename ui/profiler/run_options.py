"""What is seldom chosen for a run, in a pop-up of the form."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QSpinBox, QWidget

MAX_COOL_DOWN_S: Final = 300
_MARGIN: Final = 16


class RunOptions(QFrame):
    """Cool-down and starts.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Options of the run")
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
        form.addRow("&Cool-down", self.cool_down)
        form.addRow(self.cold)
        self.cool_down.valueChanged.connect(self.changed)
        self.cold.toggled.connect(self.changed)

    @property
    def summary(self) -> str:
        """What differs from the default in a few words, "" if nothing does."""
        pause_s = self.cool_down.value()
        parts = [f"{pause_s} s pauses"] if pause_s else []
        return ", ".join([*parts, "cold starts"] if self.cold.isChecked() else parts)

    def pop_up(self, below: QWidget) -> None:
        """Open under a widget, with the keyboard in the first field."""
        self.adjustSize()
        self.move(below.mapToGlobal(QPoint(0, below.height() + 2)))
        self.show()
        self.cool_down.setFocus(Qt.FocusReason.PopupFocusReason)

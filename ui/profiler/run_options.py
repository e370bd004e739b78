"""What is seldom chosen for a run, in a pop-up of the form."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QFrame, QSpinBox, QWidget

from fwcompare.domain.calibration import Margin
from fwcompare.domain.plan import DEFAULT_MARGIN, PRESETS, Effort, PresetName
from fwcompare.domain.words import count, percent
from fwcompare.domain.workload import Precision, Scenario
from fwcompare.stats.detectable import MAX_MARGIN
from ui.widgets.filled_in import FilledIn
from ui.widgets.popup import corner_below

MAX_ROUNDS: Final = 999
"""What the fields take; how many are suggested is another matter, see `fwcompare.stats.ratio`."""

MAX_COOL_DOWN_S: Final = 300
MAX_BLOCK_S: Final = 3600
_MARGIN: Final = 16


class RunOptions(QFrame):
    """Precision, scenario, effort, margin, threads, cool-down and starts.

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
        self.rounds = FilledIn("Rounds", "", 1, MAX_ROUNDS)
        self.rounds.setToolTip(
            "In each round every contender measures one block; filled in: what the preset has"
        )
        self.block = FilledIn("Seconds a block", " s", 0.1, MAX_BLOCK_S, decimals=1)
        self.block.setToolTip(
            "A block is one process of one contender; it measures at least so long; filled in: what the preset has"
        )
        self.margin = FilledIn("Margin", " %", 0.1, 100 * MAX_MARGIN, decimals=1)
        self.margin.setSingleStep(0.5)
        self.threads = FilledIn("Threads", "", 1, 1)
        self.threads.setToolTip("Threads of each worker; filled in: the cores that may be used, less one")
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
        form.addRow("Ro&unds", self.rounds)
        form.addRow("Bloc&k at least", self.block)
        form.addRow("&Margin", self.margin)
        form.addRow("&Threads", self.threads)
        form.addRow("Cool-&down", self.cool_down)
        form.addRow(self.cold)
        self._margin_label = form.labelForField(self.margin)
        for field in (self.scenario, self.rounds, self.block, self.threads, self.cool_down):
            form.labelForField(field).setToolTip(field.toolTip())
        for number in (self.rounds, self.block, self.margin, self.threads, self.cool_down):
            number.valueChanged.connect(self.changed)
        self.cold.toggled.connect(self.changed)
        self.fill_in(PRESETS[PresetName.QUICK], Margin(DEFAULT_MARGIN, ""))

    def fill_in(self, effort: Effort, margin: Margin) -> None:
        """What a preset has and what is known of this machine stands where the user chose nothing else."""
        self.rounds.fill_in(effort.rounds)
        self.block.fill_in(effort.min_measure_s)
        self.margin.fill_in(100 * margin.value)
        tip = f"Differences below it do not count; it is fixed before the run. Filled in: {percent(margin.value)}, {margin.why}"
        for widget in (self.margin, self._margin_label):
            widget.setToolTip(tip)

    def set_threads(self, default: int, most: int) -> None:
        """How many a worker may have here, and how many it has unless the user chooses others."""
        self.threads.setMaximum(most)
        self.threads.setSuffix(f" of {most}")
        self.threads.fill_in(default)

    @property
    def summary(self) -> str:
        """What differs from the default in a few words, "" if nothing does."""
        pause_s = self.cool_down.value()
        parts = {
            self.precision.currentText(): self.precision.currentIndex() > 0,
            self.scenario.currentText(): self.scenario.currentIndex() > 0,
            count(int(self.rounds.value()), "round"): self.rounds.chosen is not None,
            f"{self.block.value():g} s a block": self.block.chosen is not None,
            f"margin {self.margin.value():g} %": self.margin.chosen is not None,
            count(int(self.threads.value()), "thread"): self.threads.chosen is not None,
            f"{pause_s} s pauses": pause_s > 0,
            "cold starts": self.cold.isChecked(),
        }
        return ", ".join(name for name, differs in parts.items() if differs)

    def pop_up(self, below: QWidget) -> None:
        """Open under a widget, with the keyboard in the first field."""
        self.adjustSize()
        self.move(corner_below(below, self.size()))
        self.show()
        self.precision.setFocus(Qt.FocusReason.PopupFocusReason)

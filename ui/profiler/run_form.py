"""The form that says what is to be measured, and the buttons that start and end it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fwcompare.domain.events import Rung
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.workload import Precision, Scenario, Size, Task
from fwcompare.execution.view import RunView
from fwcompare.interpreters.availability import Availability
from ui.profiler.contender_list import ContenderList
from ui.profiler.planning import (
    AUTO,
    LOOKING,
    FormOptions,
    FormState,
    effort_text,
    gpu_label,
    known_margin,
    margin_text,
    plan_from,
)
from ui.profiler.plots import small_font
from ui.profiler.run_options import RunOptions
from ui.theme import Theme

RUNGS: Final = {
    Rung.ASKING: "Asking to stop …",
    Rung.TERMINATING: "Terminating …",
    Rung.KILLING: "Killing …",
}

_HEIGHT: Final = 28
_GAP: Final = 8
_EDGE: Final = 16
_MARGIN: Final = 6
_STATUS_WIDTH: Final = 150


class RunForm(QWidget):
    """Workload, contenders, device and effort; what is wrong stands under it and Run says it too.

    Signals:
        run_requested: The plan.
        cancel_requested: The running comparison is to stop.
        interpreters_wanted: Another Python is to be chosen for this framework.
        device_chosen: "auto", "cpu", or "cuda:" and a UUID: what can run may be different there.
        run_state_changed: Whether Run or Cancel can be used now is different.
    """

    run_requested = Signal(object)
    cancel_requested = Signal()
    interpreters_wanted = Signal(object)
    device_chosen = Signal(str)
    run_state_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._options = FormOptions()
        self._is_running = self._is_cancelling = self._has_run = False
        self._defect = ""
        self._plan: Plan | str = ""
        self._make_controls()
        self.contender_list = ContenderList(theme, self)
        self.options = RunOptions(self)
        self._lay_out()
        self._connect()
        self._apply()

    @property
    def engine_obstacle(self) -> str:
        """Why nothing at all can be measured now, "" if something can."""
        return self._defect or ("A comparison is running; cancel it first." if self._is_running else "")

    @property
    def run_obstacle(self) -> str:
        """Why Run can't be used now, "" if it can."""
        return self.engine_obstacle or (self._plan if isinstance(self._plan, str) else "")

    @property
    def cancel_obstacle(self) -> str:
        """Why Cancel can't be used now, "" if it can."""
        if self._defect:
            return self._defect
        if not self._is_running:
            return "Nothing is running."
        return "The comparison is being cancelled." if self._is_cancelling else ""

    def set_options(self, options: FormOptions) -> None:
        """What there is to choose from."""
        self._options = options
        _refill(self.architecture, [(name, name) for name in options.architectures])
        devices = [("auto", AUTO), ("cpu", "cpu")]
        devices += [(gpu_label(gpu), f"cuda:{gpu.uuid}") for gpu in options.gpus]
        _refill(self.device, devices)
        self.device.setToolTip(options.gpu_reason or "Where the workload runs")
        self.options.set_threads(options.default_threads, options.max_threads)
        self._update()

    def set_availability(self, surveyed: tuple[Availability, ...]) -> None:
        """What can run here."""
        self.contender_list.show_availability(surveyed)
        self._update()

    def show_run(self, view: RunView | None) -> None:
        """Whether something runs, and how far it is with stopping."""
        is_running = view is not None and not view.finished
        block = view.record.blocks[-1] if view is not None and view.record.blocks else None
        rung = block.stopping if block is not None else None
        self._set_running(
            is_running=is_running, is_cancelling=is_running and view is not None and view.record.cancelled
        )
        text = ""
        if is_running and view is not None:
            text = RUNGS[rung] if rung is not None else view.activity
            text = text or ("Cancelling …" if self._is_cancelling else "")
        if text != self.status.toolTip():
            metrics = self.status.fontMetrics()
            self.status.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, _STATUS_WIDTH))
            self.status.setToolTip(text)
            self._show_effort()

    def give_up(self, reason: str) -> None:
        """Nothing can be measured any more, for this reason."""
        self._defect = reason
        self._update()

    def run(self) -> None:
        """Start what the form describes, if it can be."""
        if not self.run_obstacle and isinstance(self._plan, Plan):
            self._set_running(is_running=True, is_cancelling=False)
            self.run_requested.emit(self._plan)

    def cancel(self) -> None:
        """Stop what runs."""
        if not self.cancel_obstacle:
            self._set_running(is_running=True, is_cancelling=True)
            self.cancel_requested.emit()

    def state(self) -> FormState:
        """What the form holds."""
        rounds, percent = self.options.rounds.chosen, self.options.margin.chosen
        return FormState(
            architecture=str(self.architecture.currentData() or ""),
            task=Task(self.task.currentData()),
            size=Size(self.size_box.currentData()),
            batch=self.batch.text(),
            precision=Precision(self.options.precision.currentData()),
            excluded=self.contender_list.excluded,
            device=str(self.device.currentData()),
            preset=PresetName(self.preset.currentData()),
            threads=int(self.options.threads.value()),
            scenario=Scenario(self.options.scenario.currentData()),
            cool_down_s=self.options.cool_down.value(),
            cold=self.options.cold.isChecked(),
            rounds=None if rounds is None else int(rounds),
            block_s=self.options.block.chosen,
            margin=None if percent is None else percent / 100,
        )

    def _set_running(self, *, is_running: bool, is_cancelling: bool) -> None:
        self._has_run = self._has_run or is_running
        if (is_running, is_cancelling) != (self._is_running, self._is_cancelling):
            # a view from before the user's Cancel must not take it back
            self._is_cancelling = is_running and (is_cancelling or self._is_cancelling)
            self._is_running = is_running
            self._update()

    def _update(self) -> None:
        """Make the plan anew and say what is wrong with it."""
        state = self.state()
        self.contender_list.show_work(state.task, state.architecture)
        self._plan = plan_from(state, self.contender_list.surveyed, self._options)
        if isinstance(self._plan, Plan):
            self.options.fill_in(PRESETS[state.preset], known_margin(self._plan, self._options))
        known = self._options.default_batches.get((state.architecture, str(state.size)))
        self.batch.setPlaceholderText("" if known is None else str(known))
        total = len(self.contender_list.surveyed or ())
        self.contenders.setText(f"{self.contender_list.chosen_count()} of {total}")
        self.more.setToolTip(
            self.options.summary
            or "More options: precision, scenario, rounds, block, margin, threads, cool-down, cold starts"
        )
        problem = self._plan if isinstance(self._plan, str) else ""
        self.problem.setText(problem)
        tokens = self._theme.tokens
        self.problem.setStyleSheet(f"color: {tokens.text2 if problem == LOOKING else tokens.old.text}")
        self.problem.setVisible(bool(problem))
        self._show_effort()
        self.run_button.setText("Run again" if self._has_run and not self._is_running else "Run")
        _set_obstacle(self.run_button, self.run_obstacle, "Measure what the form describes")
        self.cancel_button.setText("Cancelling …" if self._is_cancelling else "Cancel")
        _set_obstacle(self.cancel_button, self.cancel_obstacle, "Stop measuring; what was measured is saved")
        self._fields.arrange()
        self.run_state_changed.emit()

    def _show_effort(self) -> None:
        is_plan = isinstance(self._plan, Plan) and not self._is_running
        if is_plan and isinstance(self._plan, Plan):
            self.effort.setText(effort_text(self._plan))
            self.effort.setToolTip(margin_text(self._plan, self._options))
        else:
            self.effort.clear()
        self.effort.setVisible(bool(self.effort.text()))
        self.status.setVisible(bool(self.status.text()))

    def _on_device(self) -> None:
        self._update()
        self.device_chosen.emit(str(self.device.currentData()))

    def _make_controls(self) -> None:
        self.architecture, self.task, self.size_box = QComboBox(), QComboBox(), QComboBox()
        self.device, self.preset = QComboBox(), QComboBox()
        self.batch = QLineEdit()
        self.contenders, self.more = QPushButton(), QPushButton("…")
        self.more.setAccessibleName("Options of the run")
        self.more.setObjectName("small")
        self.more.setFixedSize(_HEIGHT, _HEIGHT)
        self.run_button, self.cancel_button = QPushButton("Run"), QPushButton("Cancel")
        self.effort, self.status, self.problem = QLabel(), QLabel(), QLabel()
        _refill(self.task, [(str(one), one) for one in Task])
        _refill(self.size_box, [(str(one), one) for one in Size])
        _refill(self.preset, [(str(one), one) for one in PresetName])
        _refill(self.device, [("auto", AUTO), ("cpu", "cpu")])
        self.size_box.setCurrentIndex(list(Size).index(Size.SMALL))
        self.batch.setMaxLength(64)
        self.batch.setFixedWidth(64)
        self.batch.setToolTip("Examples in one iteration; several, as 1,8,32, show how it scales")
        self.device.setMaximumWidth(180)
        self.run_button.setObjectName("primary")
        self.problem.setAccessibleName("What keeps the comparison from being run")
        self.contenders.setToolTip("Choose the contenders")

    def _lay_out(self) -> None:
        what = _line(
            ("Next run", self.architecture),
            ("Task", self.task),
            ("Size", self.size_box),
            ("Batch", self.batch),
        )
        who = _line(("Contenders", self.contenders), ("Device", self.device), ("Preset", self.preset))
        self._fields = _Fields(what, who)
        self.architecture.setAccessibleName("Workload of the next run")
        self.architecture.setToolTip("The workload of the next run, whatever is shown above")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._with_buttons(self._fields))
        whole.addWidget(self.problem)
        self.problem.setContentsMargins(16, 0, 16, 6)
        self.problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _with_buttons(self, fields: QWidget) -> QHBoxLayout:
        """The buttons stay where they are however narrow the form is."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(fields, 1)
        row.addWidget(self.more)
        row.addWidget(self.effort)
        row.addWidget(self.status)
        for button in (self.run_button, self.cancel_button):
            button.setFixedHeight(_HEIGHT)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        for box in (self.architecture, self.task, self.size_box, self.preset):
            box.currentIndexChanged.connect(self._update)
        self.device.currentIndexChanged.connect(self._on_device)
        self.batch.textChanged.connect(self._update)
        self.batch.returnPressed.connect(self.run)
        self.options.changed.connect(self._update)
        self.more.clicked.connect(lambda: self.options.pop_up(self.more))
        self.contenders.clicked.connect(lambda: self.contender_list.pop_up(self.contenders))
        self.contender_list.changed.connect(self._update)
        self.contender_list.interpreters_wanted.connect(self.interpreters_wanted)
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self.cancel)
        self._theme.changed.connect(self._apply)

    def _apply(self) -> None:
        """Take the colours of the scheme."""
        tokens = self._theme.tokens
        for label in (*self.findChildren(QLabel, "field"), self.effort, self.status):
            label.setStyleSheet(f"color: {tokens.text2}")
            label.setFont(small_font(self, 12))
        self.problem.setFont(small_font(self, 12))
        self._update()


def _refill(box: QComboBox, items: Sequence[tuple[str, object]]) -> None:
    """Other choices; what was chosen stays chosen if it is still there."""
    before = box.currentData()
    box.blockSignals(True)  # noqa: FBT003 - Qt's own way
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    found = box.findData(before)
    box.setCurrentIndex(max(0, found))
    box.blockSignals(False)  # noqa: FBT003


def _set_obstacle(button: QPushButton, obstacle: str, hint: str) -> None:
    """Enable a button, or say why it is not."""
    button.setEnabled(not obstacle)
    text = obstacle or hint
    button.setToolTip(text)
    button.setStatusTip(text)


def _line(*fields: tuple[str, QWidget]) -> QWidget:
    """Controls side by side, each with its name before it."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for text, control in fields:
        label = QLabel(text)
        label.setObjectName("field")
        label.setBuddy(control)
        control.setAccessibleName(text)
        control.setFixedHeight(_HEIGHT)
        row.addWidget(label)
        row.addWidget(control)
        row.addSpacing(1)
    row.addStretch()
    return line


class _Fields(QScrollArea):
    """The fields in one line, or in two; they move under the buttons where the window is too narrow even for that.

    Args:
        lines: What stays together.
    """

    def __init__(self, *lines: QWidget) -> None:
        super().__init__()
        self._lines = lines
        content = QWidget()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._box.setContentsMargins(_EDGE, _MARGIN, 0, _MARGIN)
        self._box.setSpacing(_GAP)
        for place, line in enumerate(lines):
            self._box.addWidget(line, place)  # what is left over is at the end
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._height = 2 * _MARGIN + _HEIGHT
        self.setMinimumHeight(self._height)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As many lines as there is room for."""
        super().resizeEvent(event)
        self.arrange()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its lines; in a very low window one of them is scrolled."""
        return QSize(super().sizeHint().width(), self._height)

    def arrange(self) -> None:
        """Take as many lines as are needed for what the controls hold now."""
        needed = _EDGE + sum(line.sizeHint().width() + _GAP for line in self._lines)
        direction, count = QBoxLayout.Direction.LeftToRight, 1
        if needed > self.width():
            direction, count = QBoxLayout.Direction.TopToBottom, len(self._lines)
        self._box.setDirection(direction)
        self._height = 2 * _MARGIN + count * (_HEIGHT + _GAP) - _GAP
        self.setMaximumHeight(self._height)
        self.updateGeometry()

"""The list from which contenders are chosen, with what keeps the others from running."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fwcompare.domain.contender import MODULES, Contender, Framework
from fwcompare.domain.workload import Task
from fwcompare.interpreters.availability import Availability
from fwcompare.paths import tilde
from ui.profiler.plots import colour, mark_text, small_font
from ui.theme import Theme, look_of
from ui.widgets.popup import corner_below, room_below

_WIDTH = 600
_HEIGHT = 460
_LEAST_HEIGHT = 200
"""Where less is left below the button, the pop-up moves up."""


class ContenderList(QFrame):
    """A pop-up of check boxes, one framework after the other.

    Signals:
        changed: Another set of contenders is excluded.
        interpreters_wanted: Another Python is to be chosen for this framework.
    """

    changed = Signal()
    interpreters_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._surveyed: tuple[Availability, ...] | None = None
        self._task, self._architecture = Task.INFERENCE, ""
        self._excluded: set[str] = set()
        self._listed: set[str] = set()
        self.boxes: dict[str, QCheckBox] = {}
        self.interpreter_buttons: dict[Framework, QPushButton] = {}
        self.setAccessibleName("Contenders")
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        theme.changed.connect(self._fill)
        self._fill()

    @property
    def excluded(self) -> frozenset[str]:
        """Ids of the contenders that do not compete: what the user took out, or never put in."""
        return frozenset(self._excluded)

    @property
    def surveyed(self) -> tuple[Availability, ...] | None:
        """What is known of the contenders, None while it is not."""
        return self._surveyed

    def chosen_count(self) -> int:
        """How many contenders would run."""
        return sum(self._is_chosen(one) for one in self._surveyed or ())

    def show_availability(self, surveyed: tuple[Availability, ...]) -> None:
        """List these; what the user took out or put in stays so, what is new competes if that is its default."""
        if surveyed != self._surveyed:
            self._surveyed = surveyed
            new = [one.contender for one in surveyed if one.contender.id not in self._listed]
            self._excluded |= {contender.id for contender in new if not contender.is_default}
            self._listed |= {contender.id for contender in new}
            self._fill()

    def show_work(self, task: Task, architecture: str) -> None:
        """Contenders that can't do this can't be chosen."""
        if (task, architecture) != (self._task, self._architecture):
            self._task, self._architecture = task, architecture
            self._fill()

    def pop_up(self, below: QWidget) -> None:
        """Open under a widget, with the keyboard in the list."""
        room = max(room_below(below), _LEAST_HEIGHT)
        self.resize(_WIDTH, min(_HEIGHT, self._page.sizeHint().height() + 16, room))
        self.move(corner_below(below, self.size()))
        self.show()
        first = next((box for box in self.boxes.values() if box.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        self.boxes.clear()
        self.interpreter_buttons.clear()
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for framework, group in groupby(self._surveyed or (), key=lambda one: one.contender.framework):
            members = tuple(group)
            column.addWidget(self._heading(framework, members))
            for one in members:
                self._add_contender(column, one)
            column.addSpacing(8)
        column.addStretch()
        self._scroll.setWidget(self._page)

    def _heading(self, framework: Framework, members: Sequence[Availability]) -> QWidget:
        first = members[0]
        versions = [f"{name} {first.versions[name]}" for name in MODULES[framework] if name in first.versions]
        where = tilde(first.contender.interpreter) or "no Python assigned"
        heading = QLabel(f"<b>{framework}</b>")
        remark = QLabel(" · ".join([*versions, where]))
        remark.setFont(small_font(self, 12))
        remark.setStyleSheet(f"color: {self._theme.tokens.text2}")
        remark.setToolTip(remark.text())
        remark.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # the button stays whole
        button = QPushButton("Other Python…")
        button.setAccessibleName(f"Assign another Python to {framework}")
        button.setToolTip("Choose the Python in whose environment this framework is installed")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._ask(framework))
        self.interpreter_buttons[framework] = button
        row_widget = QWidget()
        row = QHBoxLayout(row_widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(heading)
        row.addWidget(remark, 1)
        row.addWidget(button)
        return row_widget

    def _add_contender(self, column: QVBoxLayout, one: Availability) -> None:
        box = QCheckBox(one.contender.label)
        box.setIcon(self._icon(one.contender))
        obstacle = self._obstacle(one)
        box.setChecked(self._is_chosen(one))
        box.setEnabled(not obstacle)
        box.toggled.connect(lambda checked: self._on_toggled(one.contender.id, is_chosen=checked))
        self.boxes[one.contender.id] = box
        column.addWidget(box)
        if obstacle:
            box.setToolTip(obstacle)
            box.setAccessibleDescription(obstacle)
            why = QLabel(obstacle)
            why.setWordWrap(True)
            why.setIndent(24)
            why.setFont(small_font(self, 12))
            why.setStyleSheet(f"color: {self._theme.tokens.text2}")
            why.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            column.addWidget(why)

    def _obstacle(self, one: Availability) -> str:
        """Why it can't be chosen, "" if it can."""
        inherent = one.contender.obstacle_to(self._task, self._architecture)
        return inherent or f"{one.reason} {one.remedy}".strip()

    def _is_chosen(self, one: Availability) -> bool:
        return not self._obstacle(one) and one.contender.id not in self._excluded

    def _icon(self, contender: Contender) -> QIcon:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(16 * ratio), round(16 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        look = look_of(contender)
        painter = QPainter(picture)
        painter.setFont(small_font(self, 12))
        painter.setPen(colour(look.hue))
        painter.drawText(0, 0, 16, 16, Qt.AlignmentFlag.AlignCenter, mark_text(look))
        painter.end()
        return QIcon(picture)

    def _on_toggled(self, contender: str, *, is_chosen: bool) -> None:
        if is_chosen:
            self._excluded.discard(contender)
        else:
            self._excluded.add(contender)
        self.changed.emit()

    def _ask(self, framework: Framework) -> None:
        self.hide()
        self.interpreters_wanted.emit(framework)

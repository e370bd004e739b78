"""How many rounds are to be added to a comparison, in a pop-up of the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fwcompare.execution.view import RunView
from fwcompare.library.facts import title_of
from ui.profiler.planning import Suggestion
from ui.profiler.run_options import MAX_ROUNDS
from ui.theme import Theme
from ui.widgets.filled_in import FilledIn

_MARGIN: Final = 16
_TEXT_WIDTH: Final = 308
_HINT: Final = "Add these rounds; all of them run before anything is judged anew"
_SUGGESTING: Final = "Looking how many would settle what is open …"
_CHECKING: Final = "Looking whether they fit to the earlier ones …"


class MoreRounds(QFrame):
    """Asks how many, and says in place why none can be added.

    Args:
        theme: Colours.
        parent: The window.

    Signals:
        suggestion_wanted: How many rounds should be added to this `RunView`? `suggest` takes the answer.
        chosen: A `RunRecord`, and how many rounds are to be added to it.
    """

    suggestion_wanted = Signal(object)
    chosen = Signal(object, int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._view: RunView | None = None
        self.setAccessibleName("Add rounds")
        self.title, self.note = QLabel(), QLabel()
        self.title.setStyleSheet("font-weight: 600")
        self.note.setWordWrap(True)
        self.rounds = FilledIn("Rounds to add", "", 1, MAX_ROUNDS)
        self.rounds.setToolTip(
            "Fixed before they run: whoever adds until a difference shows finds one that is none"
        )
        self.add_button = QPushButton("Add")
        self.add_button.setObjectName("primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel("Rounds"))
        row.addWidget(self.rounds, 1)
        row.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.note)
        self.rounds.lineEdit().returnPressed.connect(self._add)
        self.add_button.clicked.connect(self._add)

    def ask(self, view: RunView, over: QWidget) -> None:
        """Open in the middle of a widget, with the keyboard in the number."""
        self._view = view
        self.title.setText(f"Add rounds to {title_of(view.record.plan)}")
        self.rounds.reset(1)
        self._say(_SUGGESTING)
        self._set_checking("")
        self.move(over.mapToGlobal(over.rect().center()) - self.rect().center())
        self.show()
        self.rounds.setFocus(Qt.FocusReason.PopupFocusReason)
        self.rounds.selectAll()
        self.suggestion_wanted.emit(view)

    def suggest(self, suggestion: Suggestion, view: RunView) -> None:
        """Fill the number in, unless the user has done so, and say why it is this one."""
        if view is not self._view or not self.add_button.isEnabled():
            return
        self._say(suggestion.why)
        self.rounds.fill_in(suggestion.rounds)
        if self.rounds.chosen is None:
            self.rounds.selectAll()

    def refuse(self, reason: str) -> None:
        """Say why they can't be added."""
        self._set_checking("")
        self._say(reason, is_problem=True)

    def _add(self) -> None:
        if self._view is not None and self.add_button.isEnabled():
            self._say(_CHECKING)
            self._set_checking(_CHECKING)
            self.chosen.emit(self._view.record, int(self.rounds.value()))

    def _set_checking(self, obstacle: str) -> None:
        self.add_button.setEnabled(not obstacle)
        self.add_button.setToolTip(obstacle or _HINT)
        self.add_button.setStatusTip(obstacle or _HINT)

    def _say(self, text: str, *, is_problem: bool = False) -> None:
        tokens = self._theme.tokens
        self.note.setText(text)
        self.note.setStyleSheet(f"color: {tokens.old.text if is_problem else tokens.text2}")
        self.note.setFixedSize(_TEXT_WIDTH, self.note.heightForWidth(_TEXT_WIDTH))
        self.adjustSize()

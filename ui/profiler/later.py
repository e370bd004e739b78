"""The place of the profiler panel, which comes when the window is painted.

What the panel draws with takes as long to import as all the rest of the window. Until the panel is there
its place says why nothing can be run, and keeps what is to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fwcompare.execution.view import RunView

if TYPE_CHECKING:
    from ui.profiler.panel import ProfilerPanel

NOT_YET: Final = "The profiler is being prepared."


class LaterProfiler(QWidget):
    """Stands for the profiler panel towards the rest of the window, see `ProfilerPanel`.

    Signals:
        filled: The panel is there.
        selection_changed: As the panel's.
        run_state_changed: As the panel's.
        progress_changed: As the panel's.
    """

    filled = Signal()
    selection_changed = Signal(object)
    run_state_changed = Signal()
    progress_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._panel: ProfilerPanel | None = None
        self._view: RunView | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, panel: ProfilerPanel) -> None:
        """Put the panel in its place and let it show what it missed."""
        self._panel = panel
        panel.selection_changed.connect(self.selection_changed)
        panel.run_state_changed.connect(self.run_state_changed)
        panel.progress_changed.connect(self.progress_changed)
        self._column.addWidget(panel)
        panel.show_view(self._view)
        self._view = None
        self.filled.emit()
        self.run_state_changed.emit()

    @property
    def run_obstacle(self) -> str:
        """Why Run can't be used now, "" if it can."""
        return NOT_YET if self._panel is None else self._panel.run_obstacle

    @property
    def engine_obstacle(self) -> str:
        """Why nothing at all can be measured now, "" if something can."""
        return NOT_YET if self._panel is None else self._panel.form.engine_obstacle

    @property
    def cancel_obstacle(self) -> str:
        """Why Cancel can't be used now, "" if it can."""
        return NOT_YET if self._panel is None else self._panel.cancel_obstacle

    def give_up(self, reason: str) -> None:
        """Nothing can be measured any more."""
        if self._panel is not None:
            self._panel.give_up(reason)

    def run(self) -> None:
        """Start what the form describes, if it can be."""
        if self._panel is not None:
            self._panel.run()

    def cancel(self) -> None:
        """Stop what runs."""
        if self._panel is not None:
            self._panel.cancel()

    def show_view(self, view: RunView | None) -> None:
        """Draw a run, at once or when the panel comes."""
        if self._panel is None:
            self._view = view
        else:
            self._panel.show_view(view)

    def plots(self) -> Mapping[str, QWidget]:
        """The plots by name, none before the panel is there."""
        return {} if self._panel is None else self._panel.plots()

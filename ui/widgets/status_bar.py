"""The line at the bottom: how far the run is, whether the machine is quiet, and which machine it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from fwcompare.cli import wording
from fwcompare.domain.calibration import is_another
from fwcompare.domain.events import Scalar
from fwcompare.execution.view import RunView
from ui.icons import IconName, pixmap
from ui.theme import Theme
from ui.widgets import status_texts
from ui.widgets.caption import Caption
from ui.widgets.status_texts import Noise

_PROGRESS_WIDTH: Final = 160
_NOTHING: Final = "Nothing measured yet"


class StatusBar(QStatusBar):
    """Set ten times a second, so every setter looks first whether there is anything new."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._noise: Noise | None = None
        self._here: Mapping[str, Scalar] = {}
        self.setSizeGripEnabled(False)
        self.setFixedHeight(28)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(_PROGRESS_WIDTH, 4)
        self._progress.setAccessibleName("Progress of the comparison")
        self._progress.hide()
        self._light = QLabel()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        self._state, self._noise_text = Caption(theme, left), Caption(theme, left)
        self._machine_text = Caption(theme, right)
        self._state.set_text(_NOTHING)
        self._add_left(self._progress, self._state)
        self._noise_row = self._row(self._light, self._noise_text)
        self._noise_row.hide()
        for part in (self._noise_row, self._row(self._machine_text)):
            self.addPermanentWidget(part)
        theme.changed.connect(self._draw_light)

    def show_machine(self, here: Mapping[str, Scalar]) -> None:
        """Name the machine on which the window runs, until a comparison with one of its own is shown."""
        self._here = here
        self._machine_text.set_text(wording.machine(here))

    def show_view(self, view: RunView | None) -> None:
        """Show how a comparison stands."""
        if view is None:
            self._progress.hide()
            self._state.set_text(_NOTHING)
            self._show_noise(None)
            self._machine_text.set_text(wording.machine(self._here))
            return
        done, total = status_texts.progress(view.record)
        self._progress.setVisible(not view.finished)
        self._show_progress(done, max(1, total))
        self._state.set_text(status_texts.state_text(view))
        self._show_noise(None if view.finished else status_texts.noise_of(view.record))
        measured_on = view.record.machine
        whose = "Another machine: " if is_another(measured_on, self._here) else ""
        self._machine_text.set_text(f"{whose}{wording.machine(measured_on)}")

    def _show_progress(self, done: int, total: int) -> None:
        if (done, total) != (self._progress.value(), self._progress.maximum()):
            self._progress.setUpdatesEnabled(False)  # it would paint at once, and all of the window with it
            self._progress.setMaximum(total)
            self._progress.setValue(done)
            self._progress.setUpdatesEnabled(True)

    def _add_left(self, *parts: QWidget) -> None:
        self.addWidget(self._row(*parts), 1)

    def _row(self, *parts: QWidget) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(8)
        for part in parts:
            layout.addWidget(part, alignment=Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        return row

    def _show_noise(self, noise: Noise | None) -> None:
        """The light is about this machine now: there is none when nothing is measured."""
        if noise == self._noise:
            return
        self._noise = noise
        self._noise_row.setVisible(noise is not None)
        if noise is not None:
            self._noise_text.set_text(noise.text)
            self._light.setToolTip(noise.explanation)
            self._noise_text.setToolTip(noise.explanation)
            self._draw_light()

    def _draw_light(self) -> None:
        if self._noise is None:
            return
        tokens, is_quiet = self._theme.tokens, self._noise.is_quiet
        symbol, colour = (IconName.QUIET, tokens.ok.text) if is_quiet else (IconName.NOISY, tokens.old.text)
        self._light.setPixmap(pixmap(symbol, colour, self.devicePixelRatioF()))

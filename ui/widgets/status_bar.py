"""The line at the bottom: how far the run is, whether the machine is quiet, and which machine it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from fwcompare.domain.events import Scalar
from fwcompare.execution.view import RunView
from ui.icons import IconName, pixmap
from ui.theme import Theme
from ui.widgets import status_texts
from ui.widgets.status_texts import Noise, NoiseLevel

_LIGHTS: Final = {
    NoiseLevel.QUIET: IconName.QUIET,
    NoiseLevel.NOISY: IconName.NOISY,
    NoiseLevel.UNKNOWN: IconName.UNKNOWN,
}
_PROGRESS_WIDTH: Final = 160


class StatusBar(QStatusBar):
    """Set ten times a second, so every setter looks first whether there is anything new."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._noise: Noise | None = None
        self._machine: Mapping[str, Scalar] = {}
        self.setSizeGripEnabled(False)
        self.setFixedHeight(28)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(_PROGRESS_WIDTH, 4)
        self._progress.setAccessibleName("Progress of the comparison")
        self._progress.hide()
        self._state, self._light = QLabel("Nothing measured yet"), QLabel()
        self._noise_text, self._machine_text = QLabel(), QLabel()
        self._add_left(self._progress, self._state)
        for part in (self._row(self._light, self._noise_text), self._row(self._machine_text)):
            self.addPermanentWidget(part)
        theme.changed.connect(self._draw_light)
        self._show_noise(status_texts.NOT_KNOWN)

    def show_machine(self, machine: Mapping[str, Scalar]) -> None:
        """Name the machine on which the window runs, until a comparison with one of its own is shown."""
        self._machine = machine
        _set_text(self._machine_text, status_texts.machine_text(machine))

    def show_view(self, view: RunView | None) -> None:
        """Show how a comparison stands."""
        if view is None:
            self._progress.hide()
            _set_text(self._state, "Nothing measured yet")
            self._show_noise(status_texts.NOT_KNOWN)
            _set_text(self._machine_text, status_texts.machine_text(self._machine))
            return
        done, total = status_texts.progress(view.record)
        self._progress.setVisible(not view.finished)
        self._progress.setMaximum(max(1, total))
        self._progress.setValue(done)
        _set_text(self._state, status_texts.state_text(view))
        self._show_noise(status_texts.noise_of(view.record))
        _set_text(self._machine_text, status_texts.machine_text(view.record.machine))

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

    def _show_noise(self, noise: Noise) -> None:
        if noise != self._noise:
            self._noise = noise
            self._noise_text.setText(noise.text)
            self._light.setToolTip(noise.explanation)
            self._noise_text.setToolTip(noise.explanation)
            self._draw_light()

    def _draw_light(self) -> None:
        if self._noise is None:
            return
        tokens = self._theme.tokens
        colour = {NoiseLevel.QUIET: tokens.ok.text, NoiseLevel.NOISY: tokens.old.text}.get(
            self._noise.level, tokens.text3
        )
        self._light.setPixmap(pixmap(_LIGHTS[self._noise.level], colour, self.devicePixelRatioF()))


def _set_text(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)

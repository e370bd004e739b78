"""Icons from our own drawings: one colour each, which is put in when they are drawn."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fwcompare.paths import resource_folder
from ui.theme import Tokens

SIZE: Final = 16
"""Edge of an icon in logical pixels, and of the grid on which it is drawn."""

_RATIOS: Final = (1.0, 2.0, 3.0)
"""Device pixel ratios for which a pixmap is kept; Qt scales the next larger one down for those between."""


class IconName(StrEnum):
    """Stems of the files in `resources/icons`."""

    RUN = "run"
    STOP = "stop"
    OPEN = "open"
    SAVE = "save"
    EXPORT = "export"
    SEARCH = "search"
    CLOSE = "close"
    FLOAT = "float"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    FILE = "file"
    CHECK = "check"
    QUIET = "quiet"
    NOISY = "noisy"
    COPY = "copy"
    STAR = "star"
    NOTE = "note"
    MORE = "more"


def load_icons() -> None:
    """Read all drawings: before the event loop runs, so that nothing is read from disk while it does."""
    for name in IconName:
        _drawing(name)


def icon(name: IconName, tokens: Tokens, colour: str = "") -> QIcon:
    """The icon in this colour, else that of secondary text; weaker where it is disabled."""
    result = QIcon()
    for mode, drawn in ((QIcon.Mode.Normal, colour or tokens.text2), (QIcon.Mode.Disabled, tokens.text3)):
        for ratio in _RATIOS:
            result.addPixmap(pixmap(name, drawn, ratio), mode)
    return result


def pixmap(name: IconName, colour: str, ratio: float, size: int = SIZE) -> QPixmap:
    """The icon at a device pixel ratio.

    Args:
        name: Which drawing.
        colour: For instance "#545C66".
        ratio: Device pixels for one logical pixel.
        size: Edge in logical pixels.
    """
    edge = round(size * ratio)
    image = QPixmap(edge, edge)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _renderer(name: IconName, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))


@cache
def _drawing(name: IconName) -> str:
    return (resource_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")

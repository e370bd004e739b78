"""Sizes of text, relative to the system's font."""

from __future__ import annotations

from PySide6.QtGui import QFont


def scaled(font: QFont, factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A copy of the font in another size and weight, digits all of the same width."""
    result = QFont(font)
    result.setWeight(weight)
    if font.pixelSize() > 0:
        result.setPixelSize(round(font.pixelSize() * factor))
    else:
        result.setPointSizeF(font.pointSizeF() * factor)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result

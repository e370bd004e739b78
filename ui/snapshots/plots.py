"""A plot as a picture: pixels or SVG. Drawing belongs to the GUI thread, writing does not.

Every plot is a widget and paints itself, so the picture is what is on the screen. pyqtgraph's own SVG
exporter is not used: it can't read the paths that the SVG generator of Qt 6.11 writes.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

PNG_SCALE: Final = 2
"""Pixels of the picture for one of the screen."""


def as_image(plot: QWidget) -> QImage:
    """The plot at twice its size on the screen."""
    image = QImage(plot.size() * PNG_SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    QWidget.render(plot, image)  # a graphics view has another method of that name
    return image


def as_svg(plot: QWidget) -> bytes:
    """The plot as a drawing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(plot.size())
    generator.setViewBox(QRect(0, 0, plot.width(), plot.height()))
    QWidget.render(plot, generator)
    return bytes(buffer.data().data())

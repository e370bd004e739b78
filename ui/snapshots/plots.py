"""A plot as a picture: pixels or SVG. Drawing belongs to the GUI thread, writing does not."""

from __future__ import annotations

from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

PNG_SCALE: Final = 2
"""Pixels of the picture for one of the screen."""


def as_image(plot: Any) -> QImage:
    """The plot at twice its size on the screen.

    Args:
        plot: A graphics view or item of pyqtgraph, or any widget that paints itself.
    """
    if _is_widget(plot):
        image = QImage(plot.size() * PNG_SCALE, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(PNG_SCALE)
        plot.render(image)
        return image
    from pyqtgraph.exporters import ImageExporter  # noqa: PLC0415 - only who exports pays for it

    exporter = ImageExporter(_exportable(plot))
    exporter.parameters()["width"] = int(exporter.parameters()["width"] * PNG_SCALE)
    exported: QImage = exporter.export(toBytes=True)
    return exported


def as_svg(plot: Any) -> bytes:
    """The plot as a drawing; see `as_image`."""
    if not _is_widget(plot):
        from pyqtgraph.exporters import SVGExporter  # noqa: PLC0415 - see above

        drawing: bytes = SVGExporter(_exportable(plot)).export(toBytes=True)
        return drawing
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(plot.size())
    generator.setViewBox(QRect(0, 0, plot.width(), plot.height()))
    painter = QPainter(generator)
    plot.render(painter)
    painter.end()
    return bytes(buffer.data().data())


def _is_widget(plot: Any) -> bool:
    return isinstance(plot, QWidget) and not isinstance(plot, pg.GraphicsView)


def _exportable(plot: Any) -> Any:
    """What pyqtgraph's exporters take: an item, or the scene of a view."""
    return plot.scene() if isinstance(plot, pg.GraphicsView) else plot

"""Plots as pictures: what is drawn on the screen is in the file."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from ui.snapshots.plots import PNG_SCALE, as_image, as_svg


class Painted(QWidget):
    """Paints itself, as some plots do."""

    def paintEvent(self, event):  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(10, 10, 20, 20, QColor("#D55E00"))
        painter.end()


@pytest.fixture
def painted(qtbot):
    widget = Painted()
    qtbot.addWidget(widget)
    widget.resize(60, 40)
    return widget


@pytest.fixture
def plot(qtbot):
    widget = pg.PlotWidget(background="w")
    qtbot.addWidget(widget)
    widget.resize(300, 200)
    widget.plot([0, 1, 2], [0, 1, 0], pen=pg.mkPen("#D55E00", width=3))
    widget.show()
    return widget


def test_a_widget_becomes_a_picture_of_twice_its_size(painted):
    image = as_image(painted)

    assert (image.width(), image.height()) == (60 * PNG_SCALE, 40 * PNG_SCALE)
    assert image.pixelColor(40, 40).name() == "#d55e00"
    assert image.pixelColor(100, 70).name() != "#d55e00"


def test_a_widget_becomes_a_drawing(painted):
    root = ET.fromstring(as_svg(painted))

    assert root.get("viewBox") == "0 0 60 40"
    assert b"#d55e00" in as_svg(painted)


def has_colour(image, name) -> bool:
    return any(
        image.pixelColor(x, y).name() == name for x in range(image.width()) for y in range(image.height())
    )


def test_a_plot_of_pyqtgraph_becomes_a_picture_and_a_drawing(plot):
    image = as_image(plot)
    drawing = as_svg(plot)

    assert image.width() == 300 * PNG_SCALE
    assert has_colour(image, "#d55e00")
    assert ET.fromstring(drawing).tag.endswith("svg")
    curve = [line for line in drawing.splitlines() if b'stroke="#d55e00"' in line]
    assert curve, "lines stay lines"

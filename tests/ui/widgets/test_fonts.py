"""Sizes of text follow the system's font."""

from __future__ import annotations

from PySide6.QtGui import QFont

from ui.widgets.fonts import scaled


def test_a_size_in_points_and_one_in_pixels_are_scaled(qapp):
    points, pixels = QFont(), QFont()
    points.setPointSizeF(10)
    pixels.setPixelSize(13)

    assert scaled(points, 1.5).pointSizeF() == 15
    assert scaled(pixels, 12 / 13).pixelSize() == 12


def test_the_weight_is_set_and_the_original_stays(qapp):
    font = QFont()

    assert scaled(font, 1, QFont.Weight.DemiBold).weight() is QFont.Weight.DemiBold
    assert font.weight() is QFont.Weight.Normal

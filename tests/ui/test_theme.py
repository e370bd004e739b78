"""Contenders are told apart by hue, mark and dash."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from fwcompare.domain.contender import MODES, Contender, Mode
from ui.comparison.painting import draw_mark
from ui.profiler.plots import mark_text
from ui.theme import DARK, LIGHT, MODE_MARKS, look_of

EVERYONE = [Contender(framework, mode, "/python") for framework, modes in MODES.items() for mode in modes]


def test_no_two_contenders_look_alike() -> None:
    looks = Counter((look_of(one).hue, mark_text(look_of(one))) for one in EVERYONE)

    assert looks.most_common(1)[0][1] == 1


def test_every_mode_has_a_mark_and_a_dash_of_its_own_that_can_be_drawn_hollow() -> None:
    assert set(MODE_MARKS) == set(Mode)
    assert {mark.symbol for mark in MODE_MARKS.values()} <= set(Symbols)
    for values in zip(
        *((mark.character, mark.symbol, mark.dash) for mark in MODE_MARKS.values()), strict=True
    ):
        assert len(set(values)) == len(Mode)
    for one in EVERYONE:
        full, hollow = (mark_text(replace(look_of(one), hollow=how)) for how in (False, True))
        assert full != hollow


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_mode_is_painted_in_a_shape_of_its_own(tokens, qapp) -> None:
    shapes = set()
    for mode in Mode:
        picture = QImage(16, 16, QImage.Format.Format_ARGB32)
        picture.fill(0)
        painter = QPainter(picture)
        draw_mark(painter, QPointF(8, 8), look_of(EVERYONE[0]), mode, tokens)
        painter.end()
        shapes.add(bytes(picture.constBits()))
    assert len(shapes) == len(Mode)


def test_a_contender_beside_itself_has_another_mark() -> None:
    for framework, modes in MODES.items():
        first = Contender(framework, modes[0], "/python")
        assert mark_text(look_of(first)) != mark_text(look_of(replace(first, slot=2)))

"""Icons are drawn in the colour that is asked for, at every scale."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QIcon

from fwcompare.paths import resource_folder
from ui.icons import IconName, icon, load_icons, pixmap
from ui.theme import DARK, LIGHT

FOLDER = resource_folder() / "icons"


def inked(image) -> set[str]:
    """Colours of the opaque pixels."""
    return {
        QColor(image.pixelColor(x, y)).name().upper()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_there_is_one_drawing_for_each_name():
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(IconName)


@pytest.mark.parametrize("name", IconName)
def test_a_drawing_follows_the_rules_of_the_house(name):
    text = (FOLDER / f"{name}.svg").read_text()

    assert 'viewBox="0 0 16 16"' in text
    assert 'stroke-width="1.5"' in text
    assert 'stroke-linecap="round"' in text
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"currentColor", "none"}


@pytest.mark.parametrize("name", IconName)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_it_is_drawn_sharp_and_in_its_colour(qapp, name, ratio):
    drawn = pixmap(name, "#2563C9", ratio)

    assert drawn.width() == round(16 * ratio)
    assert drawn.devicePixelRatio() == ratio
    image = drawn.toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
    if ratio == 2.0:
        assert inked(image) == {"#2563C9"}


def test_a_disabled_icon_is_weaker_and_a_theme_has_its_own(qapp):
    light, dark = icon(IconName.RUN, LIGHT), icon(IconName.RUN, DARK)

    normal = light.pixmap(32, QIcon.Mode.Normal).toImage()
    assert light.pixmap(32, QIcon.Mode.Disabled).toImage() != normal
    assert dark.pixmap(32, QIcon.Mode.Normal).toImage() != normal


def test_once_loaded_nothing_is_read(qapp, gui_thread_guard):
    load_icons()

    with gui_thread_guard:
        for name in IconName:
            icon(name, DARK)

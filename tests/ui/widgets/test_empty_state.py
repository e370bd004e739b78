"""A page without content says what to do."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton

from ui.theme import Scheme
from ui.widgets.empty_state import EmptyState


@pytest.fixture
def make(theme, qtbot):
    def build(*actions) -> EmptyState:
        page = EmptyState(theme, "Nothing yet", "Run a comparison to fill this page.", actions)
        qtbot.addWidget(page)
        return page

    return build


def test_it_shows_title_and_text_and_says_them_to_assistive_techniques(make):
    page = make()

    assert [label.text() for label in page.findChildren(QLabel)] == [
        "Nothing yet",
        "Run a comparison to fill this page.",
    ]
    assert page.accessibleName() == "Nothing yet"
    assert page.accessibleDescription().startswith("Run")


def test_buttons_do_what_they_say_and_the_first_is_filled(make):
    first, second = Mock(), Mock()
    page = make(("Run", first), ("Open…", second))
    buttons = page.findChildren(QPushButton)

    buttons[1].click()

    first.assert_not_called()
    second.assert_called_once_with()
    assert [button.objectName() for button in buttons] == ["primary", "plain"]


def test_it_can_say_something_else(make):
    page = make()

    page.set_text("No match", "Nothing contains this text.")

    assert page.findChildren(QLabel)[0].text() == page.accessibleName() == "No match"


def test_its_text_follows_the_theme(make, theme):
    page = make()
    text = page.findChildren(QLabel)[1]

    theme.choose(Scheme.DARK)
    text.ensurePolished()

    assert text.palette().color(QPalette.ColorRole.WindowText).name().upper() == theme.tokens.text2

"""A page without content says what to do."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton

from ui.theme import Scheme
from ui.widgets.empty_state import EmptyState, SampleButton


@pytest.fixture
def make(theme, qtbot):
    def build(*buttons) -> EmptyState:
        page = EmptyState(theme, "Nothing yet", "Run a comparison to fill this page.", buttons)
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


def test_what_can_be_done_about_it_stands_in_a_row(make):
    given = QPushButton("Open…"), SampleButton()
    page = make(*given)
    page.show()

    assert tuple(page.findChildren(QPushButton)) == given
    assert given[0].y() == given[1].y()
    assert given[0].x() < given[1].x()


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

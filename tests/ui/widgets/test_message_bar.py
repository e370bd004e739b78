"""Messages: the newest on top, none lost unread."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton

from ui.theme import Scheme
from ui.widgets.message_bar import MessageBar, MessageKind


@pytest.fixture
def bar(theme, qtbot):
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    bar.resize(800, 36)
    return bar


def close(bar):
    bar.findChild(QToolButton).click()


def link(bar) -> QPushButton:
    return bar.findChild(QPushButton, "link")


def test_it_is_there_only_with_a_message(bar):
    assert bar.isHidden()

    bar.show_message(MessageKind.INFO, "Something.")
    assert not bar.isHidden()
    close(bar)
    assert bar.isHidden()


def test_closing_brings_back_the_one_before(bar):
    bar.show_message(MessageKind.WARNING, "First.")
    bar.show_message(MessageKind.ERROR, "Second.")

    assert bar.text == "Second."
    close(bar)
    assert bar.text == "First."


def test_the_same_text_stands_there_once(bar):
    for text in ("One.", "Two.", "One."):
        bar.show_message(MessageKind.INFO, text)

    assert bar.text == "One."
    close(bar)
    close(bar)
    assert bar.isHidden()


def test_the_action_is_done_once_and_the_message_goes(bar):
    act = Mock()
    bar.show_message(MessageKind.WARNING, "Something.", "Do it", act)
    assert link(bar).text() == "Do it"

    link(bar).click()

    act.assert_called_once_with()
    assert bar.isHidden()


def test_without_an_action_there_is_no_link(bar):
    bar.show_message(MessageKind.WARNING, "Something.")

    assert link(bar).isHidden()


def test_a_message_whose_reason_is_gone_is_withdrawn(bar):
    bar.show_message(MessageKind.INFO, "Old.")
    bar.show_message(MessageKind.INFO, "New.")

    bar.withdraw("Old.")
    bar.withdraw("Never there.")

    assert bar.text == "New."
    close(bar)
    assert bar.isHidden()


def test_markup_in_a_message_is_text(bar):
    bar.show_message(MessageKind.ERROR, "<b>bold</b>")

    assert bar.text == "<b>bold</b>"
    assert bar._text.textFormat().name == "PlainText"


def test_buttons_have_names_and_colours_follow_the_theme(bar, theme):
    bar.show_message(MessageKind.WARNING, "Something.", "Do it")
    light = bar.grab().toImage().pixelColor(300, 2).name().upper()

    theme.choose(Scheme.DARK)

    assert light == "#FDF4E3"
    assert bar.grab().toImage().pixelColor(300, 2).name().upper() == theme.tokens.warning
    assert all(button.text() or button.accessibleName() for button in bar.findChildren(QAbstractButton))

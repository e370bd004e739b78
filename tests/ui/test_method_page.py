"""The page on the method in its window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QTextBrowser

from fwcompare.paths import method_page
from fwcompare.stats.explanation import CHAPTERS
from ui.method_page import MethodPage, read_method
from ui.theme import Scheme


@pytest.fixture
def page(qtbot, theme) -> MethodPage:
    page = MethodPage(theme)
    qtbot.addWidget(page)
    return page


def test_it_asks_for_its_text_once_and_shows_the_section_that_was_asked_for(page: MethodPage) -> None:
    asked = []
    page.text_wanted.connect(lambda: asked.append(True))

    page.open_at("Energy")
    page.set_text(read_method())
    for chapter in CHAPTERS.values():
        page.open_at(chapter)
        assert page.top_line == chapter

    assert asked == [True]
    page.open_at()
    assert page.findChild(QTextBrowser).verticalScrollBar().value() == 0


def test_another_scheme_keeps_the_place(page: MethodPage, theme) -> None:
    page.set_text(read_method())
    page.open_at("Memory")
    before = page.findChild(QTextBrowser).verticalScrollBar().value()

    theme.choose(Scheme.DARK)

    assert page.findChild(QTextBrowser).verticalScrollBar().value() == before > 0


def test_links_go_out(page: MethodPage) -> None:
    followed = []
    page.link_activated.connect(followed.append)

    page.findChild(QTextBrowser).anchorClicked.emit(QUrl("https://example.org/a"))

    assert followed == ["https://example.org/a"]


def test_there_is_one_source_of_the_page() -> None:
    assert method_page().name == "method.md"
    assert method_page().parent.name == "docs"

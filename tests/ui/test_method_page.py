"""The page on the method in its window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QTextBrowser

from fwcompare.paths import method_page, paths_in
from fwcompare.stats.explanation import CHAPTERS
from ui.actions import Command
from ui.app import assemble
from ui.comparison.details import DetailsPanel
from ui.method_page import MethodPage, read_method
from ui.settings import WindowSettings
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


def test_a_link_in_the_details_opens_it_at_its_section(qtbot, theme, tmp_path, gui_thread_guard) -> None:
    """GIVEN the real window THEN the page is read elsewhere than on the thread of the window."""
    assembly = assemble(paths_in(tmp_path), theme, WindowSettings())
    assembly.window.show()
    page = assembly.window.findChild(MethodPage)

    with gui_thread_guard:
        assembly.window.findChild(DetailsPanel).link_activated.emit("method:From%20blocks%20to%20a%20verdict")
        qtbot.waitUntil(lambda: page.top_line == "From blocks to a verdict", timeout=60_000)
        assembly.window.actions_table[Command.METHOD].trigger()
        qtbot.waitUntil(lambda: page.top_line == "How fwcompare measures", timeout=60_000)

    page.close()
    assembly.window.close()
    assembly.end()


def test_there_is_one_source_of_the_page() -> None:
    assert method_page().name == "method.md"
    assert method_page().parent.name == "docs"

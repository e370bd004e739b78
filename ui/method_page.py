"""The page on how we measure, in a window of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor, QPalette, QTextBlock, QTextCursor, QTextFrameFormat, QTextTable
from PySide6.QtWidgets import QDialog, QFrame, QTextBrowser, QVBoxLayout, QWidget

from fwcompare.paths import method_page
from ui.theme import Theme

_SIZE: Final = (860, 760)
_MARGIN: Final = 24
_PADDING: Final = 4


def read_method() -> str:
    """The page as Markdown.

    Raises:
        OSError: It can't be read.
    """
    return method_page().read_text(encoding="utf-8")


class MethodPage(QDialog):
    """Shows the page and goes to its sections.

    Signals:
        text_wanted: It is open and has no text yet: somebody is to read it and call `set_text`.
        link_activated: The address of a link that was chosen.
    """

    text_wanted = Signal()
    link_activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._markdown = self._chapter = ""
        self.setObjectName("method")
        self.setWindowTitle("How we measure")
        self.resize(*_SIZE)
        self._text = QTextBrowser()
        self._text.setOpenLinks(False)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setAccessibleName("How we measure")
        self._text.document().setDocumentMargin(_MARGIN)
        self._text.anchorClicked.connect(self._on_link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        theme.changed.connect(self._render)
        self._render()

    @property
    def top_line(self) -> str:
        """The line at the upper edge, by which one sees where one is."""
        return self._text.cursorForPosition(self._text.viewport().rect().topLeft()).block().text()

    def open_at(self, chapter: str = "") -> None:
        """Come to the front and show the section with this heading, or the beginning."""
        self._chapter = chapter
        self.show()
        self.raise_()
        self.activateWindow()
        if self._markdown:
            self._go()
        else:
            self.text_wanted.emit()

    def set_text(self, markdown: str) -> None:
        """Show this page, at the section that was asked for."""
        self._markdown = markdown
        self._render()
        self._go()

    def _render(self) -> None:
        """Take the text and the colours of the scheme."""
        tokens, document = self._theme.tokens, self._text.document()
        palette = self._text.palette()
        palette.setColor(QPalette.ColorRole.Base, tokens.base)
        palette.setColor(QPalette.ColorRole.Text, tokens.text)
        palette.setColor(QPalette.ColorRole.Link, tokens.accent)
        self._text.setPalette(palette)
        place = self._text.verticalScrollBar().value()
        self._text.setMarkdown(self._markdown)
        document.setDocumentMargin(_MARGIN)
        whole = document.rootFrame().frameFormat()
        whole.setBottomMargin(
            _SIZE[1] if self._markdown else 0
        )  # so that the last section can stand at the top too
        document.rootFrame().setFrameFormat(whole)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._dress(frame)
        self._scroll_to(place)

    def _scroll_to(self, place: int) -> None:
        """Go there; to go to the end first lays the whole page out, without which the bar is too short."""
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.verticalScrollBar().setValue(place)

    def _dress(self, table: QTextTable) -> None:
        """Hairlines as in the tables of the window."""
        form = table.format()
        form.setBorder(1)
        form.setBorderBrush(QColor(self._theme.tokens.grid))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(_PADDING)
        table.setFormat(form)

    def _go(self) -> None:
        block = self._heading(self._chapter)
        top = 0.0 if block is None else self._text.document().documentLayout().blockBoundingRect(block).top()
        self._scroll_to(round(top))

    def _heading(self, text: str) -> QTextBlock | None:
        block = self._text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == text:
                return block
            block = block.next()
        return None

    def _on_link(self, url: QUrl) -> None:
        self.link_activated.emit(url.toString())

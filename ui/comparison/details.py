"""Everything about what is selected: a claim, a contender in a workload, or a block."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from fwcompare.domain.claim import Catalog
from fwcompare.domain.record import RunRecord
from ui.comparison.block_details import block_page
from ui.comparison.claim_details import claim_page, criterion_page
from ui.comparison.markup import Markup
from ui.comparison.row_details import row_page
from ui.comparison.rows import RowSource
from ui.selection import BlockSelection, ClaimSelection, RowSelection, Selection
from ui.theme import Theme

_MARGIN: Final = 16
_WIDTH: Final = 240
_TITLE_SCALE: Final = 15 / 13


class DetailsPanel(QWidget):
    """One page of text about the selection; it sets its text only when that is another one.

    Signals:
        link_activated: The address of a link that was chosen, by pointer or key.
    """

    link_activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = RowSource()
        self._shown: tuple[Selection | None, RunRecord | None, Catalog | None] = (None, None, None)
        self._baseline: str | None = None
        self._html = ""
        self._text = QTextBrowser()
        self._text.setOpenLinks(False)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setAccessibleName("Details of the selection")
        self._text.document().setDocumentMargin(_MARGIN)
        self._text.setMinimumWidth(_WIDTH)
        self._text.anchorClicked.connect(self._on_link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_selection(
        self, selection: Selection | None, record: RunRecord | None, catalog: Catalog | None
    ) -> None:
        """Show what is known of this; cheap where nothing changed."""
        is_same = selection == self._shown[0]
        self._shown = (selection, record, catalog)
        self._render(keep_place=is_same)

    def set_baseline(self, contender_id: str | None) -> None:
        """Compare with this contender, None for the plan's own."""
        self._baseline = contender_id
        self._render(keep_place=True)

    def plain_text(self) -> str:
        """What is shown, without its form."""
        return self._text.toPlainText()

    def _render(self, *, keep_place: bool = True) -> None:
        html = self._page()
        if html == self._html:
            return
        self._html = html
        bar = self._text.verticalScrollBar()
        place = bar.value() if keep_place else 0
        self._text.setHtml(html)
        bar.setValue(place)

    def _recolour(self) -> None:
        palette = self._text.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(self._theme.tokens.chrome))
        self._text.setPalette(palette)
        self._render()

    def _page(self) -> str:
        selection, record, catalog = self._shown
        markup = Markup(self._theme.tokens, f"{self.fontInfo().pointSizeF() * _TITLE_SCALE:.1f}pt")
        page = None
        match selection:
            case ClaimSelection():
                page = _claim(selection, catalog, markup)
            case RowSelection():
                page = self._row(selection, record, markup)
            case BlockSelection():
                page = _block(selection, record, markup)
            case None:
                pass
        return page or _nothing(markup)

    def _row(self, selection: RowSelection, record: RunRecord | None, markup: Markup) -> str | None:
        if record is None:
            return None
        record = self._with_baseline(record)
        contender = next((one for one in record.plan.contenders if one.id == selection.contender), None)
        workload = next((one for one in record.plan.workloads if one.id == selection.workload), None)
        if contender is None or workload is None:
            return None
        is_over = record.finished_utc is not None
        return row_page(self._rows.row(record, contender, workload, is_over=is_over), record, markup)

    def _with_baseline(self, record: RunRecord) -> RunRecord:
        known = [one.id for one in record.plan.contenders]
        if self._baseline is None or self._baseline not in known:
            return record
        return replace(record, plan=replace(record.plan, baseline=self._baseline))

    def _on_link(self, url: QUrl) -> None:
        self.link_activated.emit(url.toString())


def _claim(selection: ClaimSelection, catalog: Catalog | None, markup: Markup) -> str | None:
    criteria = catalog.criteria if catalog else ()
    criterion = next((one for one in criteria if one.id == selection.criterion), None)
    if criterion is None:
        return None
    claim = next((one for one in criterion.claims if one.subject == selection.framework), None)
    return claim_page(criterion, claim, markup) if claim else criterion_page(criterion, markup)


def _block(selection: BlockSelection, record: RunRecord | None, markup: Markup) -> str | None:
    blocks = record.blocks if record else ()
    block = next((one for one in blocks if one.block == selection.block), None)
    return block_page(block, record, markup) if block and record else None


def _nothing(markup: Markup) -> str:
    return markup.page(
        [
            markup.title("Nothing selected"),
            markup.muted("Select a claim, a contender or a block. What is known of it appears here."),
        ]
    )

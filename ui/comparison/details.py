"""Everything about what is selected: a claim, a contender in a workload, or a block."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QUrl, Signal
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from fwcompare.domain.claim import Catalog
from fwcompare.domain.verdict import Metric
from fwcompare.execution.view import RunView
from fwcompare.stats.tails import MetricRatio
from ui.comparison.block_details import block_page
from ui.comparison.claim_details import claim_page, criterion_page
from ui.comparison.columns import Column
from ui.comparison.explanation_details import anchor_of
from ui.comparison.keys_details import keys_page
from ui.comparison.markup import Markup
from ui.comparison.measured_model import MeasuredModel
from ui.comparison.row_details import Ratios, row_page
from ui.comparison.row_ratios import RatiosAsked, RatiosKey
from ui.comparison.rows import Row
from ui.comparison.sorted_model import ItemRole
from ui.selection import BlockSelection, ClaimSelection, KeysSelection, RowSelection, Selection
from ui.theme import Theme
from ui.widgets.focus_ring import FocusRing

_MARGIN: Final = 16
_WIDTH: Final = 180
_TITLE_SCALE: Final = 15 / 13
_OF_ENERGY: Final = (Column.ENERGY, Column.ENERGY_RATIO, Column.ENERGY_VERDICT)
_LATER: Final = "They are computed when the run is over, so that it is not disturbed."
_SOON: Final = "They are being computed."


class DetailsPanel(QWidget):
    """One page of text about the selection; it sets its text only when that is another one.

    Args:
        theme: Colours.
        table: The measured rows, which come a moment after the run that they are of: see `refresh`.

    Signals:
        link_activated: The address of a link that was chosen, by pointer or key.
        ratios_wanted: The `RatiosAsked` that are to be computed elsewhere, and shown by `show_ratios`; one at a time.
    """

    link_activated = Signal(str)
    ratios_wanted = Signal(object)

    def __init__(self, theme: Theme, table: MeasuredModel) -> None:
        super().__init__()
        self._theme = theme
        self._table = table
        self._shown: tuple[Selection | None, RunView | None, Catalog | None] = (None, None, None)
        self._ratios: dict[RatiosKey, tuple[MetricRatio, ...]] = {}
        self._wanted: RatiosAsked | None = None
        self._is_computing = False
        self._sought: Metric | None = None
        self._html = ""
        self._text = QTextBrowser()
        self._text.setObjectName("details")
        self._text.setOpenLinks(False)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setAccessibleName("Details of the selection")
        self._text.document().setDocumentMargin(_MARGIN)
        self._text.setMinimumWidth(_WIDTH)
        self._text.anchorClicked.connect(self._on_link)
        self._text.verticalScrollBar().actionTriggered.connect(self._forget)
        FocusRing(theme, self._text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        theme.changed.connect(self.refresh)
        self.refresh()

    def show_selection(
        self, selection: Selection | None, view: RunView | None, catalog: Catalog | None
    ) -> None:
        """Show what is known of this; cheap where nothing changed."""
        is_same = selection == self._shown[0]
        if not is_same:
            self._forget()
        self._shown = (selection, view, catalog)
        self._render(keep_place=is_same)

    def refresh(self) -> None:
        """Show the same as it is now: the rows of the table are others, or the colours."""
        self._render(keep_place=True)

    def show_explanation(self, metric: Metric = Metric.LATENCY) -> None:
        """Bring the explanation of the verdict to the top: at once, or when it is computed."""
        self._sought = metric
        self._seek()

    def show_ratios(self, asked: RatiosAsked, found: tuple[MetricRatio, ...]) -> None:
        """Keep what was computed, and show it if it is still asked for."""
        self._is_computing = False
        self._ratios[asked.key] = found
        self._render(keep_place=True)

    def plain_text(self) -> str:
        """What is shown, without its form."""
        return self._text.toPlainText()

    def _render(self, *, keep_place: bool) -> None:
        html = self._page()
        if html != self._html:
            self._html = html
            bar = self._text.verticalScrollBar()
            place = bar.value() if keep_place else 0
            self._text.setHtml(html)
            bar.setValue(place)
            self._seek()
        if self._wanted is not None and not self._is_computing:
            self._is_computing = True
            self.ratios_wanted.emit(self._wanted)

    def _seek(self) -> None:
        """Scroll to the explanation that is sought, until the page is whole: ratios that come move it down."""
        if self._sought is None:
            return
        is_there = f'"{anchor_of(self._sought)}"' in self._html
        if is_there:
            self._text.scrollToAnchor(anchor_of(self._sought))
        is_whole = self._wanted is None if is_there else not any(row.is_awaited for row in self._table.rows)
        if is_whole:
            self._forget()

    def _forget(self) -> None:
        """Seek no longer: it was shown, there is none, or the reader has gone on."""
        self._sought = None

    def _page(self) -> str:
        self._wanted = None
        selection, view, catalog = self._shown
        markup = Markup(self._theme.tokens, f"{self.fontInfo().pointSizeF() * _TITLE_SCALE:.1f}pt")
        page = None
        match selection:
            case ClaimSelection():
                page = _claim(selection, catalog, markup)
            case RowSelection():
                page = self._row(selection, view, markup)
            case BlockSelection():
                page = _block(selection, view, markup)
            case KeysSelection():
                page = keys_page(markup)
            case None:
                pass
        return page or _nothing(markup)

    def _row(self, selection: RowSelection, view: RunView | None, markup: Markup) -> str | None:
        wanted = selection.contender, selection.workload
        row = next((row for row in self._table.rows if row.id == wanted), None)
        if view is None or row is None:
            return None
        return row_page(row, self._table.rows, view, self._ratios_for(row, view), markup)

    def _ratios_for(self, row: Row, view: RunView) -> Ratios:
        """What is known of them; what is not yet is wanted."""
        if not view.finished:
            return _LATER
        if row.comparison is None or row.comparison.ratio is None:
            return ()
        asked = RatiosAsked(view, row.comparison.baseline, *row.id)
        found = self._ratios.get(asked.key)
        if found is None:
            self._wanted = asked
        return _SOON if found is None else found

    def _on_link(self, url: QUrl) -> None:
        """A place of this page is shown; whatever is elsewhere is for others to open."""
        self._forget()
        if url.path() or not url.hasFragment():
            self.link_activated.emit(url.toString())
        else:
            self._text.scrollToAnchor(url.fragment())


def explained_in(index: QModelIndex) -> Metric:
    """The metric whose verdict a cell of the measured table is about."""
    is_measured = isinstance(index.data(ItemRole.CELL), Row)
    return Metric.ENERGY if is_measured and index.column() in _OF_ENERGY else Metric.LATENCY


def _claim(selection: ClaimSelection, catalog: Catalog | None, markup: Markup) -> str | None:
    criteria = catalog.criteria if catalog else ()
    criterion = next((one for one in criteria if one.id == selection.criterion), None)
    if criterion is None:
        return None
    claim = next((one for one in criterion.claims if one.subject == selection.framework), None)
    return claim_page(criterion, claim, markup) if claim else criterion_page(criterion, markup)


def _block(selection: BlockSelection, view: RunView | None, markup: Markup) -> str | None:
    if view is None:
        return None
    block = next((one for one in view.record.blocks if one.block == selection.block), None)
    return None if block is None else block_page(block, view, markup)


def _nothing(markup: Markup) -> str:
    return markup.page(
        [
            markup.title("Nothing selected"),
            markup.muted("Select a claim, a contender or a block. What is known of it appears here."),
        ]
    )

"""How the cells of both tables are painted; everything is drawn here, so that both schemes look alike."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fwcompare.domain.claim import Claim, Criterion
from fwcompare.domain.contender import Contender
from ui.comparison.badges import CLAIM_BADGES, Badge
from ui.comparison.bars import BarStyle, RatioAxis, draw_bar, draw_ratio
from ui.comparison.columns import Column
from ui.comparison.figures import NOTHING, Figure
from ui.comparison.measured_model import MeasuredModel, badge_in
from ui.comparison.painting import (
    CHIP_HEIGHT,
    DEPRECATED,
    GAP,
    draw_badge,
    draw_focus_ring,
    draw_mark,
    draw_text,
    small_font,
)
from ui.comparison.rows import Row
from ui.comparison.sorted_model import Group, ItemRole
from ui.comparison.starts_model import StartColumn, StartRow
from ui.theme import Theme, look_of
from ui.widgets.fonts import scaled

Index = QModelIndex | QPersistentModelIndex

EDGE: Final = 16
"""Space at the left of a table."""

GROUP_HEIGHT: Final = 44
"""By so much the first row of a group is higher: its heading stands over it."""

_NOTE_WIDTH: Final = 400
_ROW_LINE: Final = 3
"""Width of the line of accent at the left of a selected row."""

NUMBER_SHARE: Final = 0.38
"""Share of the width that the number has in a cell with a bar."""


class CellDelegate(QStyledItemDelegate):
    """Ground, hairline and focus of a cell; what is in it is painted by the tables' own delegates."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        tokens, area = self._theme.tokens, QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(option.rect)
        group: Group | None = index.data(ItemRole.GROUP)
        if group is not None:
            self._paint_heading(painter, area, option.font, group)
            area.setTop(area.top() + GROUP_HEIGHT)
        painter.fillRect(area, QColor(tokens.selection if is_selected else tokens.base))
        hairline = QRectF(area.left(), area.bottom() - 1, area.width(), 1)
        painter.fillRect(hairline, QColor(tokens.grid))
        if is_selected and index.column() == 0:
            painter.fillRect(QRectF(area.left(), area.top(), _ROW_LINE, area.height()), QColor(tokens.accent))
        self._paint_content(painter, area.adjusted(0, 0, 0, -1), option.font, index, is_selected=is_selected)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw_focus_ring(painter, area, tokens)
        painter.restore()

    def _paint_heading(self, painter: QPainter, cell: QRectF, font: QFont, group: Group) -> None:
        """What this cell shows of the heading, which goes over all columns and does not scroll sideways."""
        tokens = self._theme.tokens
        area = QRectF(cell.left(), cell.top(), cell.width(), GROUP_HEIGHT)
        painter.fillRect(area, QColor(tokens.base))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(tokens.grid))
        bold = scaled(font, 1, QFont.Weight.DemiBold)
        width = QFontMetricsF(bold).horizontalAdvance(group.title) + 1
        title = QRectF(EDGE, area.top(), width, area.height())
        draw_text(painter, title, group.title, bold, QColor(tokens.text))
        note = QRectF(title.right() + GAP, area.top(), _NOTE_WIDTH, area.height())
        draw_text(painter, note, group.note, small_font(font), QColor(tokens.text2))

    def _paint_content(
        self, painter: QPainter, area: QRectF, font: QFont, index: Index, *, is_selected: bool
    ) -> None:
        raise NotImplementedError


class FigureDelegate(CellDelegate):
    """What the tables of figures have in common."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002, N802
        """Every row has the same height."""
        return QSize(80, max(29, QFontMetrics(option.font).height() + 12))

    def _paint_contender(self, painter: QPainter, area: QRectF, font: QFont, contender: Contender) -> None:
        tokens = self._theme.tokens
        centre = QPointF(area.left() + EDGE + 6, area.center().y())
        draw_mark(painter, centre, look_of(contender), contender.mode, tokens)
        name = area.adjusted(EDGE + 12 + GAP, 0, -GAP, 0)
        draw_text(painter, name, contender.id, font, QColor(tokens.text))
        if contender.is_deprecated:
            name.setLeft(name.left() + QFontMetricsF(font).horizontalAdvance(contender.id) + GAP)
            draw_text(painter, name, DEPRECATED, small_font(font), QColor(tokens.text2))

    def _paint_number(self, painter: QPainter, area: QRectF, font: QFont, text: str) -> None:
        tokens = self._theme.tokens
        colour = QColor(tokens.text3 if text == NOTHING else tokens.text)
        draw_text(painter, area, text, font, colour, Qt.AlignmentFlag.AlignRight)


class StartsDelegate(FigureDelegate):
    """Cells of the table of starts."""

    def _paint_content(
        self,
        painter: QPainter,
        area: QRectF,
        font: QFont,
        index: Index,
        *,
        is_selected: bool,  # noqa: ARG002 - nothing here has a colour of its own
    ) -> None:
        row: StartRow = index.data(ItemRole.CELL)
        cell, text = area.adjusted(GAP, 0, -GAP, 0), scaled(font, 1)
        match StartColumn(index.column()):
            case StartColumn.CONTENDER:
                self._paint_contender(painter, area, text, row.contender)
            case StartColumn.WORKLOAD | StartColumn.CACHE:
                draw_text(painter, cell, index.data(), text, QColor(self._theme.tokens.text2))
            case _:
                self._paint_number(painter, cell, text, index.data())


class MeasuredDelegate(FigureDelegate):
    """Cells of the measured table."""

    def _paint_content(
        self, painter: QPainter, area: QRectF, font: QFont, index: Index, *, is_selected: bool
    ) -> None:
        row: Row = index.data(ItemRole.CELL)
        cell = area.adjusted(GAP, 0, -GAP, 0)
        text = scaled(font, 1)
        match Column(index.column()):
            case Column.CONTENDER:
                self._paint_contender(painter, area, text, row.contender)
            case Column.WORKLOAD:
                colour = QColor(self._theme.tokens.text2)
                draw_text(painter, cell, index.data(), text, colour)
            case Column.VERDICT | Column.ENERGY_VERDICT as column:
                badge = badge_in(row, column)
                draw_badge(painter, cell, badge, font, self._theme.tokens, on_selection=is_selected)
            case Column.MEDIAN | Column.RATIO | Column.MEMORY:
                self._paint_number_with_more(painter, cell, text, index)
            case Column.ENERGY:
                self._paint_with_note(painter, cell, text, row.figures[Column.ENERGY])
            case column:
                self._paint_number(painter, cell, text, row.figures[column].text)

    def _paint_with_note(self, painter: QPainter, area: QRectF, font: QFont, figure: Figure) -> None:
        """The note at the right, and before it the number."""
        small = small_font(font)
        number = area.adjusted(0, 0, -QFontMetricsF(small).horizontalAdvance(figure.note) - GAP / 2, 0)
        self._paint_number(painter, number if figure.note else area, font, figure.text)
        colour, side = QColor(self._theme.tokens.text2), Qt.AlignmentFlag.AlignRight
        draw_text(painter, area, figure.note, small, colour, side)

    def _paint_number_with_more(self, painter: QPainter, area: QRectF, font: QFont, index: Index) -> None:
        """The number at the left, and at its right a bar or a second number."""
        row, model = index.data(ItemRole.CELL), index.model()
        assert isinstance(row, Row)
        assert isinstance(model, MeasuredModel)
        column, tokens = Column(index.column()), self._theme.tokens
        figure, style = row.figures[column], BarStyle(look_of(row.contender).hue, tokens)
        number = QRectF(area.left(), area.top(), area.width() * NUMBER_SHARE, area.height())
        self._paint_number(painter, number, font, figure.text)
        more = QRectF(number.right() + GAP, area.top(), area.right() - number.right() - GAP, area.height())
        if column is Column.MEDIAN:
            draw_bar(painter, more, figure, model.scale_of(row.workload.id), style)
        elif column is Column.RATIO:
            draw_ratio(painter, more, figure, RatioAxis(model.ratio_reach, row.margin), style)
        else:
            draw_text(painter, more, figure.note, small_font(font), QColor(tokens.text2))


class ClaimsDelegate(CellDelegate):
    """Cells of the claims: what is said, and under it the verdict with what is true today."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002, N802
        """Every row has the same height."""
        return QSize(200, max(52, QFontMetrics(option.font).height() + CHIP_HEIGHT + 16))

    def _paint_content(
        self, painter: QPainter, area: QRectF, font: QFont, index: Index, *, is_selected: bool
    ) -> None:
        value: Claim | Criterion = index.data(ItemRole.CELL)
        left = EDGE if index.column() == 0 else GAP
        cell = area.adjusted(left, 0, -GAP, 0)
        line = QFontMetrics(font).height()
        top = QRectF(cell.left(), area.center().y() - (line + CHIP_HEIGHT + 2) / 2, cell.width(), line)
        below = QRectF(cell.left(), top.bottom() + 2, cell.width(), CHIP_HEIGHT)
        tokens = self._theme.tokens
        if isinstance(value, Criterion):
            draw_text(painter, top, value.name, scaled(font, 1, QFont.Weight.DemiBold), QColor(tokens.text))
            draw_text(painter, below, source_count(value), small_font(font), QColor(tokens.text2))
            return
        draw_text(painter, top, value.said, scaled(font, 1), QColor(tokens.text))
        draw_badge(painter, below, claim_badge(value), font, tokens, on_selection=is_selected)


def claim_badge(claim: Claim) -> Badge:
    """The chip of a claim with today's truth beside it."""
    plain = CLAIM_BADGES[claim.verdict]
    return Badge(plain.tone, plain.symbol, plain.word, claim.today, rank=plain.rank)


def source_count(criterion: Criterion) -> str:
    """How many different sources stand behind a row."""
    count = len({source.id for claim in criterion.claims for source in claim.sources})
    return f"{count} source" + ("" if count == 1 else "s")

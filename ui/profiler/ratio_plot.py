"""The ratio of each contender to the baseline, as a forest plot: intervals, margin, and words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from fwcompare.domain.verdict import Comparison, Verdict
from ui.comparison.badges import Symbol
from ui.comparison.bars import reach_of
from ui.comparison.painting import DEPRECATED
from ui.profiler.analysis import RatioRow
from ui.profiler.plots import colour, edge_of, hairline, mark_text, small_font
from ui.profiler.scales import number_text
from ui.theme import Theme, look_of

SCALES: Final = (
    (0.5, 0.7, 1.0, 1.4, 2.0),
    (0.2, 0.5, 1.0, 2.0, 5.0),
    (0.05, 0.2, 1.0, 5.0, 20.0),
    (0.01, 0.1, 1.0, 10.0, 100.0),
)
"""Ticks of the axis, from end to end: the first that holds most ratios is taken. An arrow says that the others
are beyond it, and the words say where."""

_ROW: Final = 28
_EDGE: Final = 16
_AXIS: Final = 24
_NARROWEST: Final = 90
_LABEL: Final = 26
"""Between labels that are this far from each other there is some space."""

_CLAIMS: Final = (Verdict.FASTER, Verdict.SLOWER, Verdict.SLIGHTLY_FASTER, Verdict.SLIGHTLY_SLOWER)
"""The verdicts whose remark is an interval."""

_EMPTY: Final = "How the contenders compare is drawn here while the rounds come in."


@dataclass(frozen=True, slots=True)
class _Axis:
    """The logarithmic axis in pixels."""

    left: float
    width: float
    ticks: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """Ratio at the left end."""
        return self.ticks[0]

    @property
    def highest(self) -> float:
        """Ratio at the right end."""
        return self.ticks[-1]

    @property
    def right(self) -> float:
        return self.left + self.width

    def x(self, ratio: float) -> float:
        """Where a ratio stands, kept inside the axis."""
        share = math.log(ratio / self.lowest) / math.log(self.highest / self.lowest)
        return self.left + min(max(share, 0.0), 1.0) * self.width


class RatioPlot(QWidget):
    """A row for each contender: mark and name, interval, verdict.

    Signals:
        contender_chosen: Id of the contender, by mouse or with up and down.
    """

    contender_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[RatioRow, ...] = ()
        self._margin = 0.0
        self._chosen: str | None = None
        self.setAccessibleName("Ratio to the baseline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All rows and the axis."""
        return QSize(430, _ROW * max(1, len(self._rows)) + _AXIS)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as all rows: whoever shows it scrolls."""
        return QSize(200, self.sizeHint().height())

    def show_rows(self, rows: tuple[RatioRow, ...], margin: float) -> None:
        """Show these ratios.

        Args:
            rows: From top to bottom.
            margin: Ratios closer to 1 don't matter in practice.
        """
        if (rows, margin) == (self._rows, self._margin):
            return
        self._rows, self._margin = rows, margin
        self.setAccessibleDescription("; ".join(_words(row) for row in rows))
        self.updateGeometry()
        self.update()

    def paint_labels(self, painter: QPainter, top: float) -> None:
        """Name the axis and label its ticks from this height on; where they stand too close, ends and middle alone."""
        if not self._rows:
            return
        axis = self._axis()
        painter.setFont(small_font(self))
        painter.setPen(colour(self._theme.tokens.text2))
        is_close = axis.width / (len(axis.ticks) - 1) < _LABEL
        for tick in axis.ticks[:: 2 if is_close else 1]:
            area = QRectF(axis.x(tick) - _LABEL, top + 4, 2 * _LABEL, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, number_text(tick))
        painter.drawText(
            QRectF(_EDGE, top + 4, axis.left, 16), Qt.AlignmentFlag.AlignLeft, "ratio, log scale"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up and down choose a contender."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
            return
        names = [row.contender.id for row in self._rows]
        now = names.index(self._chosen) if self._chosen in names else (-1 if step > 0 else len(names))
        self._choose(min(max(0, now + step), len(names) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the contender of the row."""
        row = int(event.position().y()) // _ROW
        if 0 <= row < len(self._rows):
            self._choose(row)

    def event(self, event: QEvent) -> bool:
        """What found no room is in the tooltip."""
        if isinstance(event, QHelpEvent):
            row = event.pos().y() // _ROW
            self.setToolTip(
                f"{_words(self._rows[row])}\n{self._rows[row].badge.sentence}".strip()
                if row < len(self._rows)
                else ""
            )
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Hairlines and margin first, then the rows."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), colour(tokens.base))
        if not self._rows:
            painter.setFont(small_font(self, 12))
            painter.setPen(colour(tokens.text2))
            area = self.rect().adjusted(_EDGE, 8, -_EDGE, -8)
            painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, _EMPTY)
        else:
            axis = self._axis()
            self._paint_axis(painter, axis)
            self.paint_labels(painter, len(self._rows) * _ROW)
            for number, row in enumerate(self._rows):
                self._paint_row(painter, QRectF(0, number * _ROW, self.width(), _ROW), row, axis)
        if self.hasFocus():
            painter.setPen(QPen(colour(tokens.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)
        painter.end()

    def _choose(self, row: int) -> None:
        self._chosen = self._rows[row].contender.id
        self.contender_chosen.emit(self._chosen)
        self.update()

    def _axis(self) -> _Axis:
        """Left end and width of the axis: what names and words leave, but never nothing."""
        metrics = QFontMetrics(small_font(self, 12))
        names = max(metrics.horizontalAdvance(_name(row)) for row in self._rows) + 2 * _EDGE + 12
        words = max(metrics.horizontalAdvance(_short_words(row)) for row in self._rows) + 2 * _EDGE
        names = min(names, 2 * self.width() // 5)
        width = max(_NARROWEST, self.width() - names - words - 12)
        width = min(width, max(_NARROWEST, self.width() - names - 60))
        return _Axis(float(names), width, _ticks_for(self._rows))

    def _paint_axis(self, painter: QPainter, axis: _Axis) -> None:
        tokens = self._theme.tokens
        bottom = len(self._rows) * _ROW
        ends = [axis.x(end) for end in (1 / (1 + self._margin), 1 + self._margin)]
        painter.fillRect(QRectF(ends[0], 0, ends[1] - ends[0], bottom), colour(tokens.band))
        for tick in axis.ticks:
            x = axis.x(tick)
            painter.setPen(hairline(colour(tokens.text2 if tick == 1 else tokens.grid)))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))

    def _paint_row(self, painter: QPainter, area: QRectF, row: RatioRow, axis: _Axis) -> None:
        tokens, look = self._theme.tokens, look_of(row.contender)
        middle = Qt.AlignmentFlag.AlignVCenter
        if row.contender.id == self._chosen:
            painter.fillRect(QRectF(0, area.y(), axis.left - 8, _ROW), colour(tokens.selection))
        painter.setFont(small_font(self, 12))
        painter.setPen(colour(look.hue))
        painter.drawText(QRectF(_EDGE, area.y(), 14, _ROW), middle, mark_text(look))
        painter.setPen(colour(tokens.text))
        name = QRectF(_EDGE + 18, area.y(), axis.left - _EDGE - 26, _ROW)
        painter.drawText(name, middle, _elided(painter, row.contender.id, name.width()))
        if row.contender.is_deprecated:
            name.setLeft(name.left() + painter.fontMetrics().horizontalAdvance(f"{row.contender.id} "))
            painter.setPen(colour(tokens.text2))
            painter.drawText(name, middle, _elided(painter, DEPRECATED, name.width()))
        if row.comparison is not None:
            self._paint_interval(painter, area.center().y(), row.comparison, hue=look.hue, axis=axis)
        words = QRectF(axis.right + 12, area.y(), self.width() - axis.right - 16, _ROW)
        painter.setPen(colour(tokens.text if row.comparison is not None else tokens.text2))
        text = _short_words(row)
        if painter.fontMetrics().horizontalAdvance(text) > words.width():
            text = _short_words(row, has_interval=False)
        painter.drawText(words, middle, _elided(painter, text, words.width()))

    def _paint_interval(
        self, painter: QPainter, y: float, comparison: Comparison, *, hue: str, axis: _Axis
    ) -> None:
        tokens = self._theme.tokens
        if comparison.ratio is None:
            return
        low, high = comparison.low or comparison.ratio, comparison.high or comparison.ratio
        if high < axis.lowest or low > axis.highest:
            self._paint_arrow(painter, y, axis, points_left=high < axis.lowest)
            return
        start, end = axis.x(low), axis.x(high)
        if comparison.low is not None:
            bar = QRectF(start, y - 4, max(1.0, end - start), 8)
            painter.fillRect(bar, colour(hue, 0.6 if tokens.is_dark else 0.45))
            painter.setPen(hairline(edge_of(hue, tokens)))
            painter.drawRect(bar)
        if axis.lowest <= comparison.ratio <= axis.highest:
            x = axis.x(comparison.ratio)
            painter.fillRect(QRectF(x - 1, y - 6, 2, 12), colour(tokens.text))
        else:
            self._paint_arrow(painter, y, axis, points_left=comparison.ratio < axis.lowest)

    def _paint_arrow(self, painter: QPainter, y: float, axis: _Axis, *, points_left: bool) -> None:
        """A dotted line from 1 to the end of the axis: the ratio is beyond it."""
        pen = hairline(colour(self._theme.tokens.text2))
        tip = axis.left if points_left else axis.right
        back = 4 if points_left else -4
        painter.setPen(pen)
        painter.drawLine(QPointF(tip + back, y - 4), QPointF(tip, y))
        painter.drawLine(QPointF(tip + back, y + 4), QPointF(tip, y))
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(axis.x(1.0), y), QPointF(tip, y))


class RatioArea(QScrollArea):
    """The plot, scrolled where it is too high; the labels of its axis stay in sight.

    Args:
        theme: Colours.
        plot: What is scrolled.
    """

    def __init__(self, theme: Theme, plot: RatioPlot) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(plot)
        self.labels = _Labels(theme, plot, self.viewport())
        self.verticalScrollBar().rangeChanged.connect(self._place_labels)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the labels at the bottom."""
        super().resizeEvent(event)
        self._place_labels()

    def _place_labels(self) -> None:
        """Where the plot is scrolled to its end they cover its own."""
        area = self.viewport().rect()
        self.labels.setGeometry(0, area.height() - _AXIS, area.width(), _AXIS)
        self.labels.setVisible(self.verticalScrollBar().maximum() > 0)


class _Labels(QWidget):
    """The labels of the axis over the rows; painted anew with what is under them."""

    def __init__(self, theme: Theme, plot: RatioPlot, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._plot = theme, plot

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As the plot paints them."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(self._theme.tokens.base))
        self._plot.paint_labels(painter, 0)
        painter.end()


def _name(row: RatioRow) -> str:
    return f"{row.contender.id} {DEPRECATED}" if row.contender.is_deprecated else row.contender.id


def _verdict_words(row: RatioRow) -> str:
    badge = row.badge
    caution = f" {Symbol.CAUTION.value} {badge.caution}" if badge.caution else ""
    remark = f" ({badge.remark})" if badge.remark else ""
    return f"{badge.symbol.value} {badge.word}{remark}{caution}"


def _short_words(row: RatioRow, *, has_interval: bool = True) -> str:
    """What stands beside the interval: why there is none, and what is to be said of the blocks, tells the tool tip."""
    badge, caution = row.badge, f" {Symbol.CAUTION.value}" if row.badge.caution else ""
    has_interval = has_interval and row.comparison is not None and row.comparison.verdict in _CLAIMS
    return f"{badge.symbol.value} {badge.word}{f' ({badge.remark})' if has_interval else ''}{caution}"


def _ticks_for(rows: Iterable[RatioRow]) -> tuple[float, ...]:
    """The narrowest scale that holds most ratios."""
    reach = reach_of(row.comparison.ratio for row in rows if row.comparison and row.comparison.ratio)
    return next((ticks for ticks in SCALES if reach <= math.log(ticks[-1])), SCALES[-1])


def _words(row: RatioRow) -> str:
    return f"{row.contender.label}: {_verdict_words(row)}"


def _elided(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))

"""The frozen column, the header, and what is painted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication

from fwcompare.domain.contender import Contender, Framework, Mode
from tests import runs
from tests.runs import view_of
from tests.ui.comparison.many import grown_run
from ui.comparison import delegates, painting
from ui.comparison.claims_model import HUES, ClaimsModel
from ui.comparison.columns import Column
from ui.comparison.delegates import ClaimsDelegate, MeasuredDelegate
from ui.comparison.measured_model import MeasuredModel
from ui.comparison.ordering import SortKey
from ui.comparison.rows import RowSource
from ui.comparison.view import ComparisonView
from ui.theme import FRAMEWORK_HUES, Scheme


@pytest.fixture
def view(qtbot, theme) -> ComparisonView:
    model = MeasuredModel()
    model.set_rows(RowSource().rows(view_of(grown_run(1))))
    delegate = MeasuredDelegate(theme)
    view = ComparisonView(theme, model, delegate, "Measured", by_row=True)
    view.delegate = delegate  # the view does not own it
    view.kept_model = model
    qtbot.addWidget(view)
    view.resize(700, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


def click(qtbot, view: ComparisonView, column: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_a_click_on_a_header_sorts_and_one_with_shift_adds_a_key(view: ComparisonView, qtbot) -> None:
    click(qtbot, view, Column.MEDIAN)
    assert view.kept_model.sort_keys == (SortKey(Column.MEDIAN),)
    click(qtbot, view, Column.P90, Qt.KeyboardModifier.ShiftModifier)
    assert view.kept_model.sort_keys == (SortKey(Column.MEDIAN), SortKey(Column.P90))
    click(qtbot, view, Column.P90)
    assert view.kept_model.sort_keys == (SortKey(Column.P90, descending=True),)


def test_the_first_column_stays_while_the_others_scroll(view: ComparisonView) -> None:
    bar = view.horizontalScrollBar()
    bar.setValue(bar.maximum())

    assert view.frozen.geometry().topLeft() == QPoint(0, 0)
    assert view.frozen.width() == view.columnWidth(0)
    assert not view.frozen.isColumnHidden(0)
    assert view.frozen.selectionModel() is view.selectionModel()


def test_both_views_scroll_and_resize_together(view: ComparisonView) -> None:
    view.verticalScrollBar().setValue(60)
    assert view.frozen.verticalScrollBar().value() == 60
    view.frozen.verticalScrollBar().setValue(30)
    assert view.verticalScrollBar().value() == 30
    view.frozen.setColumnWidth(0, 180)
    assert view.columnWidth(0) == view.frozen.width() == 180
    view.setColumnWidth(0, 210)
    assert view.frozen.columnWidth(0) == view.frozen.width() == 210


def test_moving_left_brings_cells_out_from_under_the_frozen_column(view: ComparisonView, qtbot) -> None:
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, len(Column) - 1))
    while view.currentIndex().column() > 1:
        qtbot.keyClick(view, Qt.Key.Key_Left)
        assert view.visualRect(view.currentIndex()).left() >= view.frozen.width()


def test_a_click_into_the_frozen_column_selects_the_row(view: ComparisonView, qtbot) -> None:
    place = view.frozen.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.frozen.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert {index.row() for index in view.selectionModel().selectedIndexes()} == {1}
    assert view.currentIndex().row() == 1


def test_getting_the_focus_makes_a_cell_current(view: ComparisonView) -> None:
    view.activateWindow()
    view.clearFocus()
    view.setCurrentIndex(QModelIndex())
    view.setFocus()
    QApplication.processEvents()
    assert view.currentIndex().isValid()


def test_the_menu_key_asks_for_the_menu_of_the_current_column(view: ComparisonView, qtbot) -> None:
    view.setCurrentIndex(view.model().index(2, Column.MEDIAN))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())

    with qtbot.waitSignal(view.menu_wanted) as signal:
        view.contextMenuEvent(event)

    assert signal.args[0] == Column.MEDIAN
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(Column.P90) + 5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, header.mapToGlobal(place))
    with qtbot.waitSignal(view.menu_wanted) as signal:
        header.contextMenuEvent(event)
    assert signal.args[0] == Column.P90


def colours(image: QImage) -> set[str]:
    """All colours in the picture, as "#RRGGBB"."""
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), dtype=np.uint32)
    return {f"#{pixel & 0xFFFFFF:06X}" for pixel in np.unique(pixels).tolist()}


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_measured_cells_are_painted_in_the_colours_of_the_scheme(
    view: ComparisonView, theme, scheme: Scheme, qtlog
) -> None:
    theme.choose(scheme)
    view.resize(2000, 420)
    view.selectRow(1)

    seen = colours(view.grab().toImage())

    tokens = theme.tokens
    for colour in (
        tokens.base,
        tokens.selection,
        tokens.accent,
        tokens.grid,
        tokens.line,
        tokens.bad.fill,
        tokens.old.fill,
        tokens.band,
    ):
        assert colour in seen
    assert {FRAMEWORK_HUES[row.contender.framework] for row in view.model().rows} <= seen
    assert [record.message for record in qtlog.records if "propagateSizeHints" not in record.message] == []


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_claims_are_painted_in_the_colours_of_the_scheme(qtbot, theme, catalog, scheme: Scheme) -> None:
    theme.choose(scheme)
    model, delegate = ClaimsModel(catalog), ClaimsDelegate(theme)
    view = ComparisonView(theme, model, delegate, "Claims", by_row=False)
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    view.setCurrentIndex(model.index(0, 1))

    seen = colours(view.grab().toImage())

    tokens = theme.tokens
    for chip in (tokens.ok, tokens.mid, tokens.old):
        assert chip.fill in seen
    assert set(HUES.values()) <= seen, "lines under the headers"


def test_rows_are_as_high_as_their_text_needs(view: ComparisonView) -> None:
    height = view.fontMetrics().height()
    assert view.rowHeight(0) == view.frozen.rowHeight(0) >= max(29, height + 12)


def test_deprecated_contenders_say_so_beside_their_names_and_marked_verdicts_why(
    qtbot, theme, monkeypatch
) -> None:
    """GIVEN a deprecated mode, and a machine on its battery THEN the cells say so before anything is pointed at."""
    drawn: list[str] = []
    for module in (delegates, painting):
        monkeypatch.setattr(
            module, "draw_text", lambda _painter, _area, text, *_rest, **_more: drawn.append(text)
        )
    script = Contender(Framework.PYTORCH, Mode.SCRIPT, "/usr/bin/python3")
    blocks = [
        runs.block(side, number, *[1000 * factor] * 40, block=2 * number + factor - 1)
        for number in range(2)
        for side, factor in ((runs.BASELINE, 1), (script, 2))
    ]
    plan = runs.plan(contenders=(runs.BASELINE, script))
    model = MeasuredModel()
    run = runs.record(*blocks, plan=plan, machine={"power_plugged": False})
    model.set_rows(RowSource().rows(view_of(run)))
    delegate = MeasuredDelegate(theme)
    view = ComparisonView(theme, model, delegate, "Measured", by_row=True)
    qtbot.addWidget(view)
    view.resize(2000, 200)
    view.setColumnWidth(Column.VERDICT, 400)
    view.show()
    view.grab()

    assert drawn.count("deprecated") == drawn.count("pytorch:script") > 0
    assert drawn[drawn.index("pytorch:script") + 1] == "deprecated"
    assert "disturbed" in drawn

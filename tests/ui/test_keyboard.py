"""The real window without a mouse: everything can be reached, seen and named.

The walk goes over whatever is in the window, so what is added later is walked over as well.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QTabBar,
    QTextEdit,
    QToolBar,
    QWidget,
)

from fwcompare.storage.snapshot import read_snapshot
from tests.runs import view_of
from tests.ui.stand_ins import SNAPSHOT
from ui.actions import ACTIONS, Command, Menu
from ui.assembly import Assembly
from ui.comparison.details import DetailsPanel
from ui.comparison.panel import ComparisonPanel
from ui.profiler.panel import ProfilerPanel
from ui.profiler.timeline import Timeline
from ui.selection import BlockSelection, RowSelection
from ui.snapshots.panel import LibraryPanel
from ui.theme import Scheme

Pixels = npt.NDArray[np.uint32]

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
)

RING_PIXELS = 100
"""A focus that changes fewer pixels than this is not seen."""


@pytest.fixture(params=["empty", "opened"])
def assembly(request, real_window) -> Assembly:
    """The real window, before anything was measured and with a snapshot."""
    if request.param == "opened":
        real_window.shell.show_opened(view_of(read_snapshot(SNAPSHOT), finished=True))
    return real_window


def stops(window: QWidget) -> list[QWidget]:
    """What Tab has to reach: all that takes it, is seen and can be used."""
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisibleTo(window)
        and one.isEnabled()
        and one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        and not isinstance(one.parent(), QAbstractSpinBox)
    ]


def walk(window: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where the keyboard goes with one key until it comes to a place again."""
    seen: list[QWidget] = []
    while (here := window.focusWidget()) not in seen:
        seen.append(here)
        QTest.keyClick(here, key)
    return seen


def named(widget: QWidget) -> str:
    """What a screen reader calls it."""
    text = getattr(widget, "text", str)
    return widget.accessibleName() or str(text())


def described(widgets) -> list[str]:
    return sorted(f"{type(one).__name__} {named(one)!r}" for one in widgets)


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_reaches_everything_in_both_directions_and_comes_back(assembly, key):
    window = assembly.window
    start = window.focusWidget()

    seen = walk(window, key)

    assert described(seen) == described(stops(window))
    assert window.focusWidget() is start, "no place keeps the keyboard"


def test_tab_goes_as_the_eye_does(assembly):
    window = assembly.window
    docks = {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}
    areas = [
        window.findChild(QToolBar),
        docks["library"],
        window.findChild(ComparisonPanel),
        docks["details"],
        docks["profiler"],
    ]
    next(one for one in stops(window) if areas[0].isAncestorOf(one)).setFocus()

    visited = [
        next(number for number, area in enumerate(areas) if area.isAncestorOf(one))
        for one in walk(window, Qt.Key.Key_Tab)
    ]

    assert visited == sorted(visited)
    assert set(visited) == set(range(len(areas)))
    profiler = [one for one in walk(window, Qt.Key.Key_Tab) if areas[4].isAncestorOf(one)]
    form = [one for one in profiler if isinstance(one, QComboBox | QLineEdit | QAbstractSpinBox)]
    lefts = [one.mapTo(window, QPoint()).x() for one in form]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_the_focus_is_seen_wherever_it_is(assembly, theme, scheme):
    theme.choose(scheme)
    window = assembly.window
    places = walk(window, Qt.Key.Key_Tab)
    pictures = []
    for place in places:
        place.setFocus(Qt.FocusReason.TabFocusReason)
        pictures.append(pixels(window.grab().toImage()))

    hidden = {
        named(place)
        for place, mine, other in zip(places, pictures, pictures[1:] + pictures[:1], strict=True)
        if np.count_nonzero(around(place, mine) != around(place, other)) < RING_PIXELS
    }

    assert hidden == set()


@pytest.mark.parametrize("assembly", ["opened"], indirect=True)
@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_every_part_follows_a_change_of_the_colours(assembly, theme, scheme):
    theme.choose(Scheme.DARK if scheme is Scheme.LIGHT else Scheme.LIGHT)
    theme.choose(scheme)

    picture = pixels(assembly.window.grab().toImage())

    tokens = theme.tokens
    areas = (tokens.base, tokens.chrome, tokens.raised, tokens.line, tokens.band)
    ours = {QColor(colour).rgb() for colour in areas}
    for panel in (ComparisonPanel, DetailsPanel, ProfilerPanel, LibraryPanel):
        colours, counts = np.unique(around(assembly.window.findChild(panel), picture), return_counts=True)
        strange = {hex(one): int(count) for one, count in zip(colours, counts, strict=True) if count > 5_000}
        assert {int(one, 16) for one in strange} <= ours, (panel.__name__, strange)


def pixels(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def around(widget: QWidget, picture: Pixels) -> Pixels:
    """The part of the picture in which the widget is."""
    corner = widget.mapTo(widget.window(), QPoint())
    return picture[
        max(0, corner.y()) : corner.y() + widget.height(), corner.x() : corner.x() + widget.width()
    ]


def test_every_control_and_plot_has_a_name_and_every_icon_button_a_tip(assembly):
    controls = [
        one
        for one in assembly.window.findChildren(QWidget)
        if isinstance(one, CONTROLS)
        and not isinstance(one, QMenu)
        and one.isVisibleTo(assembly.window)
        and not isinstance(one.parent(), QAbstractSpinBox | QLineEdit)
    ]

    assert len(controls) > 30
    assert [type(one).__name__ for one in controls if not named(one)] == []
    buttons = [one for one in controls if isinstance(one, QAbstractButton) and not isinstance(one, QTabBar)]
    assert [named(one) for one in buttons if not one.toolTip()] == []


def test_what_is_disabled_says_why_in_tooltip_and_status_bar(assembly):
    window = assembly.window
    tips = {spec.command: spec.tip for spec in ACTIONS}
    for command in Command:
        action = window.actions_table[command]
        reason = action.statusTip()
        assert reason in action.toolTip()
        assert action.isEnabled() == (reason == tips[command])
    buttons = [
        one
        for one in window.findChildren(QAbstractButton)
        if one.isVisibleTo(window) and not one.isEnabled() and not isinstance(one.parent(), QToolBar)
    ]
    assert "Back" in [one.text() for one in buttons]
    assert [one.text() for one in buttons if not (one.toolTip() and one.statusTip())] == []
    menus = [one.menuAction() for one in window.findChildren(QMenu) if not one.isEnabled()]
    assert [one.text() for one in menus if not (one.toolTip() and one.statusTip())] == []


def test_letters_with_alt_are_unique_in_the_window_and_in_each_menu(assembly):
    window = assembly.window
    texts = [*Menu, *(one.text() for one in window.findChildren(QLabel) if one.buddy())]
    texts += [one.text() for one in window.findChildren(QAbstractButton) if one.isVisibleTo(window)]
    assert repeated(texts) == {}
    for menu in (action.menu() for action in window.menuBar().actions()):
        assert repeated(one.text() for one in menu.actions()) == {}


def repeated(texts) -> dict[str, int]:
    """The letters that more than one text has behind its `&`."""
    letters = Counter(text[text.index("&") + 1].lower() for text in texts if "&" in text.replace("&&", ""))
    return {letter: count for letter, count in letters.items() if count > 1}


def test_every_menu_opens_by_key_and_shows_all_commands(assembly, qtbot):
    window = assembly.window
    shown: set[QAction] = set()
    for action in window.menuBar().actions():
        letter = action.text()[action.text().index("&") + 1]
        QTest.keyClick(window, letter.lower(), Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(action.menu().isVisible)
        shown.update(action.menu().actions())
        action.menu().close()

    assert {window.actions_table[command] for command in Command} <= shown


def test_the_list_of_keys_has_every_command(assembly):
    assembly.window.actions_table[Command.KEYS].trigger()

    text = assembly.window.findChild(DetailsPanel).plain_text()
    for spec in ACTIONS:
        assert spec.text.replace("&", "") in text
        assert spec.shortcut in text


@pytest.mark.parametrize("assembly", ["opened"], indirect=True)
def test_a_block_is_chosen_at_the_crosshair(assembly):
    timeline = assembly.window.findChild(Timeline)
    chosen: list[object] = []
    assembly.window.findChild(ProfilerPanel).selection_changed.connect(chosen.append)
    timeline.setFocus()

    for key, modifier in (
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(timeline, key, modifier)

    assert len(chosen) == 1
    assert isinstance(chosen[0], BlockSelection)
    assert timeline.back_button.isEnabled()


@pytest.mark.parametrize("assembly", ["opened"], indirect=True)
def test_several_columns_are_sorted_by_without_a_mouse(assembly, qtbot):
    page = assembly.window.findChild(ComparisonPanel).page
    page.view.setFocus()
    for column, entry in ((2, "Sort by Median, ascending"), (3, "Then sort by p90")):
        page.view.setCurrentIndex(page.model.index(0, column))
        menu = page.menu_of(page.view.currentIndex().column())
        menu.popup(QPoint())
        place = [one.text() for one in menu.actions()].index(entry)
        for _ in range(place + 1):
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        menu.deleteLater()

    assert [key.column for key in page.model.sort_keys] == [2, 3]


def test_the_window_fits_a_small_screen(assembly):
    least = assembly.window.minimumSizeHint()

    assert least.width() <= 900
    assert least.height() <= 560


@pytest.mark.parametrize("assembly", ["opened"], indirect=True)
def test_the_page_of_a_row_gets_its_ratios_from_another_thread(assembly, qtbot, gui_thread_guard):
    record, details = assembly.shell.shown.record, assembly.window.findChild(DetailsPanel)
    other = next(one for one in record.plan.contenders if one.id != record.plan.baseline)

    with gui_thread_guard:
        assembly.shell.select(RowSelection(other.id, record.plan.workloads[0].id))
        qtbot.waitUntil(lambda: "throughput: needs 6 rounds of both" in details.plain_text())

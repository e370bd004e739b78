"""The frame: docks, layout, drag and drop, the keyboard's way through it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QToolBar, QWidget

from tests.ui.stand_ins import Comparison, Details, Profiler
from ui.actions import Command
from ui.main_window import MainWindow, Panels
from ui.settings import WindowSettings
from ui.theme import Scheme

NAMES = ("library", "details", "profiler")


def make(theme, may_close=lambda: True) -> MainWindow:
    library = QWidget()
    library.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return MainWindow(theme, Panels(Comparison(), Profiler(), library, Details()), may_close)


@pytest.fixture
def window(theme, qtbot):
    window = make(theme)
    qtbot.addWidget(window)
    window.show()
    return window


def dock(window, name) -> QDockWidget:
    return window.findChild(QDockWidget, name)


def test_docks_have_names_and_stand_where_the_design_says(window):
    areas = [window.dockWidgetArea(dock(window, name)) for name in NAMES]

    left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
    assert areas == [left, right, Qt.DockWidgetArea.BottomDockWidgetArea]
    assert all(dock(window, name).isVisible() for name in NAMES)


def test_the_layout_is_restored_in_another_window(window, theme, qtbot):
    dock(window, "library").close()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock(window, "details"))
    geometry, layout = window.packed_layout()

    other = make(theme)
    qtbot.addWidget(other)
    other.restore_layout(WindowSettings(geometry=geometry, layout=layout))
    other.show()

    assert not dock(other, "library").isVisible()
    assert not other.actions_table[Command.SHOW_LIBRARY].isChecked()
    assert other.dockWidgetArea(dock(other, "details")) is Qt.DockWidgetArea.LeftDockWidgetArea


@pytest.mark.parametrize("layout", [b"", b"garbage", b"\0" * 200])
def test_a_damaged_layout_gives_the_default(window, layout):
    window.restore_layout(WindowSettings(geometry=layout, layout=layout))

    assert all(dock(window, name).isVisible() for name in NAMES)


def test_the_default_layout_comes_back(window):
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock(window, "profiler"))
    dock(window, "details").setFloating(True)
    dock(window, "library").close()

    window.restore_default_layout()

    areas = [window.dockWidgetArea(dock(window, name)) for name in NAMES]
    assert areas == [
        Qt.DockWidgetArea.LeftDockWidgetArea,
        Qt.DockWidgetArea.RightDockWidgetArea,
        Qt.DockWidgetArea.BottomDockWidgetArea,
    ]
    assert all(dock(window, name).isVisible() and not dock(window, name).isFloating() for name in NAMES)
    assert window.findChild(QToolBar, "toolbar").isVisible()


def test_a_dock_is_closed_and_opened_by_its_action(window):
    action = window.actions_table[Command.SHOW_DETAILS]

    action.trigger()
    assert not dock(window, "details").isVisible()
    action.trigger()
    assert dock(window, "details").isVisible()
    dock(window, "details").close()
    assert not action.isChecked()


def test_the_style_follows_the_theme(window, theme):
    before = window.styleSheet()

    theme.choose(Scheme.DARK)

    assert theme.tokens.chrome in window.styleSheet() != before


def test_closing_is_asked_for(theme, qtbot):
    answers = [False, True]
    window = make(theme, lambda: answers.pop(0))
    qtbot.addWidget(window)
    window.show()

    with qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.closed):
        window.close()


def dragged(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def accepts(window, data) -> bool:
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window, data) -> None:
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)  # Qt hands on drops of its own drags alone


def test_one_snapshot_can_be_dropped(window, qtbot, tmp_path):
    path = tmp_path / "run.fwsnap"
    data = dragged(QUrl.fromLocalFile(str(path)).toString())
    assert accepts(window, data)

    with qtbot.waitSignal(window.file_dropped) as caught:
        drop(window, data)

    assert caught.args == [path]


@pytest.mark.parametrize(
    "urls",
    [
        ("file:///a/run.py",),
        ("https://example.org/run.fwsnap",),
        ("file:///a/one.fwsnap", "file:///a/two.fwsnap"),
        (),
    ],
)
def test_nothing_else_can_be_dropped(window, qtbot, urls):
    data = dragged(*urls)

    assert not accepts(window, data)
    with qtbot.assertNotEmitted(window.file_dropped):
        drop(window, data)


def test_recent_files_and_plots_are_listed(window, qtbot, tmp_path):
    window.set_recent([tmp_path / "one.fwsnap", tmp_path / "two.fwsnap"])
    window.set_plots(["Latency"])

    with qtbot.waitSignal(window.recent_chosen) as recent:
        window._recent_menu.actions()[1].trigger()
    with qtbot.waitSignal(window.plot_chosen) as plot:
        window._plot_menu.actions()[0].trigger()

    assert recent.args == [tmp_path / "two.fwsnap"]
    assert plot.args == ["Latency"]
    window.set_recent([])
    assert not window._recent_menu.isEnabled()


def test_the_keyboard_walks_through_all_areas(window, qtbot):
    window.activateWindow()
    window.setFocus()
    seen = []
    for _ in range(4):
        window.focus_next_area()
        seen.append(QApplication.focusWidget())

    areas = [window.findChild(QToolBar, "toolbar"), window.findChild(Comparison), window.findChild(Profiler)]
    assert all(any(area.isAncestorOf(widget) for widget in seen) for area in areas)


def test_a_hidden_area_is_left_out(window):
    dock(window, "profiler").close()
    profiler = window.findChild(Profiler)
    for _ in range(6):
        window.focus_next_area()
        assert not profiler.isAncestorOf(QApplication.focusWidget())


def test_every_button_of_the_frame_has_a_name(window):
    buttons = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.objectName() != "qt_toolbar_ext_button" and button.isVisible()
    ]

    assert buttons
    assert [button for button in buttons if not (button.text() or button.accessibleName())] == []

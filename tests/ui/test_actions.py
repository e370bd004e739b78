"""The table of actions is complete, and what is made from it is one object each."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar

from tests.ui.stand_ins import assemble
from ui.actions import ACTIONS, TOOLBAR, Actions, Command, Group
from ui.theme import Scheme


@pytest.fixture
def actions(theme, qtbot):
    parent = QMenu()
    qtbot.addWidget(parent)
    yield Actions(theme, parent)
    parent.close()


@pytest.fixture
def window(theme, qtbot, tmp_path):
    assembly = assemble(theme, tmp_path)
    yield assembly.window
    assembly.end()


def test_every_command_is_in_the_table_once():
    assert Counter(spec.command for spec in ACTIONS) == Counter(Command)


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.command)
def test_an_action_has_text_tip_and_shortcut(spec, actions):
    action = actions[spec.command]

    assert "&" in action.text(), "the keyboard reaches it in its menu"
    assert action.statusTip().endswith(".")
    assert action.shortcut().toString() == QKeySequence(spec.shortcut).toString() != ""
    assert action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip()


def test_shortcuts_are_unique():
    assert max(Counter(QKeySequence(spec.shortcut).toString() for spec in ACTIONS).values()) == 1


def test_letters_of_a_menu_are_unique():
    letters = Counter((spec.menu, spec.text[spec.text.index("&") + 1].lower()) for spec in ACTIONS)

    assert [pair for pair, count in letters.items() if count > 1] == []


def test_a_disabled_action_says_why_and_an_enabled_one_what_it_does(actions):
    actions.set_obstacle(Command.RUN, "Nothing is chosen.")
    assert not actions[Command.RUN].isEnabled()
    assert actions[Command.RUN].statusTip() == "Nothing is chosen."
    assert actions[Command.RUN].toolTip().startswith("Nothing is chosen.")

    actions.set_obstacle(Command.RUN, "")
    assert actions[Command.RUN].isEnabled()
    assert actions[Command.RUN].statusTip().startswith("Measure")


def test_one_of_a_group_is_checked(actions):
    for group in Group:
        members = [actions[spec.command] for spec in ACTIONS if spec.group is group]
        for action in members:
            action.trigger()
            assert [other for other in members if other.isChecked()] == [action]


def test_icons_follow_the_theme(actions, theme):
    before = actions[Command.RUN].icon().pixmap(16).toImage()

    theme.choose(Scheme.DARK)

    assert actions[Command.RUN].icon().pixmap(16).toImage() != before


def test_menus_and_toolbar_show_the_same_objects(window):
    in_menus = {action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    in_toolbar = set(window.findChild(QToolBar, "toolbar").actions())
    table = window.actions_table

    assert {table[command] for command in Command} <= in_menus
    assert {table[command] for group in TOOLBAR for command in group} <= in_toolbar
    assert all(isinstance(action, QAction) for action in in_toolbar)


def test_every_action_does_something(window):
    """GIVEN the whole window, no action of the table is left without a receiver."""
    left = {
        command
        for command in Command
        if not window.actions_table[command].receivers("2triggered(bool)")
        and not window.actions_table[command].receivers("2toggled(bool)")
    }

    assert left == set()

"""Everything that can be done, in one table: menus, toolbar, shortcuts and texts are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from ui.icons import IconName, icon
from ui.theme import Theme


class Menu(StrEnum):
    """The menus, in the order of the menu bar; `&` stands before the letter of the keyboard."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    RUN = "&Run"
    HELP = "&Help"


class Group(StrEnum):
    """Sets of actions of which one at a time is checked."""

    SCHEME = "scheme"
    TAB = "tab"


class Command(StrEnum):
    """Names of the actions."""

    OPEN = "open"
    SAVE_AS = "save_as"
    REVEAL = "reveal"
    RECOVER = "recover"
    EXPORT_TABLE = "export_table"
    QUIT = "quit"
    UNDO = "undo"
    COPY_TSV = "copy_tsv"
    COPY_MARKDOWN = "copy_markdown"
    FILTER = "filter"
    CLAIMS = "claims"
    MEASURED = "measured"
    STARTS = "starts"
    SHOW_LIBRARY = "show_library"
    SHOW_DETAILS = "show_details"
    SHOW_PROFILER = "show_profiler"
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    RESTORE_LAYOUT = "restore_layout"
    NEXT_AREA = "next_area"
    RUN = "run"
    CANCEL = "cancel"
    ADD_ROUNDS = "add_rounds"
    KEYS = "keys"
    METHOD = "method"
    SAMPLE = "sample"
    INTERPRETERS = "interpreters"
    SELF_TEST = "self_test"


@dataclass(frozen=True, slots=True)
class Spec:
    """One action as the table describes it.

    Attributes:
        tip: A sentence for tooltip and status bar.
        shortcut: In Qt's portable notation.
        starts_group: A line stands before it in its menu.
        group: The set of which one is checked.
        checkable: On or off, by itself.
    """

    command: Command
    menu: Menu
    text: str
    tip: str
    shortcut: str
    icon: IconName | None = None
    starts_group: bool = False
    group: Group | None = None
    checkable: bool = False


ACTIONS: Final = (
    Spec(Command.OPEN, Menu.FILE, "&Open…", "Open a snapshot (.fwsnap).", "Ctrl+O", IconName.OPEN),
    Spec(Command.SAVE_AS, Menu.FILE, "&Save snapshot as…", "Save the comparison that is shown in a new file.", "Ctrl+Shift+S", IconName.SAVE),
    Spec(Command.REVEAL, Menu.FILE, "Show in file &manager", "Open the folder of the snapshot that is shown.", "Ctrl+Shift+R"),
    Spec(Command.RECOVER, Menu.FILE, "Re&cover cut-off runs", "Turn what an ended fwcompare left unfinished into snapshots.", "Ctrl+Alt+R"),
    Spec(Command.EXPORT_TABLE, Menu.FILE, "&Export table as CSV…", "Write the table that is shown into a CSV file.", "Ctrl+Shift+E", starts_group=True),
    Spec(Command.QUIT, Menu.FILE, "&Quit", "Close the window; a running comparison is cancelled and saved first.", "Ctrl+Q", starts_group=True),
    Spec(Command.UNDO, Menu.EDIT, "&Undo", "Take back the last change in the library.", "Ctrl+Z"),
    Spec(Command.COPY_TSV, Menu.EDIT, "&Copy", "Copy the selected rows as a table for spreadsheets (TSV).", "Ctrl+C", IconName.COPY, starts_group=True),
    Spec(Command.COPY_MARKDOWN, Menu.EDIT, "Copy as &Markdown", "Copy the selected rows as a Markdown table.", "Ctrl+Shift+C"),
    Spec(Command.FILTER, Menu.EDIT, "&Filter", "Show only the rows that contain a text.", "/", starts_group=True),
    Spec(Command.CLAIMS, Menu.VIEW, "&Claims", "Show what is said of the frameworks, and what is true today.", "Ctrl+1", group=Group.TAB),
    Spec(Command.MEASURED, Menu.VIEW, "&Measured", "Show what was measured here.", "Ctrl+2", group=Group.TAB),
    Spec(Command.STARTS, Menu.VIEW, "St&arts", "Show what it costs to start, with empty and warm compile caches.", "Ctrl+3", group=Group.TAB),
    Spec(Command.SHOW_LIBRARY, Menu.VIEW, "Li&brary", "Show or hide the list of saved comparisons.", "Ctrl+Shift+L", starts_group=True, checkable=True),
    Spec(Command.SHOW_DETAILS, Menu.VIEW, "&Details", "Show or hide what is known of the selection.", "Ctrl+Shift+D", checkable=True),
    Spec(Command.SHOW_PROFILER, Menu.VIEW, "&Profiler", "Show or hide the run form and the live plots.", "Ctrl+Shift+P", checkable=True),
    Spec(Command.SYSTEM, Menu.VIEW, "Colours of the &system", "Follow the system's light or dark appearance.", "Ctrl+Alt+S", starts_group=True, group=Group.SCHEME),
    Spec(Command.LIGHT, Menu.VIEW, "&Light", "Dark text on a light ground.", "Ctrl+Alt+L", group=Group.SCHEME),
    Spec(Command.DARK, Menu.VIEW, "Dar&k", "Light text on a dark ground.", "Ctrl+Alt+D", group=Group.SCHEME),
    Spec(Command.NEXT_AREA, Menu.VIEW, "&Next area", "Move the keyboard to the next part of the window.", "F6", starts_group=True),
    Spec(Command.RESTORE_LAYOUT, Menu.VIEW, "&Restore default layout", "Put all parts of the window back where they were at first.", "Ctrl+Alt+0"),
    Spec(Command.RUN, Menu.RUN, "&Run", "Measure what the form in the profiler describes.", "Ctrl+R", IconName.RUN),
    Spec(Command.CANCEL, Menu.RUN, "&Cancel", "Stop the running comparison; what was measured is saved.", "Ctrl+.", IconName.STOP),
    Spec(Command.ADD_ROUNDS, Menu.RUN, "&Add rounds…", "Measure more rounds of the comparison that is shown.", "Ctrl+Shift+A"),
    Spec(Command.INTERPRETERS, Menu.RUN, "&Interpreters…", "Choose the Pythons in which the frameworks run.", "Ctrl+I", starts_group=True),
    Spec(Command.SELF_TEST, Menu.RUN, "Check this &machine…", "Compare a contender with itself for some minutes to find out what this machine can tell apart.", "Ctrl+M"),
    Spec(Command.METHOD, Menu.HELP, "How we &measure", "Show what the figures mean, how they come about, and what they do not say.", "Ctrl+F1"),
    Spec(Command.SAMPLE, Menu.HELP, "Look at a &sample", "Open the comparison that fwcompare brings along; nothing is run.", "Ctrl+Shift+O"),
    Spec(Command.KEYS, Menu.HELP, "&Keys", "List all commands and keys in the details.", "F1"),
)  # fmt: skip
"""All actions, menu by menu in their order."""

TOOLBAR: Final = (
    (Command.RUN, Command.CANCEL),
    (Command.OPEN, Command.SAVE_AS),
)
"""What stands in the toolbar as well, in groups; the exports and the filter box follow."""


class Actions(QObject):
    """The actions of the window, made from the table.

    Args:
        theme: Gives the icons their colour.
        parent: The window, on which the shortcuts work.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._specs = {spec.command: spec for spec in ACTIONS}
        self._groups = {group: QActionGroup(self) for group in Group}
        self._actions = {spec.command: self._make(spec) for spec in ACTIONS}
        theme.changed.connect(self._draw_icons)
        self._draw_icons()

    def __getitem__(self, command: Command) -> QAction:
        return self._actions[command]

    def on(self, command: Command, act: Callable[[], object]) -> None:
        """Let this be done when the action is triggered."""
        self._actions[command].triggered.connect(lambda _checked=False: act())

    def set_obstacle(self, command: Command, reason: str) -> None:
        """Disable an action and say why in one sentence, or enable it with ""."""
        action, sentence = self._actions[command], reason or self._specs[command].tip
        if sentence != action.statusTip():
            action.setEnabled(not reason)
            _explain(action, sentence)

    def _make(self, spec: Spec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.command)
        action.setShortcut(QKeySequence(spec.shortcut))
        action.setCheckable(spec.checkable or spec.group is not None)
        if spec.group is not None:
            self._groups[spec.group].addAction(action)
        if spec.command is Command.QUIT:
            action.setMenuRole(QAction.MenuRole.QuitRole)
        _explain(action, spec.tip)
        return action

    def _draw_icons(self) -> None:
        for spec in ACTIONS:
            if spec.icon is not None:
                self._actions[spec.command].setIcon(icon(spec.icon, self._theme.tokens))


def _explain(action: QAction, sentence: str) -> None:
    """Put the sentence where the mouse and the keyboard find it."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setStatusTip(sentence)
    action.setToolTip(f"{sentence} ({keys})")

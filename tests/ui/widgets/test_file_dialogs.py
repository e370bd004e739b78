"""The dialogs' answers become paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from ui.widgets.file_dialogs import PICTURES, SNAPSHOTS, FileDialogs


@pytest.fixture
def dialogs(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    return FileDialogs(parent, Path("/start"))


@pytest.fixture
def answers(monkeypatch):
    """What the user chooses, and what the dialog was asked with."""
    asked = []

    def answer(name, kind=""):
        def dialog(*arguments, **named):
            asked.append((arguments[1:], named))
            return name, kind

        monkeypatch.setattr(QFileDialog, "getOpenFileName", dialog)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return asked

    return answer


def test_a_file_to_open(dialogs, answers):
    asked = answers("/elsewhere/run.fwsnap")

    assert dialogs.file_to_open("Open", SNAPSHOTS) == Path("/elsewhere/run.fwsnap")
    assert asked[0][0] == ("Open", "/start", SNAPSHOTS)


def test_no_answer_is_no_file(dialogs, answers):
    answers("")

    assert dialogs.file_to_open("Open", SNAPSHOTS) is None
    assert dialogs.file_to_write("Save", "run.fwsnap", SNAPSHOTS, may_replace=True) is None


def test_the_next_dialog_starts_where_the_last_one_ended(dialogs, answers):
    asked = answers("/elsewhere/run.fwsnap")
    dialogs.file_to_open("Open", SNAPSHOTS)

    dialogs.file_to_write("Save", "copy.fwsnap", SNAPSHOTS, may_replace=False)

    assert asked[1][0] == ("Save", "/elsewhere/copy.fwsnap", SNAPSHOTS)
    assert asked[1][1]["options"] == QFileDialog.Option.DontConfirmOverwrite


@pytest.mark.parametrize(
    ("name", "kind", "path"),
    [
        ("/a/plot", "Drawing (*.svg)", "/a/plot.svg"),
        ("/a/plot", "Picture (*.png)", "/a/plot.png"),
        ("/a/plot.svg", "Picture (*.png)", "/a/plot.svg"),
    ],
)
def test_a_name_without_suffix_gets_that_of_its_kind(dialogs, answers, name, kind, path):
    answers(name, kind)

    assert dialogs.file_to_write("Save", "plot.png", PICTURES, may_replace=True) == Path(path)


@pytest.mark.parametrize(
    ("key", "answer"), [("act", True), (Qt.Key.Key_Return, False), (Qt.Key.Key_Escape, False)]
)
def test_what_cannot_be_undone_is_done_only_if_that_is_chosen(dialogs, qtbot, key, answer):
    """GIVEN the box, Enter and Escape do nothing: only the button that names the act does it."""
    texts = []

    def choose():
        box = dialogs._parent.findChild(QMessageBox)
        texts.append(box.text())
        if key == "act":
            next(button for button in box.findChildren(QPushButton) if button.text() == "Empty").click()
        else:
            qtbot.keyClick(box, key)

    QTimer.singleShot(0, choose)

    assert dialogs.confirmed("Empty it?", "Empty") is answer
    assert texts == ["Empty it?"]

"""The dialogs' answers become paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

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

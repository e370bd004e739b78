"""What the command does with and without a subcommand."""

from __future__ import annotations

import sys

import pytest

from ui import __main__ as command
from ui.__main__ import main, window_obstacle

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.fixture
def no_display(monkeypatch):
    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


def test_without_a_display_it_says_so_and_how_to_go_on(
    no_display, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main([])

    shown = capsys.readouterr()
    assert exit_code == 2
    assert shown.err.startswith(f"{window_obstacle()}\n")
    assert "display" in shown.err
    assert "contenders" in shown.out, "the help lists the subcommands"


@pytest.mark.parametrize("name", DISPLAYS)
def test_with_a_display_there_is_no_obstacle(no_display, monkeypatch, name) -> None:
    monkeypatch.setenv(name, ":0")

    assert window_obstacle() is None


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_always_have_a_display(no_display, monkeypatch, platform) -> None:
    monkeypatch.setattr(sys, "platform", platform)

    assert window_obstacle() is None


def test_without_its_packages_it_says_which_are_missing(monkeypatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)

    obstacle = window_obstacle()

    assert obstacle is not None
    assert "PySide6 and pyqtgraph" in obstacle
    assert "`ui`" in obstacle


def test_a_subcommand_goes_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["run", "--help"])

    assert exit_code == 0
    assert "--preset" in capsys.readouterr().out


def test_an_unknown_subcommand_is_bad_usage() -> None:
    assert main(["no-such-thing"]) == 2

"""What the command does with and without a subcommand."""

from __future__ import annotations

import pytest

from ui.__main__ import main, window_obstacle


def test_without_a_subcommand_it_says_why_there_is_no_window_and_how_to_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code = main([])

    shown = capsys.readouterr()
    assert exit_code == 2
    assert shown.err.startswith(f"{window_obstacle()}\n")
    assert "contenders" in shown.out, "the help lists the subcommands"


def test_a_subcommand_goes_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["run", "--help"])

    assert exit_code == 0
    assert "--preset" in capsys.readouterr().out


def test_an_unknown_subcommand_is_bad_usage() -> None:
    assert main(["no-such-thing"]) == 2

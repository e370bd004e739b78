"""Where a command writes: text for people, or one JSON object for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fwcompare.errors import FwcompareError
    from fwcompare.report import JSON

_PLAIN_WIDTH = 160
"""Columns where there is no terminal: wide enough that a log keeps one row in one line."""


class Output:
    """The streams of one command.

    Args:
        as_json: Standard output carries one JSON object and nothing else; text goes to standard error.

    Attributes:
        console: For what the command says.
        remarks: For errors and remarks, always on standard error.
        answered: True once the command has given its result.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.answered = False
        self.remarks = _console(sys.stderr)
        self.console = self.remarks if as_json else _console(sys.stdout)

    def answer(self, content: Callable[[], Mapping[str, JSON]]) -> None:
        """The command's result: make and print it if JSON was asked for."""
        if self.as_json:
            sys.stdout.write(json.dumps(content(), allow_nan=False) + "\n")
            sys.stdout.flush()
        self.answered = True

    def say(self, text: str) -> None:
        """Print one line of text."""
        print_line(self.console, text)

    def remark(self, text: str) -> None:
        """Print one line that is not part of the result."""
        print_line(self.remarks, text)

    def error(self, error: FwcompareError) -> None:
        """Say what is wrong, and in a second line what to do about it."""
        self.remark(f"Error: {error.message}")
        if error.remedy:
            self.remark(error.remedy)


def print_line(console: Console, text: str) -> None:
    """Print the text in one line, however long; a terminal wraps it by itself."""
    console.print(text, soft_wrap=True)


def _console(stream: TextIO) -> Console:
    """A console that prints text as it is: brackets are no mark-up and `:x:` is no emoji."""
    width = None if stream.isatty() else _PLAIN_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)

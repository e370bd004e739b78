"""What the command `fwcompare` does: a subcommand goes to the core, none opens the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAD_USAGE = 2


def window_obstacle() -> str | None:
    """Why no window can be opened here, in one sentence, or None if one can."""
    return "This version of fwcompare has no window yet; it measures from the command line."


def main(argv: Sequence[str]) -> int:
    """Run a subcommand; without one, say that there is no window and show the subcommands.

    Args:
        argv: The arguments after the command's name.

    Returns:
        Exit code, see `docs/cli.md`.
    """
    from fwcompare.cli import main as run_command  # noqa: PLC0415 - the window will start without it

    if argv:
        return run_command(argv)
    sys.stderr.write(f"{window_obstacle()}\n\n")
    run_command(["--help"])
    return _BAD_USAGE

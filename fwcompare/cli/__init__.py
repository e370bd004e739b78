"""The command line. `main` is all that others use.

Only this room turns errors into text and exit codes (`docs/cli.md`). Its modules import the rest of
fwcompare where they use it, so that `--help` and a wrong flag are answered at once.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one subcommand, see `entry.main`; the window shares this room's words and starts without the rest."""
    from fwcompare.cli import entry  # noqa: PLC0415

    return entry.main(argv)

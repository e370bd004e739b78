"""The command line. `main` is all that others use.

Only this room turns errors into text and exit codes (`docs/cli.md`). Its modules import the rest of
fwcompare where they use it, so that `--help` and a wrong flag are answered at once.
"""

from fwcompare.cli.entry import main

__all__ = ["main"]

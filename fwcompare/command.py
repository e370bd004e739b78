"""The first code that the command `fwcompare` runs: a safe module search path, then `ui`.

`PYTHONPATH=.`, an empty part in it (`:/somewhere`) and `python -m` put the folder in which the user
happens to be in front of everything installed. A `ui/`, `numpy.py` or `statistics.py` there must not
be loaded in place of ours, so nothing but built-in and already loaded modules is imported before
that folder has left the path. This is why the command starts here and not in `ui` itself.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module


def drop_current_folder() -> None:
    """Take the current folder off the module search path, unless fwcompare itself lives there.

    Only what stands before the standard library is looked at: that is where Python puts the folder
    of `-m` and `PYTHONPATH`, and what is installed comes after it.
    """
    try:
        here = os.path.realpath(os.getcwd())  # noqa: PTH109 - pathlib would import what is not safe yet
    except FileNotFoundError:  # the folder was deleted: nothing can be loaded from it
        return
    if here == os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120
        return
    standard_library = os.path.dirname(os.__file__)  # noqa: PTH120
    first = sys.path.index(standard_library) if standard_library in sys.path else len(sys.path)
    sys.path[:first] = [entry for entry in sys.path[:first] if os.path.realpath(entry) != here]


def main() -> int:
    """Run the command.

    Returns:
        Exit code, see `docs/cli.md`.
    """
    drop_current_folder()
    # The core can't see the window: this hands over by name, and the subcommands stay free of Qt.
    exit_code: int = import_module("ui.__main__").main(sys.argv[1:])
    return exit_code

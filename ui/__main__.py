"""What the command `fwcompare` does: a subcommand goes to the core, none opens the window."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAD_USAGE = 2


def window_obstacle() -> str | None:
    """Why no window can be opened here, in one sentence, or None if one can."""
    missing = [name for name in ("PySide6", "pyqtgraph") if find_spec(name) is None]
    if missing:
        return (
            f"The window needs {' and '.join(missing)}, which this Python does not have: "
            "install fwcompare with its extra `ui`."
        )
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in displays):
        return "The window needs a display, and neither DISPLAY nor WAYLAND_DISPLAY names one."
    return None


def main(argv: Sequence[str]) -> int:
    """Run a subcommand; without one, open the window or say why not and show the subcommands.

    Args:
        argv: The arguments after the command's name.

    Returns:
        Exit code, see `docs/cli.md`.
    """
    if argv:
        return _run_command(argv)
    obstacle = window_obstacle()
    if obstacle is not None:
        sys.stderr.write(f"{obstacle}\n\n")
        _run_command(["--help"])
        return _BAD_USAGE
    from ui.app import main as open_window  # noqa: PLC0415 - subcommands stay free of Qt

    return open_window(argv)


def _run_command(argv: Sequence[str]) -> int:
    from fwcompare.cli import main as run_command  # noqa: PLC0415 - the window starts without it

    return run_command(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the command `fwcompare` starts."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a subcommand without importing Qt."""
    from fwcompare.cli import main as run_command  # noqa: PLC0415 - keeps Qt out of subcommands

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

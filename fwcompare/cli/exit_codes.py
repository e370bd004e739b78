"""Exit codes, see `docs/cli.md`."""

from __future__ import annotations

from typing import Final

from fwcompare.domain.record import RunRecord
from fwcompare.errors import FwcompareError, LibraryError, SnapshotError, UsageError

DONE: Final = 0
FAILED: Final = 1
BAD_USAGE: Final = 2
CANCELLED: Final = 130


def of_error(error: FwcompareError) -> int:
    """Bad usage and unreadable files are told apart from what went wrong while it ran."""
    return BAD_USAGE if isinstance(error, UsageError | SnapshotError | LibraryError) else FAILED


def of_run(record: RunRecord) -> int:
    """Whether every contender did in every block what was asked of it."""
    if record.cancelled:
        return CANCELLED
    failed = any(
        (block.outcome is not None and block.outcome.is_failure) or block.mode_proved is False
        for block in record.blocks
    )
    return FAILED if failed else DONE

"""Locks on open files that the kernel gives back when their owner ends, however it ends."""

from __future__ import annotations

import sys
from typing import Final

if sys.platform != "win32":
    import fcntl

NO_FLOCK_REASON: Final = "not available: this system has no flock"


def can_flock() -> bool:
    """True where files can be locked for as long as a process lives."""
    return sys.platform != "win32"


def try_flock(descriptor: int) -> bool:
    """Take an exclusive lock on an open file, if it is free.

    Returns:
        True if it was taken; it is held until the descriptor is closed or the process ends. Always
        True where there is no flock (see `can_flock`).
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""One measurement at a time on a machine: a lock file held with `flock`.

The kernel gives the lock back when its owner ends, however it ends, so a dead owner never blocks.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

from fwcompare.errors import MachineBusyError, UsageError
from fwcompare.storage.flock import NO_FLOCK_REASON, can_flock, try_flock

MAX_WHAT_CHARACTERS: Final = 200

MAX_NOTE_BYTES: Final = 4096
"""What is read of the owner's note: whoever can write the file can write anything into it."""


class MeasuringLock:
    """Held while this machine is measured on; a context manager.

    Args:
        path: The lock file, `DataPaths.lock_file`. It stays when the lock is given back: removing it
            would let a second owner lock a new file of the same name.
        what: What is being measured, for the message that the other side gets.

    Attributes:
        unavailable: "" where the lock protects, otherwise the reason why it can't.

    Raises:
        MachineBusyError: On entry, if another process holds it.
        UsageError: On entry, if the file can't be opened.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.unavailable = "" if can_flock() else NO_FLOCK_REASON
        self._path = path
        self._what = what
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        descriptor = self._open()
        if not try_flock(descriptor):
            owner = _described(_read_note(descriptor))
            os.close(descriptor)
            raise MachineBusyError(
                f"{owner} is measuring on this machine.",
                "Wait until it is done, or stop it: two measurements at once would disturb each other.",
            )
        self._descriptor = descriptor
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        note = {"pid": os.getpid(), "started": started, "what": self._what[:MAX_WHAT_CHARACTERS]}
        _write_owner(descriptor, json.dumps(note).encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._descriptor is not None
        _write_owner(self._descriptor, b"")
        os.close(self._descriptor)
        self._descriptor = None

    def _open(self) -> int:
        try:
            return _open(self._path)
        except OSError as error:
            raise UsageError(
                f"The lock file {self._path} can't be opened: {error.strerror}.",
                "Remove it while no fwcompare is running, or ask its owner to.",
            ) from error


def owner_of(path: Path) -> str:
    """Who holds the lock, by the note in its file alone: trying the lock could make a starting run fail.

    Returns:
        "" if there is no note, or none that makes sense, or if the process that wrote it is gone. The
        owner of a file that it may only read (another user's) leaves no note and is not found.
    """
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, os.O_RDONLY | flags)
    except OSError:
        return ""
    try:
        note = _read_note(descriptor)
    finally:
        os.close(descriptor)
    return _described(note) if note is not None and _is_process(note.pid) else ""


def _open(path: Path) -> int:
    """The lock file's descriptor, whoever owns the file.

    An existing file is never opened with O_CREAT: in a folder like /tmp Linux refuses that on another
    user's file (`fs.protected_regular`). To lock it, reading is enough. Links are refused, as anyone
    can put one there.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            return os.open(path, os.O_RDWR | flags)
        except PermissionError:
            return os.open(path, os.O_RDONLY | flags)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o666)  # the mode at creation is cut by the umask
    return descriptor


def _write_owner(descriptor: int, note: bytes) -> None:
    """Replaces the owner's note; without it the lock still holds, so failure is no error."""
    try:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, note)
    except OSError:  # opened read-only, or the disk is full
        return


@dataclass(frozen=True, slots=True)
class _Note:
    """What the owner of the lock wrote into its file."""

    pid: int
    started: str
    what: str


def _read_note(descriptor: int) -> _Note | None:
    """The owner's note, None if there is none or it makes no sense."""
    try:
        note = json.loads(os.read(descriptor, MAX_NOTE_BYTES))
        return _Note(int(note["pid"]), str(note["started"]), str(note["what"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _described(note: _Note | None) -> str:
    """Who holds the lock, as far as its note can be understood."""
    if note is None:
        return "Another fwcompare"
    return f"Another fwcompare (process {note.pid}, {note.what}, since {note.started})"


def _is_process(pid: int) -> bool:
    try:
        return bool(psutil.pid_exists(pid))
    except OverflowError:  # no system has such a pid
        return False

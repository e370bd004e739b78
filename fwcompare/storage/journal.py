"""The journal of a run that is going on: one line an event, written at once.

Whoever writes a journal holds a lock on it (`flock`), which the kernel releases when the process ends,
however it ends. So a journal that can be locked has no living owner.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from fwcompare.domain.events import Event
from fwcompare.errors import ProtocolError, SnapshotError, SnapshotErrorCode
from fwcompare.storage.atomic import not_writable, sync_folder
from fwcompare.storage.codec import MAX_EVENT_BYTES, decode_event, encode_event
from fwcompare.storage.flock import can_flock, try_flock

JOURNAL_NAME: Final = "journal.ndjson"
"""Name of the journal in the folder of its run."""

RESERVE_BYTES: Final = 1 << 20
"""Size of the file that is given up when the disk is full, so that the run can be written to its end."""

MAX_JOURNAL_BYTES: Final = 1 << 32
"""A larger journal is not read; a run of this size makes no snapshot either."""


class Journal:
    """Writes the journal of one run; used by one thread.

    A disk that is full loses nothing: what could not be written waits for the next call.

    Raises:
        SnapshotError: The file exists, can't be made, or there is no room for the reserve.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name("reserve")
        self._waiting = bytearray()
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o666)
        except OSError as error:
            raise not_writable(path, error.strerror) from error
        try:
            try_flock(self._descriptor)
            self._reserve.write_bytes(bytes(RESERVE_BYTES))
        except OSError as error:
            self.close()
            path.unlink()
            raise not_writable(path, error.strerror) from error
        sync_folder(path.parent)

    def append(self, event: Event) -> None:
        """Write one event; when this returns, it outlives the process.

        Raises:
            SnapshotError: It could not be written, or only into the reserve: end the run. The events
                are not lost, they go first when `append` or `close` is called again.
        """
        self._waiting += encode_event(event)
        try:
            self._write()
        except OSError as error:
            with suppress(OSError):
                self._reserve.unlink()
                self._write()
            raise not_writable(self._path, error.strerror) from error

    def sync(self) -> None:
        """Bring everything to disk: at the end of a block.

        Raises:
            SnapshotError: The system refuses.
        """
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise not_writable(self._path, error.strerror) from error

    def close(self) -> None:
        """Release the file and its lock; what still waits is written if there is room."""
        with suppress(OSError):
            self._reserve.unlink(missing_ok=True)
            self._write()
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self) -> None:
        while self._waiting:
            del self._waiting[: os.write(self._descriptor, self._waiting)]


class JournalReader:
    """The events of a journal, read one by one.

    Attributes:
        lost_lines: Lines so far that could not be read: the last one, cut off when the process was
            killed, or garbage. Types of a newer version are no loss.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lost_lines = 0

    def __iter__(self) -> Iterator[Event]:
        """Read from the start.

        Raises:
            SnapshotError: The file is not there, can't be read, or is larger than `MAX_JOURNAL_BYTES`.
        """
        self.lost_lines = 0
        try:
            with self._path.open("rb") as stream:
                if os.fstat(stream.fileno()).st_size > MAX_JOURNAL_BYTES:
                    raise SnapshotError(
                        SnapshotErrorCode.TOO_LARGE,
                        f"The journal {self._path} is larger than {MAX_JOURNAL_BYTES >> 30} GiB.",
                        "Move it away; its lines can be read with any JSON parser.",
                    )
                yield from self._events(stream)
        except FileNotFoundError as error:
            raise SnapshotError(SnapshotErrorCode.NOT_FOUND, f"There is no journal {self._path}.") from error
        except OSError as error:
            raise SnapshotError(
                SnapshotErrorCode.UNREADABLE,
                f"The journal {self._path} can't be read: {error.strerror}.",
                "Check the permissions of the file and its folder.",
            ) from error

    def _events(self, stream: BinaryIO) -> Iterator[Event]:
        while line := stream.readline(MAX_EVENT_BYTES):
            if len(line) == MAX_EVENT_BYTES and not line.endswith(b"\n"):
                self.lost_lines += 1
                _skip_line(stream)
                continue
            try:
                event = decode_event(line)
            except ProtocolError:
                self.lost_lines += 1
                continue
            if event is not None:
                yield event


def _skip_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(MAX_EVENT_BYTES)) and not piece.endswith(b"\n"):
        pass


def read_journal(path: Path) -> JournalReader:
    """The events of a journal and the number of lines that were lost; see `JournalReader`."""
    return JournalReader(path)


@contextmanager
def claim_journal(path: Path) -> Iterator[bool]:
    """Take over the journal of a dead owner; False if its owner lives, or if this system can't tell.

    Raises:
        SnapshotError: The file can't be opened.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SnapshotError(
            SnapshotErrorCode.UNREADABLE, f"The journal {path} can't be opened: {error.strerror}."
        ) from error
    with stream:
        yield can_flock() and _can_lock(stream)


def _can_lock(stream: BinaryIO) -> bool:
    try:
        return try_flock(stream.fileno())
    except OSError:  # a file system without locks: nobody can tell whether the owner lives
        return False

"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from fwcompare.errors import SnapshotError, SnapshotErrorCode


def not_writable(path: Path, reason: object) -> SnapshotError:
    """The error for a file that can't be written."""
    return SnapshotError(
        SnapshotErrorCode.NOT_WRITABLE,
        f"{path} can't be written: {reason}.",
        "Choose another place, or free space and check the permissions of its folder.",
    )


def write_new_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file that does not exist yet; whoever looks sees all of it or nothing, also after a power cut.

    Rename without fsync is not crash-safe (Pillai et al., "All File Systems Are Not Created Equal",
    OSDI 2014), so: temporary file in the same folder, fsync, rename, fsync of the folder.

    Raises:
        SnapshotError: The file exists, or the system refuses; nothing is left behind then.
    """
    if os.path.lexists(path):
        raise not_writable(path, "it exists already, and snapshots are never overwritten")
    _publish(path, write)


def replace_file(path: Path, data: bytes) -> None:
    """Give a file another content: whoever looks sees the old one or the new one, also after a power cut.

    Raises:
        SnapshotError: The system refuses; the old content stays then.
    """
    _publish(path, lambda stream: stream.write(data))


def _publish(path: Path, write: Callable[[BinaryIO], object]) -> None:
    temporary = path.with_name(f".fwcompare-{uuid4().hex}.part")
    try:
        with open(temporary, "xb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)  # noqa: PTH105  # one module makes all calls, so that tests can fail each of them
    except OSError as error:
        raise not_writable(path, error.strerror or error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def move_into(source: Path, folder: Path) -> Path:
    """Move a file into a folder of the same file system, under its own name or, if that is taken, `name-2`.

    A file that is there is never replaced: the new name is made as a second link, which fails where there
    is one, and the old name goes after that. Whoever is killed between the two leaves the file with both.

    Returns:
        Where it is now.

    Raises:
        OSError: The file is gone, or the system refuses; the file is where it was then.
    """
    names = (f"{source.stem}-{number}{source.suffix}" for number in count(2))
    target = next(
        target for name in chain([source.name], names) if _took_name(source, target := folder / name)
    )
    sync_folder(folder)
    sync_folder(source.parent)
    return target


def _took_name(source: Path, target: Path) -> bool:
    """Give the file this name in place of its own; False if the name is taken."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except (OSError, NotImplementedError):  # this file system has no second links
        if os.path.lexists(target):
            return False
        os.rename(source, target)  # noqa: PTH104 - see `write_new_file`
        return True
    try:
        os.unlink(source)  # noqa: PTH108 - see `write_new_file`
    except OSError:
        os.unlink(target)  # noqa: PTH108 - see `write_new_file`
        raise
    return True


def require_room_for(path: Path) -> None:
    """See that a new file can be written there, before hours are spent on what goes into it.

    Raises:
        SnapshotError: The file exists, or its folder is missing or can't be written to.
    """
    if os.path.lexists(path):
        raise not_writable(path, "it exists already, and snapshots are never overwritten")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise not_writable(path, error.strerror or error) from error


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk; a file system that can't do that keeps its own promises."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

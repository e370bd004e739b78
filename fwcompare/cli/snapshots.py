"""Which snapshot is meant by what the user calls it: the same for every command that takes one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fwcompare.errors import LibraryError, SnapshotError
from fwcompare.library.entries import LibraryEntry, find, meant
from fwcompare.paths import sample_snapshot, tilde

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.domain.record import RunRecord

_SUFFIX: Final = ".fwsnap"
_SAMPLE: Final = "sample"


def file_of(snapshot: str, invocation: Invocation) -> Path:
    """The file that is meant by a path, or by what the library calls it.

    Raises:
        LibraryError: There is none, or more than one, or it is a folder.
    """
    path = Path(snapshot).expanduser()
    if path.is_file():
        return path
    entries = invocation.parts().open_library(invocation.paths).list_all().entries
    if _is_sample(snapshot, entries):
        return sample_snapshot()
    if path.suffix == _SUFFIX and path.name not in (entry.path.name for entry in entries):
        return path  # whoever reads it says what is wrong with it
    if snapshot and path.is_dir() and not meant(entries, snapshot):
        raise LibraryError(
            f"{tilde(str(path))} is a folder.", "Name a snapshot in it: a file whose name ends in .fwsnap."
        )
    return find(entries, snapshot).path


def read(file: Path, invocation: Invocation) -> RunRecord:
    """The run in a snapshot file.

    Raises:
        SnapshotError: It can't be read; the sentence names the file.
    """
    try:
        return invocation.parts().read_snapshot(file)
    except SnapshotError as error:
        is_named = str(file) in error.message
        message = error.message if is_named else f"{tilde(str(file))}: {error.message}"
        raise SnapshotError(error.code, message, error.remedy) from error


def entry_of(snapshot: str, entries: Iterable[LibraryEntry]) -> LibraryEntry:
    """The entry of the library, or of its trash, that is meant.

    Raises:
        LibraryError: There is none, or more than one.
    """
    entries = tuple(entries)
    if _is_sample(snapshot, entries):
        raise LibraryError(
            "The sample comes along with fwcompare and is not in the library.",
            "It can be shown, but not changed: fwcompare show sample.",
        )
    return find(entries, snapshot)


def _is_sample(snapshot: str, entries: Sequence[LibraryEntry]) -> bool:
    """The snapshot that fwcompare brings along is meant: the user has none of this name."""
    return snapshot == _SAMPLE and not meant(entries, snapshot)

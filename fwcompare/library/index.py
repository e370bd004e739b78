"""The index: what was read from snapshot files, so that they need not be read again.

A cache and nothing else: an entry is used only while its file has the same inode, length and time of
change, and whatever is missing or damaged is read from the snapshots anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fwcompare.errors import SnapshotError
from fwcompare.library.facts import Facts
from fwcompare.storage.atomic import replace_file

SCHEMA: Final = 2
"""Of the index; one with another number is not used."""


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    files: dict[str, Facts]


def identity(status: os.stat_result) -> str:
    """Key of a file in the index: changes when its content does, and not when it is renamed."""
    return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"


def load_index(path: Path) -> dict[str, Facts]:
    """Facts by the identity of their file, none if there is no index that can be used."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=_Document)
    except (OSError, msgspec.DecodeError, UnicodeError):
        return {}
    return document.files if document.schema == SCHEMA else {}


def save_index(path: Path, files: Mapping[str, Facts]) -> None:
    """Write the index; where that is refused the files are read again next time."""
    with suppress(OSError, SnapshotError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, msgspec.json.encode(_Document(SCHEMA, dict(files))))

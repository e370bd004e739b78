"""Entries of the library: how they are described, filtered, ordered and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from fwcompare.errors import LibraryError
from fwcompare.library.annotations import NOTHING_SAID, Annotation
from fwcompare.library.facts import Facts
from fwcompare.paths import shareable

STAR: Final = "star"
TAG: Final = "tag:"

_LEAST_ID: Final = 4
"""Characters of an id that are enough to name a snapshot."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One file of the library, or of its trash.

    Attributes:
        facts: None if the file can't be read.
        problem: The sentence that says why, "" if it can be read.
        said: What the user says of it.
        is_baseline: It has the star.
    """

    path: Path
    size_bytes: int
    facts: Facts | None = None
    problem: str = ""
    said: Annotation = NOTHING_SAID
    is_baseline: bool = False

    @property
    def title(self) -> str:
        """The user's name, else what was measured, else the file's name."""
        file_name: str = shareable(self.path.name)
        return self.said.name or (self.facts.title if self.facts else file_name)

    @property
    def started_utc(self) -> str:
        """When it was measured, "" if the file can't be read."""
        return self.facts.started_utc if self.facts else ""


class SortKey(StrEnum):
    """What the library can be sorted by."""

    DATE = "date"
    NAME = "name"
    WORKLOAD = "workload"
    SIZE = "size"


def ordered(entries: Iterable[LibraryEntry], key: SortKey) -> list[LibraryEntry]:
    """Sorted: the baseline first and what can't be read last; the newest, the largest, the lowest letter first."""
    newest = sorted(entries, key=lambda entry: (entry.started_utc, str(entry.path)), reverse=True)
    within: dict[SortKey, Callable[[LibraryEntry], tuple[str, ...] | int]] = {
        SortKey.DATE: lambda _: 0,
        SortKey.NAME: lambda entry: (entry.title.casefold(),),
        SortKey.WORKLOAD: lambda entry: entry.facts.workloads if entry.facts else (),
        SortKey.SIZE: lambda entry: -entry.size_bytes,
    }
    rank = within[key]
    return sorted(newest, key=lambda entry: (not entry.is_baseline, entry.facts is None, rank(entry)))


def matching(entries: Iterable[LibraryEntry], wanted: str) -> list[LibraryEntry]:
    """Those that have every word of the filter: `tag:x` a tag, `star` the star, any other word anywhere."""
    words = wanted.casefold().split()
    return [entry for entry in entries if all(_has(entry, word) for word in words)]


def _has(entry: LibraryEntry, word: str) -> bool:
    if word == STAR:
        return entry.is_baseline
    if word.startswith(TAG):
        return word.removeprefix(TAG) in (tag.casefold() for tag in entry.said.tags)
    facts = entry.facts
    known = (
        (facts.title, facts.started_utc, facts.oddity, *facts.workloads, *facts.contenders) if facts else ()
    )
    texts = (entry.said.name, entry.said.note, *entry.said.tags, entry.path.name, entry.problem, *known)
    return any(word in text.casefold() for text in texts)


def meant(entries: Iterable[LibraryEntry], wanted: str) -> list[LibraryEntry]:
    """The entries that have this file (with or without folder and suffix), else this name, else title, else id."""
    if not wanted:
        return []  # what has no name is not meant by none
    entries = tuple(entries)
    path = Path(wanted)
    for means in (
        lambda entry: entry.path in (path, path.absolute()),
        lambda entry: wanted in (entry.path.name, entry.path.stem),
        lambda entry: wanted == entry.said.name,
        lambda entry: wanted == entry.title,
        lambda entry: _has_id(entry, wanted),
    ):
        found = [entry for entry in entries if means(entry)]
        if found:
            return found
    return []


def _has_id(entry: LibraryEntry, start: str) -> bool:
    facts = entry.facts
    if facts is None or len(start) < _LEAST_ID:
        return False
    return facts.run_id.startswith(start) or facts.content_id.startswith(start)


def find(entries: Iterable[LibraryEntry], wanted: str) -> LibraryEntry:
    """The one entry that is meant.

    Raises:
        LibraryError: There is none, or more than one.
    """
    found = meant(entries, wanted)
    if not found:
        raise LibraryError(
            f"There is no snapshot {wanted!r} here.", "fwcompare library list shows what there is."
        )
    if len(found) > 1:
        files = ", ".join(shareable(entry.path.name) for entry in found)
        raise LibraryError(f"{wanted!r} means {len(found)} snapshots.", f"Name one of the files: {files}.")
    return found[0]

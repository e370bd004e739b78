"""The library: lists the snapshots of a folder, says what the user says of them, deletes and restores."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fwcompare.errors import LibraryError, SnapshotError, SnapshotErrorCode
from fwcompare.library.annotations import Annotation, Annotations, AnnotationStore
from fwcompare.library.entries import LibraryEntry
from fwcompare.library.facts import Facts, read_facts
from fwcompare.library.index import identity, load_index, save_index
from fwcompare.paths import DataPaths, shareable
from fwcompare.storage.atomic import move_into, sync_folder

PATTERN = "*.fwsnap"


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is.

    Attributes:
        entries: Files that are known or can't be read, in no order.
        trash: What was deleted, the last first.
        unread: Files that have to be read first, see `Library.read`.
        problem: Why names, notes, tags and star are missing, "" if they are not.
    """

    entries: tuple[LibraryEntry, ...]
    trash: tuple[LibraryEntry, ...]
    unread: tuple[Path, ...] = ()
    problem: str = ""


class Library:
    """The snapshots of one user. Everything here reads or writes the disk, and belongs to one thread.

    Args:
        paths: The folders of the user.
    """

    def __init__(self, paths: DataPaths) -> None:
        self._paths = paths
        self._store = AnnotationStore(paths.library)
        self._facts: dict[str, Facts] | None = None
        self._present: set[str] = set()
        self._is_saved = True

    # listing

    def look(self) -> Listing:
        """What there is, without reading a file that is not in the index.

        Raises:
            OSError: The folder can't be read.
        """
        if self._facts is None:
            self._facts = load_index(self._paths.library_index)
        annotations, problem = self._said()
        self._present = set()
        entries = [self._entry(path, annotations, read=False) for path in _files(self._paths.snapshots)]
        trash = [self._entry(path, annotations, read=True) for path in _last_first(self._paths.trash)]
        return Listing(
            tuple(entry for entry in entries if entry is not None and entry.facts),
            tuple(entry for entry in trash if entry is not None),
            tuple(entry.path for entry in entries if entry is not None and not entry.facts),
            problem,
        )

    def read(self, paths: Iterable[Path]) -> tuple[LibraryEntry, ...]:
        """Read these files, less those that are gone by now."""
        annotations, _ = self._said()
        entries = (self._entry(path, annotations, read=True) for path in paths)
        return tuple(entry for entry in entries if entry is not None)

    def remember(self) -> None:
        """Save the index, with what was read since it was loaded and without files that are gone."""
        if self._facts is None or (self._is_saved and self._facts.keys() <= self._present):
            return
        self._facts = {key: facts for key, facts in self._facts.items() if key in self._present}
        save_index(self._paths.library_index, self._facts)
        self._is_saved = True

    def list_all(self) -> Listing:
        """What there is, with every file read that has to be.

        Raises:
            OSError: The folder can't be read.
        """
        listing = self.look()
        read = self.read(listing.unread)
        self.remember()
        return replace(listing, entries=listing.entries + read, unread=())

    def forget(self) -> None:
        """Throw the index away: everything is read anew. What the user said is not touched."""
        self._facts, self._is_saved = {}, False

    def _said(self) -> tuple[Annotations, str]:
        try:
            return self._store.read(), ""
        except LibraryError as error:
            return Annotations(), str(error)

    def _entry(self, path: Path, annotations: Annotations, *, read: bool) -> LibraryEntry | None:
        """The entry of a file, without facts if they are not known and not to be read; None if it is gone."""
        assert self._facts is not None
        try:
            status = path.stat()
        except FileNotFoundError:
            if not path.is_symlink():
                return None
            return LibraryEntry(path, 0, problem="This is a link to a file that does not exist.")
        except OSError as error:
            return LibraryEntry(path, 0, problem=f"This file can't be read: {error.strerror}.")
        key = identity(status) if stat.S_ISREG(status.st_mode) else ""
        self._present.add(key)
        facts, problem = self._facts.get(key), ""
        if facts is None and read:
            try:
                facts = self._facts[key] = read_facts(path)
                self._is_saved = False
            except SnapshotError as error:
                if error.code is SnapshotErrorCode.NOT_FOUND:
                    return None
                problem = shareable(error.message)
        said = annotations.of(facts.content_id) if facts else Annotation()
        is_baseline = facts is not None and facts.content_id == annotations.baseline
        return LibraryEntry(path, status.st_size, facts, problem, said, is_baseline)

    # what the user says

    def annotate(self, content_id: str, alter: Callable[[Annotation], Annotation]) -> Annotation:
        """Change what is said of a snapshot.

        Returns:
            What was said before.

        Raises:
            LibraryError: What is there can't be read, or is being changed by another fwcompare.
            SnapshotError: The system refuses.
        """
        before = self._store.change(lambda all_: all_.with_one(content_id, alter(all_.of(content_id))))
        return before.of(content_id)

    def star(self, content_id: str | None) -> str | None:
        """Make this snapshot the baseline in place of any other, or none with None.

        Returns:
            The baseline before.

        Raises:
            LibraryError: See `annotate`.
            SnapshotError: See `annotate`.
        """
        return self._store.change(lambda all_: replace(all_, baseline=content_id)).baseline

    # the trash

    def delete(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Move these files into the trash; those that are gone are passed over.

        Returns:
            Where they are now.

        Raises:
            OSError: The system refuses; the file is where it was then.
        """
        return self._move(paths, self._paths.trash)

    def restore(self, trashed: Iterable[Path]) -> tuple[Path, ...]:
        """Move files from the trash back, never over another one.

        Returns:
            Where they are now.

        Raises:
            OSError: The system refuses; the file is where it was then.
        """
        return self._move(trashed, self._paths.snapshots)

    def empty_trash(self) -> int:
        """Delete for good what is in the trash, and what was said of it unless a copy is in the library.

        Returns:
            How many files that were.

        Raises:
            OSError: The system refuses.
        """
        listing = self.list_all()
        for entry in listing.trash:
            entry.path.unlink(missing_ok=True)
        sync_folder(self._paths.trash)
        kept = {entry.facts.content_id for entry in listing.entries if entry.facts}
        gone = {entry.facts.content_id for entry in listing.trash if entry.facts} - kept
        self._store.change(lambda all_: all_.without(gone))
        return len(listing.trash)

    def _move(self, paths: Iterable[Path], folder: Path) -> tuple[Path, ...]:
        with self._store.lock():
            folder.mkdir(parents=True, exist_ok=True)
            return tuple(move_into(path, folder) for path in paths if os.path.lexists(path))


def _files(folder: Path) -> list[Path]:
    """The newest first, as far as names say it, so that what is seen first is read first."""
    return sorted(folder.glob(PATTERN), key=str, reverse=True)


def _last_first(folder: Path) -> list[Path]:
    """The files by the time at which they were moved, which changes their inode."""
    return sorted(_files(folder), key=_changed_ns, reverse=True)


def _changed_ns(path: Path) -> int:
    try:
        return path.lstat().st_ctime_ns
    except FileNotFoundError:  # it went while we looked
        return 0

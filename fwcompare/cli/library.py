"""The command `library`: what is saved, what is said of it, and the trash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich import box, filesize
from rich.table import Table

from fwcompare.cli import exit_codes, wording
from fwcompare.errors import UsageError
from fwcompare.library.annotations import Annotation, clean_text, parse_tags
from fwcompare.library.entries import LibraryEntry, SortKey, find, matching, ordered
from fwcompare.library.library import Library
from fwcompare.paths import shareable, tilde
from fwcompare.report import JSON, SCHEMA

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.paths import DataPaths

_ID_CHARACTERS = 8


def list_(paths: DataPaths, words: Sequence[str], sort: str, invocation: Invocation) -> int:
    """Print the snapshots that match, and the trash.

    Raises:
        UsageError: `sort` is no key.
    """
    try:
        key = SortKey(sort)
    except ValueError as error:
        raise UsageError(f"{sort!r} is nothing to sort by.", f"Use one of {', '.join(SortKey)}.") from error
    listing = invocation.parts().open_library(paths).list_all()
    if listing.problem:
        invocation.output.remark(listing.problem)
    found = ordered(matching(listing.entries, " ".join(words)), key)
    if found:
        _print(found, invocation)
    else:
        invocation.output.say(
            "No snapshot matches." if words else "No snapshots here: `fwcompare run` saves one."
        )
    if listing.trash:
        files = ", ".join(shareable(entry.path.name) for entry in listing.trash)
        invocation.output.say(f"In the trash: {files}")
    _answer(found, listing.trash, invocation)
    return exit_codes.DONE


def rename(paths: DataPaths, snapshot: str, name: str, invocation: Invocation) -> int:
    """Give it a name."""
    return _annotate(paths, snapshot, lambda said: replace(said, name=clean_text(name)), invocation)


def note(paths: DataPaths, snapshot: str, text: str, invocation: Invocation) -> int:
    """Give it a note."""
    return _annotate(paths, snapshot, lambda said: replace(said, note=clean_text(text)), invocation)


def tag(paths: DataPaths, snapshot: str, tags: Sequence[str], invocation: Invocation) -> int:
    """Give it these tags in place of those that it has."""
    return _annotate(paths, snapshot, lambda said: replace(said, tags=parse_tags(" ".join(tags))), invocation)


def star(paths: DataPaths, snapshot: str, invocation: Invocation, *, off: bool) -> int:
    """Make it the baseline, or take the star away from it."""
    library = invocation.parts().open_library(paths)
    entry = find(library.list_all().entries, snapshot)
    content_id = _readable_id(entry)
    if entry.is_baseline is off:
        library.star(None if off else content_id)
    return _show_one(library, content_id, invocation)


def delete(paths: DataPaths, snapshot: str, invocation: Invocation) -> int:
    """Move it into the trash."""
    library = invocation.parts().open_library(paths)
    entry = find(library.list_all().entries, snapshot)
    moved = library.read(library.delete([entry.path]))
    invocation.output.say(f"In the trash: {', '.join(tilde(str(one.path)) for one in moved)}")
    _answer((), moved, invocation)
    return exit_codes.DONE


def restore(paths: DataPaths, snapshot: str, invocation: Invocation) -> int:
    """Move it back."""
    library = invocation.parts().open_library(paths)
    entry = find(library.list_all().trash, snapshot)
    moved = library.read(library.restore([entry.path]))
    invocation.output.say(f"Restored: {', '.join(tilde(str(one.path)) for one in moved)}")
    _answer(moved, (), invocation)
    return exit_codes.DONE


def empty_trash(paths: DataPaths, invocation: Invocation, *, confirmed: bool) -> int:
    """Delete for good what is in the trash.

    Raises:
        UsageError: There is something in it, and the user has not confirmed.
    """
    library = invocation.parts().open_library(paths)
    trash = library.look().trash
    count = wording.count(len(trash), "snapshot")
    if trash and not confirmed:
        files = ", ".join(shareable(entry.path.name) for entry in trash)
        raise UsageError(f"This deletes {count} for good: {files}.", "Add --yes to do so.")
    if trash:
        library.empty_trash()
    invocation.output.say(f"Deleted {count}." if trash else "The trash is empty.")
    _answer((), (), invocation)
    return exit_codes.DONE


def rebuild(paths: DataPaths, invocation: Invocation) -> int:
    """Read everything anew."""
    library = invocation.parts().open_library(paths)
    library.forget()
    listing = library.list_all()
    invocation.output.say(f"Read {wording.count(len(listing.entries), 'file')}.")
    _answer(ordered(listing.entries, SortKey.DATE), listing.trash, invocation)
    return exit_codes.DONE


def _annotate(
    paths: DataPaths, snapshot: str, alter: Callable[[Annotation], Annotation], invocation: Invocation
) -> int:
    library = invocation.parts().open_library(paths)
    content_id = _readable_id(find(library.list_all().entries, snapshot))
    library.annotate(content_id, alter)
    return _show_one(library, content_id, invocation)


def _readable_id(entry: LibraryEntry) -> str:
    if entry.facts is None:
        raise UsageError(
            f"Nothing can be said of {tilde(str(entry.path))}: {entry.problem}", "Name another snapshot."
        )
    return entry.facts.content_id


def _show_one(library: Library, content_id: str, invocation: Invocation) -> int:
    """Show how a snapshot stands now, with all its copies."""
    entries = library.list_all().entries
    found = [entry for entry in entries if entry.facts is not None and entry.facts.content_id == content_id]
    _print(found, invocation)
    _answer(found, (), invocation)
    return exit_codes.DONE


def _print(entries: Sequence[LibraryEntry], invocation: Invocation) -> None:
    table = Table(box=box.SIMPLE)
    for name in ("", "name", "measured", "contenders", "size", "tags", "note", "id", "file"):
        table.add_column(name, justify="right" if name in ("contenders", "size") else "left")
    for entry in entries:
        facts = entry.facts
        table.add_row(
            "★" if entry.is_baseline else "",
            entry.title,
            facts.started_utc if facts else entry.problem,
            str(len(facts.contenders)) if facts else "",
            filesize.decimal(entry.size_bytes),
            ", ".join(entry.said.tags),
            entry.said.note,
            facts.content_id[:_ID_CHARACTERS] if facts else "",
            shareable(entry.path.name),
        )
    invocation.output.console.print(table)


def _answer(entries: Iterable[LibraryEntry], trash: Iterable[LibraryEntry], invocation: Invocation) -> None:
    snapshots: JSON = [_object(entry) for entry in entries]
    trashed: JSON = [_object(entry) for entry in trash]
    answer = {"schema": SCHEMA, "snapshots": snapshots, "trash": trashed, "error": None}
    invocation.output.answer(shareable(answer))


def _object(entry: LibraryEntry) -> dict[str, JSON]:
    facts = entry.facts
    return {
        "file": str(entry.path),
        "size_bytes": entry.size_bytes,
        "id": facts.content_id if facts else None,
        "title": entry.title,
        "name": entry.said.name,
        "note": entry.said.note,
        "tags": list(entry.said.tags),
        "baseline": entry.is_baseline,
        "started_utc": facts.started_utc if facts else None,
        "finished_utc": facts.finished_utc if facts else None,
        "cancelled": facts.cancelled if facts else None,
        "workloads": list(facts.workloads) if facts else [],
        "contenders": list(facts.contenders) if facts else [],
        "blocks": facts.blocks if facts else None,
        "problem": entry.problem or None,
    }

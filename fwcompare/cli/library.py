"""What the subcommands of `library` do: what is saved, what is said of it, and the trash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich import box, filesize
from rich.table import Table

from fwcompare.cli import exit_codes
from fwcompare.cli.snapshots import entry_of
from fwcompare.domain import words
from fwcompare.errors import UsageError
from fwcompare.library.annotations import Annotation, clean_text, parse_tags
from fwcompare.library.entries import LibraryEntry, SortKey, matching, ordered
from fwcompare.paths import shareable, tilde
from fwcompare.report import JSON, SCHEMA

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation

_ID_CHARACTERS = 8
"""Of the run's id, as at the end of the name that its file was given."""

_UNCUT = 1000
"""More columns than a row has."""


class Librarian:
    """Does what the subcommands say; each method prints how things stand then, and returns the exit code."""

    def __init__(self, invocation: Invocation) -> None:
        self._output = invocation.output
        self._library = invocation.parts().open_library(invocation.paths)

    def list_(self, words: Sequence[str], sort: str) -> int:
        """Print the snapshots that match, and the trash.

        Raises:
            UsageError: `sort` is no key.
        """
        try:
            key = SortKey(sort)
        except ValueError as error:
            raise UsageError(
                f"{sort!r} is nothing to sort by.", f"Use one of {', '.join(SortKey)}."
            ) from error
        listing = self._library.list_all()
        if listing.problem:
            self._output.remark(listing.problem)
        found = ordered(matching(listing.entries, " ".join(words)), key)
        if found:
            self._print(found)
        else:
            nothing = "No snapshot matches." if words else "No snapshots here: `fwcompare run` saves one."
            self._output.say(nothing)
        if listing.trash:
            files = ", ".join(shareable(entry.path.name) for entry in listing.trash)
            self._output.say(f"In the trash: {files}")
        return self._answer(found, listing.trash)

    def rename(self, snapshot: str, name: str) -> int:
        """Give it a name."""
        return self._annotate(snapshot, lambda said: replace(said, name=clean_text(name)))

    def note(self, snapshot: str, text: str) -> int:
        """Give it a note."""
        return self._annotate(snapshot, lambda said: replace(said, note=clean_text(text)))

    def tag(self, snapshot: str, tags: Sequence[str]) -> int:
        """Give it these tags in place of those that it has."""
        return self._annotate(snapshot, lambda said: replace(said, tags=parse_tags(" ".join(tags))))

    def star(self, snapshot: str, *, off: bool) -> int:
        """Make it the baseline, or take the star away from it."""
        entry = entry_of(snapshot, self._library.list_all().entries)
        content_id = _readable_id(entry)
        if entry.is_baseline is off:
            self._library.star(None if off else content_id)
        return self._show_one(content_id)

    def delete(self, snapshot: str) -> int:
        """Move it into the trash."""
        entry = entry_of(snapshot, self._library.list_all().entries)
        moved = self._library.read(self._library.delete([entry.path]))
        self._output.say(f"In the trash: {', '.join(tilde(str(one.path)) for one in moved)}")
        return self._answer((), moved)

    def restore(self, snapshot: str) -> int:
        """Move it back."""
        entry = entry_of(snapshot, self._library.list_all().trash)
        moved = self._library.read(self._library.restore([entry.path]))
        self._output.say(f"Restored: {', '.join(tilde(str(one.path)) for one in moved)}")
        return self._answer(moved, ())

    def empty_trash(self, *, confirmed: bool) -> int:
        """Delete for good what is in the trash.

        Raises:
            UsageError: There is something in it, and the user has not confirmed.
        """
        trash = self._library.look().trash
        count = words.count(len(trash), "snapshot")
        if trash and not confirmed:
            files = ", ".join(shareable(entry.path.name) for entry in trash)
            raise UsageError(f"This deletes {count} for good: {files}.", "Add --yes to do so.")
        if trash:
            self._library.empty_trash()
        self._output.say(f"Deleted {count}." if trash else "The trash is empty.")
        return self._answer((), ())

    def rebuild(self) -> int:
        """Read everything anew."""
        self._library.forget()
        listing = self._library.list_all()
        self._output.say(f"Read {words.count(len(listing.entries), 'file')}.")
        return self._answer(ordered(listing.entries, SortKey.DATE), listing.trash)

    def _annotate(self, snapshot: str, alter: Callable[[Annotation], Annotation]) -> int:
        content_id = _readable_id(entry_of(snapshot, self._library.list_all().entries))
        self._library.annotate(content_id, alter)
        return self._show_one(content_id)

    def _show_one(self, content_id: str) -> int:
        """Show how a snapshot stands now, with all its copies."""
        entries = self._library.list_all().entries
        found = [one for one in entries if one.facts is not None and one.facts.content_id == content_id]
        self._print(found)
        return self._answer(found, ())

    def _print(self, entries: Sequence[LibraryEntry]) -> None:
        """Print the entries; where no terminal shows them nothing is cut, as names are read by programs there."""
        console = self._output.console
        if not console.is_terminal:
            console.width = _UNCUT
        console.print(_table(entries))

    def _answer(self, entries: Iterable[LibraryEntry], trash: Iterable[LibraryEntry]) -> int:
        self._output.answer(
            lambda: shareable(
                {
                    "schema": SCHEMA,
                    "snapshots": [_object(entry) for entry in entries],
                    "trash": [_object(entry) for entry in trash],
                    "error": None,
                }
            )
        )
        return exit_codes.DONE


def _readable_id(entry: LibraryEntry) -> str:
    if entry.facts is None:
        raise UsageError(
            f"Nothing can be said of {tilde(str(entry.path))}: {entry.problem}", "Name another snapshot."
        )
    return entry.facts.content_id


def _table(entries: Sequence[LibraryEntry]) -> Table:
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
            facts.run_id[:_ID_CHARACTERS] if facts else "",
            shareable(entry.path.name),
        )
    return table


def _object(entry: LibraryEntry) -> dict[str, JSON]:
    facts = entry.facts
    return {
        "file": str(entry.path),
        "size_bytes": entry.size_bytes,
        "id": facts.content_id if facts else None,
        "run_id": facts.run_id if facts else None,
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

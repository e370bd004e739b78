"""The subcommands of `library` and their flags; what each does is in `fwcompare.cli.library`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fwcompare.cli.flags import Snapshot, command
from fwcompare.cli.invocation import Invocation

if TYPE_CHECKING:
    from fwcompare.cli.library import Librarian

library = typer.Typer(rich_markup_mode=None, help="List, name, tag, star and delete saved snapshots.")


@command(library, "list")
def list_(
    invocation: Invocation,
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="All must match: any word, tag:x for a tag, star."),
    ] = None,
    *,
    sort: Annotated[str, typer.Option(metavar="KEY", help="date, name, workload or size.")] = "date",
) -> int:
    """List the snapshots and the trash."""
    return _librarian(invocation).list_(wanted or (), sort)


@command(library)
def rename(
    invocation: Invocation,
    snapshot: Snapshot,
    name: Annotated[str, typer.Argument(metavar="NAME", help='What to call it; "" takes its name away.')],
) -> int:
    """Give a snapshot a name; its file keeps its own."""
    return _librarian(invocation).rename(snapshot, name)


@command(library)
def note(
    invocation: Invocation,
    snapshot: Snapshot,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='What to remember; "" takes it away.')],
) -> int:
    """Write a note about a snapshot."""
    return _librarian(invocation).note(snapshot, text)


@command(library)
def tag(
    invocation: Invocation,
    snapshot: Snapshot,
    tags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TAG]...", help="All its tags from now on; none takes all away."),
    ] = None,
) -> int:
    """Set the tags of a snapshot."""
    return _librarian(invocation).tag(snapshot, tags or ())


@command(library)
def star(
    invocation: Invocation,
    snapshot: Snapshot,
    *,
    off: Annotated[bool, typer.Option("--off", help="Take the star away.")] = False,
) -> int:
    """Make a snapshot the baseline, in place of any other."""
    return _librarian(invocation).star(snapshot, off=off)


@command(library)
def delete(invocation: Invocation, snapshot: Snapshot) -> int:
    """Move a snapshot into the trash."""
    return _librarian(invocation).delete(snapshot)


@command(library)
def restore(invocation: Invocation, snapshot: Snapshot) -> int:
    """Move a snapshot from the trash back."""
    return _librarian(invocation).restore(snapshot)


@command(library, "empty-trash")
def empty_trash(
    invocation: Invocation,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Delete for good; without it nothing is done.")] = False,
) -> int:
    """Delete for good what is in the trash."""
    return _librarian(invocation).empty_trash(confirmed=yes)


@command(library)
def rebuild(invocation: Invocation) -> int:
    """Read all snapshots anew; names, notes, tags and star stay."""
    return _librarian(invocation).rebuild()


def _librarian(invocation: Invocation) -> Librarian:
    from fwcompare.cli.library import Librarian  # noqa: PLC0415 - not before it is called, so that --help is quick

    return Librarian(invocation)

"""The subcommands of `library` and their flags; what each does is in `fwcompare.cli.library`."""

# Typer reads flags from signatures; `json` is read before them all, by `main`.
# ruff: noqa: ARG001, FBT002
# ruff: noqa: PLC0415 - a command imports its module when it is called, so that --help is quick

from __future__ import annotations

from typing import Annotated

import typer

from fwcompare.cli.flags import DataDir, Json, Snapshot, invocation_of
from fwcompare.cli.invocation import chosen_paths

library = typer.Typer(rich_markup_mode=None, help="List, name, tag, star and delete saved snapshots.")


@library.command("list")
def list_(
    context: typer.Context,
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="All must match: any word, tag:x for a tag, star."),
    ] = None,
    sort: Annotated[str, typer.Option(metavar="KEY", help="date, name, workload or size.")] = "date",
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """List the snapshots and the trash."""
    from fwcompare.cli import library as libraries

    return libraries.list_(chosen_paths(data_dir), wanted or (), sort, invocation_of(context))


@library.command()
def rename(
    context: typer.Context,
    snapshot: Snapshot,
    name: Annotated[str, typer.Argument(metavar="NAME", help='What to call it; "" takes its name away.')],
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Give a snapshot a name; its file keeps its own."""
    from fwcompare.cli import library as libraries

    return libraries.rename(chosen_paths(data_dir), snapshot, name, invocation_of(context))


@library.command()
def note(
    context: typer.Context,
    snapshot: Snapshot,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='What to remember; "" takes it away.')],
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Write a note about a snapshot."""
    from fwcompare.cli import library as libraries

    return libraries.note(chosen_paths(data_dir), snapshot, text, invocation_of(context))


@library.command()
def tag(
    context: typer.Context,
    snapshot: Snapshot,
    tags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TAG]...", help="All its tags from now on; none takes all away."),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Set the tags of a snapshot."""
    from fwcompare.cli import library as libraries

    return libraries.tag(chosen_paths(data_dir), snapshot, tags or (), invocation_of(context))


@library.command()
def star(
    context: typer.Context,
    snapshot: Snapshot,
    off: Annotated[bool, typer.Option("--off", help="Take the star away.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Make a snapshot the baseline, in place of any other."""
    from fwcompare.cli import library as libraries

    return libraries.star(chosen_paths(data_dir), snapshot, invocation_of(context), off=off)


@library.command()
def delete(context: typer.Context, snapshot: Snapshot, data_dir: DataDir = None, json: Json = False) -> int:
    """Move a snapshot into the trash."""
    from fwcompare.cli import library as libraries

    return libraries.delete(chosen_paths(data_dir), snapshot, invocation_of(context))


@library.command()
def restore(context: typer.Context, snapshot: Snapshot, data_dir: DataDir = None, json: Json = False) -> int:
    """Move a snapshot from the trash back."""
    from fwcompare.cli import library as libraries

    return libraries.restore(chosen_paths(data_dir), snapshot, invocation_of(context))


@library.command("empty-trash")
def empty_trash(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Delete for good; without it nothing is done.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Delete for good what is in the trash."""
    from fwcompare.cli import library as libraries

    return libraries.empty_trash(chosen_paths(data_dir), invocation_of(context), confirmed=yes)


@library.command()
def rebuild(context: typer.Context, data_dir: DataDir = None, json: Json = False) -> int:
    """Read all snapshots anew; names, notes, tags and star stay."""
    from fwcompare.cli import library as libraries

    return libraries.rebuild(chosen_paths(data_dir), invocation_of(context))

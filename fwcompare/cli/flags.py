"""Flags and arguments that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fwcompare.cli.invocation import Invocation

DataDir = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep data, cache and settings under this folder.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")]
Snapshot = Annotated[
    str, typer.Argument(metavar="SNAPSHOT", help="Its file, its name, or the start of its id.")
]


def invocation_of(context: typer.Context) -> Invocation:
    """What `main` handed over; --json is in it already, because it matters before flags are read."""
    invocation: Invocation = context.obj
    return invocation

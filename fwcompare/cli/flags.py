"""Flags and arguments that commands share, and what makes a function a command."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from fwcompare.cli.invocation import Invocation

_Command = TypeVar("_Command", bound=Callable[..., int])

DataDir = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep data, cache and settings under this folder.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")]
Snapshot = Annotated[
    str, typer.Argument(metavar="SNAPSHOT", help="Its file, its name, or the start of its id.")
]

_CONTEXT: Final = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_SHARED: Final = (
    Parameter("data_dir", Parameter.KEYWORD_ONLY, default=None, annotation=DataDir),
    Parameter("json", Parameter.KEYWORD_ONLY, default=False, annotation=Json),
)


def command(app: typer.Typer, name: str | None = None) -> Callable[[_Command], _Command]:
    """Make a command of a function: it is called with an invocation, then with its own arguments and flags.

    `--data-dir` and `--json` are flags of every command; the invocation holds what they said.

    Args:
        app: What the command belongs to.
        name: Of the command, None for that of the function.
    """

    def add(do: _Command) -> _Command:
        @wraps(do)
        def called(context: typer.Context, data_dir: Path | None, **own: Any) -> int:
            del own["json"]  # `main` has read it, because it matters before flags are read
            invocation: Invocation = context.obj
            return do(invocation.within(data_dir), **own)

        _, *own = signature(do, eval_str=True).parameters.values()
        called.__signature__ = Signature([_CONTEXT, *own, *_SHARED])  # type: ignore[attr-defined]  # Typer reads it
        app.command(name)(called)
        return do

    return add

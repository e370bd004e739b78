"""The subcommands of `interpreters` and their flags; what each does is in `fwcompare.cli.interpreters`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fwcompare.cli.flags import DataDir, Json, command
from fwcompare.cli.invocation import Invocation
from fwcompare.domain.contender import Framework

if TYPE_CHECKING:
    from fwcompare.cli.interpreters import Registrar

interpreters = typer.Typer(rich_markup_mode=None, help="List the Pythons here; choose which run what.")

Allow = Annotated[
    bool, typer.Option("--allow", help="Allow this Python to be started, without being asked; remembered.")
]
Python = Annotated[str, typer.Argument(metavar="PATH", help="A Python, or the folder of its environment.")]
OfFramework = Annotated[
    str,
    typer.Argument(metavar="FRAMEWORK", help=f"One of: {', '.join(Framework)}.", show_default=False),
]


@interpreters.callback(invoke_without_command=True)
def _interpreters(context: typer.Context, *, data_dir: DataDir = None, json: Json = False) -> int:  # noqa: ARG001 - see `command`
    context.obj = context.obj.within(data_dir)
    return list_(context.obj) if context.invoked_subcommand is None else 0


@command(interpreters, "list")
def list_(invocation: Invocation) -> int:
    """List what can be found by reading files; nothing is started."""
    return _registrar(invocation).list_all()


@command(interpreters)
def add(invocation: Invocation, path: Python) -> int:
    """List this Python as well, wherever it is; it is not started."""
    return _registrar(invocation).add(path)


@command(interpreters)
def allow(invocation: Invocation, path: Python) -> int:
    """Allow this Python to be started; print what it holds."""
    return _registrar(invocation).allow(path)


@command(interpreters)
def assign(invocation: Invocation, framework: OfFramework, path: Python, *, allow: Allow = False) -> int:
    """Let a framework run in this Python from now on."""
    return _registrar(invocation).assign(framework, path, allow=allow)


@command(interpreters)
def beside(invocation: Invocation, framework: OfFramework, path: Python, *, allow: Allow = False) -> int:
    """Let a framework compete in this Python as well, side by side."""
    return _registrar(invocation).beside(framework, path, allow=allow)


@command(interpreters)
def forget(invocation: Invocation, path: Python) -> int:
    """Use this Python for nothing any more; ask before starting it."""
    return _registrar(invocation).forget(path)


def _registrar(invocation: Invocation) -> Registrar:
    from fwcompare.cli.interpreters import Registrar  # noqa: PLC0415 - not before it is called, so that --help is quick

    return Registrar(invocation)

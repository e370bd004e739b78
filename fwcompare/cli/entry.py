"""The only place that turns errors into text and exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import typer

from fwcompare.cli import commands, exit_codes
from fwcompare.cli.invocation import Invocation
from fwcompare.cli.output import Output
from fwcompare.cli.parts import Parts, real_parts
from fwcompare.cli.signals import StopSignals
from fwcompare.errors import FwcompareError, UsageError
from fwcompare.paths import user_paths

if TYPE_CHECKING:
    from fwcompare.report import JSON

_KEYS_OF_OTHERS: Final[dict[str, dict[str, JSON]]] = {
    "contenders": {"device": None, "contenders": []},
    "doctor": {"checks": []},
    "interpreters": {"complete": None, "interpreters": []},
    "recover": {"recovered": [], "left_alone": []},
    "library": {"snapshots": [], "trash": []},
    "selftest": {"self_test": None, "snapshot": None},
    "largest-batch": {"search": None, "contenders": []},
}
"""What stands beside the error in the objects of the commands that are not about a run."""


def main(argv: Sequence[str], parts: Callable[[], Parts] = real_parts) -> int:
    """Run one command.

    Args:
        argv: Arguments after the program's name.
        parts: Makes what the commands are wired to; called only by a command that needs it.

    Returns:
        Exit code, see `docs/cli.md`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character is no reason to fail
    with StopSignals() as stop:
        try:
            return _run(argv, Invocation(parts, Output(as_json="--json" in argv), stop, user_paths()))
        except BrokenPipeError:  # whoever read the output has seen enough; Python flushes it once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return exit_codes.FAILED


def _run(argv: Sequence[str], invocation: Invocation) -> int:
    command = typer.main.get_command(commands.app)
    try:
        code = command.main(list(argv), prog_name="fwcompare", standalone_mode=False, obj=invocation) or 0
    except typer.TyperException as error:
        return _fail(UsageError(_wrong(error), f"{_help_of(argv)} lists what can be said."), argv, invocation)
    except FwcompareError as error:
        return _fail(error, argv, invocation)
    except BrokenPipeError:
        raise
    except OSError as error:
        refused = FwcompareError(f"The system refused something: {error}.", "Check the file and its folder.")
        return _fail(refused, argv, invocation)
    except Exception as error:  # a defect: Python shows its traceback, and programs get their object
        defect = FwcompareError(f"fwcompare has a defect: {error!r}.", "Please report it with the traceback.")
        _answer(defect, argv, invocation)
        raise
    if code == exit_codes.CANCELLED and not invocation.output.answered:
        return _fail(FwcompareError("Cancelled before it was done."), argv, invocation, code)
    return int(code)


def _wrong(error: typer.TyperException) -> str:
    """What is wrong with the words of a command; of a number in our own words, as the library's speak of its parser."""
    if isinstance(error, typer.BadParameter) and error.param is not None and error.__cause__ is not None:
        kind = "a whole number" if "integer" in error.message else "a number"
        return f"{error.param.opts[0]} takes {kind}."
    return f"{error.format_message().rstrip('.')}."


def _fail(error: FwcompareError, argv: Sequence[str], invocation: Invocation, code: int | None = None) -> int:
    """Say it, and return the exit code."""
    invocation.stop.hold()
    invocation.output.error(error)
    _answer(error, argv, invocation, cancelled=code is not None)
    return exit_codes.of_error(error) if code is None else code


def _answer(
    error: FwcompareError, argv: Sequence[str], invocation: Invocation, *, cancelled: bool = False
) -> None:
    """Print the JSON object of an error, if one is asked for and none was printed yet."""
    if invocation.output.as_json and not invocation.output.answered:
        invocation.output.answer(lambda: _error_object(error, _command_in(argv), cancelled=cancelled))


def _error_object(error: FwcompareError, command: str, *, cancelled: bool) -> dict[str, JSON]:
    from fwcompare.report import SCHEMA, error_object, failure  # noqa: PLC0415 - it imports NumPy

    if command in _KEYS_OF_OTHERS:
        return {"schema": SCHEMA, **_KEYS_OF_OTHERS[command], "error": error_object(error)}
    return failure(error, cancelled=cancelled)


def _command_in(argv: Sequence[str]) -> str:
    """The command that was meant, "" if there is none."""
    return next((word for word in argv if word in commands.NAMES), "")


def _help_of(argv: Sequence[str]) -> str:
    return " ".join(word for word in ("fwcompare", _command_in(argv), "--help") if word)

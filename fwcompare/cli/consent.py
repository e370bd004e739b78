"""Ask before a Python is started that is not fwcompare's own; where nobody can answer, say what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fwcompare.cli.planning import asked_for
from fwcompare.errors import InterpreterError
from fwcompare.interpreters.consent import WHAT_STARTING_DOES
from fwcompare.interpreters.installation import for_shell
from fwcompare.interpreters.settings import Settings, allow, save_settings
from fwcompare.paths import tilde

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation


def allow_contenders(names: Sequence[str], invocation: Invocation, *, allow: bool) -> Settings:
    """The user's settings, in which the interpreters of these contenders may be started.

    Args:
        names: Contenders as the user wrote them; without any it is those that compete by default, and
            those that the user does not allow are left out of the comparison instead of ending it.
        invocation: What every command is called with.
        allow: The user has said yes already.

    Raises:
        InterpreterError: A contender was named whose interpreter the user does not allow.
    """
    parts, settings = invocation.parts(), invocation.settings()
    for interpreter in dict.fromkeys(one.interpreter for one in asked_for(names, settings, parts)):
        try:
            settings = allow_one(interpreter, settings, invocation, allow=allow, flag="--allow-interpreters")
        except InterpreterError:
            if names:
                raise
    return settings


def allow_one(
    interpreter: str, settings: Settings, invocation: Invocation, *, allow: bool, flag: str
) -> Settings:
    """The settings, in which this interpreter may be started; asks the user if there is one.

    Args:
        interpreter: A Python, "" where there is none to ask about.
        settings: The user's.
        invocation: What every command is called with.
        allow: The user has said yes already.
        flag: What says so on the command line.

    Raises:
        InterpreterError: The user does not allow it, or is not there to be asked.
    """
    refused = invocation.parts().interpreters.refusal(settings, interpreter) if interpreter else None
    if refused is None:
        return settings
    if not allow and not _says_yes(interpreter, invocation):
        message = f"{refused.reason} {WHAT_STARTING_DOES}"
        remedy = (
            f"If you trust it, add {flag}, or once: fwcompare interpreters allow {for_shell(interpreter)}"
        )
        raise InterpreterError(message, remedy)
    return _save(settings, interpreter, invocation)


def is_at_terminal() -> bool:
    """True if somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _says_yes(interpreter: str, invocation: Invocation) -> bool:
    """The user's answer; no where nobody sits at a terminal, so that nothing waits for ever."""
    if invocation.output.as_json or not is_at_terminal():
        return False
    invocation.output.remark(WHAT_STARTING_DOES)
    try:
        question = f"Start {tilde(interpreter)}, now and later? [y/N] "
        answer = invocation.output.remarks.input(question, markup=False)
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes"}


def _save(settings: Settings, interpreter: str, invocation: Invocation) -> Settings:
    allowed = allow(settings, interpreter)
    save_settings(allowed, invocation.paths.settings_file)
    return allowed

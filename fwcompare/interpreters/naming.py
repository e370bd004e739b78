"""Contenders as users write them: `framework:mode` or `framework:mode@interpreter`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from fwcompare.domain.contender import MODES, Contender, Framework, Mode
from fwcompare.errors import UsageError
from fwcompare.interpreters.installation import installation_of, python_at
from fwcompare.interpreters.settings import Settings
from fwcompare.paths import tilde


def own_interpreter() -> str:
    """The application's own Python, "" in a frozen application, whose executable is no Python."""
    is_frozen = getattr(sys, "frozen", False)  # PyInstaller sets it
    return "" if is_frozen else sys.executable


def parse_contender(text: str, settings: Settings, own: str) -> Contender:
    """The contender that the text names.

    Args:
        text: `framework:mode`, with `@` and the path of a Python or of its environment's folder if
            it is not to run in the one assigned to the framework.
        settings: Where interpreters are assigned.
        own: The application's own Python, "" if it has none.

    Raises:
        UsageError: Framework or mode are unknown or missing, or no interpreter is to be had.
    """
    name, at, named = text.strip().partition("@")
    framework_name, _, mode_name = name.partition(":")
    framework = Framework(_chosen(framework_name, Framework, "framework", "The frameworks are"))
    mode = Mode(_chosen(mode_name, MODES[framework], f"mode of {framework}", f"The modes of {framework} are"))
    if at:
        if not named.strip():
            raise UsageError(f"No interpreter follows the @ in {text!r}.", "Put the path of a Python there.")
        return Contender(framework, mode, str(python_at(named)), tilde(named))
    interpreter = _assigned(framework, settings, own)
    if not interpreter:
        raise UsageError(f"No Python is assigned to {framework}.", assign_remedy(framework, mode))
    return Contender(framework, mode, interpreter)


def all_contenders(settings: Settings, own: str) -> tuple[Contender, ...]:
    """Every framework in every mode, in the order of `MODES`: in the interpreter assigned to it, then beside it.

    The interpreter is "" where a frozen application has none for a framework. Those that were put
    beside the assigned one are named, so that each contender has an id of its own.
    """
    contenders = []
    for framework, modes in MODES.items():
        contenders += [Contender(framework, mode, _assigned(framework, settings, own)) for mode in modes]
        for path in settings.beside.get(framework, ()):
            contenders += [
                Contender(framework, mode, str(python_at(path)), short_name(path)) for mode in modes
            ]
    return tuple(contenders)


def short_name(interpreter: str) -> str:
    """What names the interpreter to the user: its environment's folder where that leads to it, `~` for home."""
    installation = installation_of(interpreter)
    leads_to_it = python_at(installation.prefix) == installation.python
    return tilde(str(installation.prefix if leads_to_it else installation.python))


def assign_remedy(framework: Framework, mode: Mode) -> str:
    """What to do if no interpreter is assigned to a framework."""
    return f"Name one ({framework}:{mode}@/path/to/python) or assign one to it: fwcompare interpreters assign {framework} /path/to/python"


def _assigned(framework: Framework, settings: Settings, own: str) -> str:
    assigned = settings.interpreters.get(framework)
    return own if assigned is None else str(python_at(assigned))


def _chosen(text: str, choices: Iterable[StrEnum], what: str, listing: str) -> str:
    """The choice that the text is, or an error that helps."""
    names = [str(choice) for choice in choices]
    wanted = text.strip().lower()
    if wanted in names:
        return wanted
    message = f"{text.strip()!r} is no {what}." if wanted else f"The {what} is missing."
    close = get_close_matches(wanted, names, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise UsageError(message, f"{hint}{listing}: {', '.join(names)}.")

"""What the subcommands of `interpreters` do: which Pythons there are, and what they are used for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from fwcompare.cli import exit_codes
from fwcompare.cli.consent import allow_one
from fwcompare.cli.planning import choose
from fwcompare.domain.contender import Framework
from fwcompare.errors import UsageError
from fwcompare.interpreters import settings as room
from fwcompare.interpreters.installation import python_at
from fwcompare.interpreters.overview import beside_obstacle
from fwcompare.interpreters.probe import check_file
from fwcompare.paths import shareable, tilde
from fwcompare.report import JSON, SCHEMA

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.interpreters.overview import Entry
    from fwcompare.interpreters.settings import Settings


class Registrar:
    """Does what the subcommands say; each method prints how things stand then, and returns the exit code."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._output = invocation.output
        self._known = invocation.parts().interpreters
        self._settings = invocation.settings()

    def list_all(self) -> int:
        """Print every Python that can be found by reading files."""
        seen = self._known.overview(self._settings)
        table = Table(title="Pythons", title_justify="left", box=box.SIMPLE)
        for name in ("python", "version", "found", "holds", "may be started", "used for"):
            table.add_column(name, overflow="fold")
        for one in seen.entries:
            table.add_row(
                tilde(one.path),
                one.info.python if one.info else "gone",
                one.origin,
                _versions(one),
                "yes" if one.is_allowed else "not yet",
                _uses(one),
            )
        self._output.console.print(table)
        if not seen.is_complete:
            self._output.say(
                "The search ended at its bound; add others with: fwcompare interpreters add PATH"
            )
        return self._answer(seen.entries, complete=seen.is_complete)

    def add(self, path: str) -> int:
        """List this Python from now on; it is not started.

        Raises:
            InterpreterError: There is no Python at this path.
        """
        python = _python(path)
        return self._keep(room.add(self._settings, python), python)

    def allow(self, path: str) -> int:
        """Allow this Python to be started, and start it to see what it holds.

        Raises:
            InterpreterError: There is no Python at this path, or it can't be started.
        """
        python = _python(path)
        self._known.probe(python)  # one that gives no answer is not allowed for later
        return self._keep(room.allow(self._settings, python), python)

    def assign(self, framework: str, path: str, *, allow: bool) -> int:
        """Let the framework run in this Python.

        Raises:
            UsageError: There is no such framework.
            InterpreterError: There is no Python at this path, or the user does not allow it to be started.
        """
        chosen, python = _framework(framework), _python(path)
        return self._keep(room.assign(self._allowed(python, allow=allow), chosen, python), python)

    def beside(self, framework: str, path: str, *, allow: bool) -> int:
        """Let the framework compete in this Python as well; see `assign` for the errors.

        Raises:
            UsageError: The framework runs in it already.
        """
        chosen, python = _framework(framework), _python(path)
        obstacle = beside_obstacle(self._known.entry(self._settings, python), chosen)
        if obstacle:
            raise UsageError(obstacle, "Name another Python, or assign another one to the framework first.")
        return self._keep(room.place_beside(self._allowed(python, allow=allow), chosen, python), python)

    def forget(self, path: str) -> int:
        """Use this Python for nothing any more; it may be gone already."""
        python = str(python_at(path))
        return self._keep(room.forget(self._settings, python), python)

    def _allowed(self, python: str, *, allow: bool) -> Settings:
        return allow_one(python, self._settings, self._invocation, allow=allow, flag="--allow")

    def _keep(self, settings: Settings, python: str) -> int:
        """Save the settings, and print how things stand with one Python."""
        room.save_settings(settings, self._invocation.paths.settings_file)
        one, say = self._known.entry(settings, python), self._output.say
        held = f"Python {one.info.python}, {_versions(one) or 'no framework'}" if one.info else "gone"
        say(f"{tilde(python)}: {held}; {'may' if one.is_allowed else 'may not'} be started")
        say(f"Used for: {_uses(one) or 'nothing'}")
        used = {*one.assigned, *one.beside} or set(Framework)  # one for a single framework lacks the others
        lacking = (each for each in one.contenders if not each.available and each.contender.framework in used)
        for (reason, remedy), group in groupby(lacking, key=lambda each: (each.reason, each.remedy)):
            say(f"{', '.join(each.contender.id for each in group)} can't run in it: {reason} {remedy}")
        return self._answer((one,), complete=None)

    def _answer(self, entries: Sequence[Entry], *, complete: bool | None) -> int:
        rows: JSON = [_row(one) for one in entries]
        self._output.answer(
            lambda: {"schema": SCHEMA, "complete": complete, "interpreters": shareable(rows), "error": None}
        )
        return exit_codes.DONE


def _framework(name: str) -> Framework:
    return choose(name, Framework, "framework")


def _python(path: str) -> str:
    """Absolute path of the Python that the user means, which is there."""
    python = python_at(path)
    check_file(python)
    return str(python)


def _versions(one: Entry) -> str:
    return ", ".join(f"{name} {version}" for name, version in (one.info.versions if one.info else {}).items())


def _uses(one: Entry) -> str:
    return ", ".join([*one.assigned, *(f"{framework} (beside)" for framework in one.beside)])


def _row(one: Entry) -> JSON:
    return {
        "interpreter": one.path,
        "kind": one.installation.kind,
        "found": one.origin,
        "python": one.info.python if one.info else None,
        "versions": one.info.versions if one.info else {},
        "own": one.is_own,
        "allowed": one.is_allowed,
        "probed": one.is_probed,
        "assigned": list(one.assigned),
        "beside": list(one.beside),
        "contenders": [
            {
                "contender": each.contender.id,
                "available": each.available,
                "reason": each.reason,
                "remedy": each.remedy,
            }
            for each in one.contenders
        ],
    }

"""The commands `interpreters …`: which Pythons there are, and what they are used for."""

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
    from collections.abc import Callable

    from fwcompare.cli.invocation import Invocation
    from fwcompare.interpreters.overview import Entry
    from fwcompare.interpreters.settings import Settings
    from fwcompare.paths import DataPaths


def list_all(paths: DataPaths, invocation: Invocation) -> int:
    """Print every Python that can be found by reading files."""
    seen = invocation.parts().interpreters.overview(_load(paths, invocation))
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
    invocation.output.console.print(table)
    if not seen.is_complete:
        invocation.output.say(
            "The search ended at its bound; add others with: fwcompare interpreters add PATH"
        )
    _answer(seen.entries, invocation, complete=seen.is_complete)
    return exit_codes.DONE


def add(path: str, paths: DataPaths, invocation: Invocation) -> int:
    """List this Python from now on; it is not started.

    Raises:
        InterpreterError: There is no Python at this path.
    """
    python = _python(path)
    return _keep(room.add(_load(paths, invocation), python), python, paths, invocation)


def allow(path: str, paths: DataPaths, invocation: Invocation) -> int:
    """Allow this Python to be started, and start it to see what it holds.

    Raises:
        InterpreterError: There is no Python at this path, or it can't be started.
    """
    python = _python(path)
    invocation.parts().interpreters.probe(python)  # one that gives no answer is not allowed for later
    return _keep(room.allow(_load(paths, invocation), python), python, paths, invocation)


def assign(framework: str, path: str, paths: DataPaths, invocation: Invocation, *, allow: bool) -> int:
    """Let the framework run in this Python.

    Raises:
        UsageError: There is no such framework.
        InterpreterError: There is no Python at this path, or the user does not allow it to be started.
    """
    return _use(room.assign, framework, path, paths, invocation, allow=allow)


def beside(framework: str, path: str, paths: DataPaths, invocation: Invocation, *, allow: bool) -> int:
    """Let the framework compete in this Python as well; see `assign` for the errors.

    Raises:
        UsageError: The framework runs in it already.
    """
    one = invocation.parts().interpreters.entry(_load(paths, invocation), _python(path))
    obstacle = beside_obstacle(one, choose(framework, Framework, "framework"))
    if obstacle:
        raise UsageError(obstacle, "Name another Python, or assign another one to the framework first.")
    return _use(room.place_beside, framework, path, paths, invocation, allow=allow)


def forget(path: str, paths: DataPaths, invocation: Invocation) -> int:
    """Use this Python for nothing any more; it may be gone already."""
    python = str(python_at(path))
    return _keep(room.forget(_load(paths, invocation), python), python, paths, invocation)


def _use(
    change: Callable[[Settings, Framework, str], Settings],
    framework: str,
    path: str,
    paths: DataPaths,
    invocation: Invocation,
    *,
    allow: bool,
) -> int:
    chosen, python = choose(framework, Framework, "framework"), _python(path)
    loaded = _load(paths, invocation)
    settings = allow_one(python, loaded, paths, invocation, allow=allow, flag="--allow")
    return _keep(change(settings, chosen, python), python, paths, invocation)


def _python(path: str) -> str:
    """Absolute path of the Python that the user means, which is there."""
    python = python_at(path)
    check_file(python)
    return str(python)


def _load(paths: DataPaths, invocation: Invocation) -> Settings:
    settings, problems = invocation.parts().load_settings(paths.settings_file)
    for problem in problems:
        invocation.output.remark(problem)
    return settings


def _keep(settings: Settings, python: str, paths: DataPaths, invocation: Invocation) -> int:
    room.save_settings(settings, paths.settings_file)
    return _tell(settings, python, invocation)


def _tell(settings: Settings, python: str, invocation: Invocation) -> int:
    """Print how things stand with one Python."""
    one, say = invocation.parts().interpreters.entry(settings, python), invocation.output.say
    held = f"Python {one.info.python}, {_versions(one) or 'no framework'}" if one.info else "gone"
    say(f"{tilde(python)}: {held}; {'may' if one.is_allowed else 'may not'} be started")
    say(f"Used for: {_uses(one) or 'nothing'}")
    used = {*one.assigned, *one.beside} or set(Framework)  # an environment for one framework lacks the others
    lacking = (each for each in one.contenders if not each.available and each.contender.framework in used)
    for (reason, remedy), group in groupby(lacking, key=lambda each: (each.reason, each.remedy)):
        say(f"{', '.join(each.contender.id for each in group)} can't run in it: {reason} {remedy}")
    _answer((one,), invocation, complete=None)
    return exit_codes.DONE


def _versions(one: Entry) -> str:
    return ", ".join(f"{name} {version}" for name, version in (one.info.versions if one.info else {}).items())


def _uses(one: Entry) -> str:
    return ", ".join([*one.assigned, *(f"{framework} (beside)" for framework in one.beside)])


def _answer(entries: Sequence[Entry], invocation: Invocation, *, complete: bool | None) -> None:
    rows: JSON = [_row(one) for one in entries]
    invocation.output.answer(
        {"schema": SCHEMA, "complete": complete, "interpreters": shareable(rows), "error": None}
    )


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

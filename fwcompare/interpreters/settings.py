"""The user's settings: one small JSON file that never stands in the way of a start.

What can be read of a damaged file is used and the rest is named in sentences; keys that this version
does not know are kept when it saves.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from fwcompare.domain.contender import Framework
from fwcompare.errors import UsageError
from fwcompare.interpreters.installation import fingerprint, identity, installation_of, python_at
from fwcompare.paths import tilde

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user decided for all runs.

    Attributes:
        schema: Version of the file's form; a newer fwcompare may have written a higher one.
        interpreters: Python assigned to a framework: an absolute path of it or of its environment's
            folder, `~` allowed.
        beside: More Pythons in which a framework competes beside the assigned one, by framework.
        known: Pythons that the user added, wherever they are.
        allowed: What the user allowed to be started: the environment's `identity`, and the
            `fingerprint` that it had then.
        document: The file as it was read, with what this version does not know.
    """

    schema: int = SCHEMA
    interpreters: Mapping[Framework, str] = field(default_factory=dict)
    beside: Mapping[Framework, tuple[str, ...]] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    allowed: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)


def assign(settings: Settings, framework: Framework, interpreter: str | None) -> Settings:
    """The settings with this interpreter assigned to the framework, or with none if it is None.

    What is assigned is to be started, so it is allowed to be; whoever calls this has asked the user.
    """
    others = {known: path for known, path in settings.interpreters.items() if known is not framework}
    if interpreter is None:
        return replace(settings, interpreters=others)
    mine = {framework: str(python_at(interpreter))}
    beside = _without(settings.beside, interpreter, {framework})  # nobody competes with itself
    return allow(replace(settings, interpreters=others | mine, beside=beside), interpreter)


def place_beside(settings: Settings, framework: Framework, interpreter: str) -> Settings:
    """The settings with one more Python in which the framework competes; it is allowed to be started."""
    python = str(python_at(interpreter))
    others = tuple(path for path in settings.beside.get(framework, ()) if not _is_same(path, python))
    placed = replace(settings, beside={**settings.beside, framework: (*others, python)})
    return allow(placed, interpreter)


def add(settings: Settings, interpreter: str) -> Settings:
    """The settings with this Python among those that are listed."""
    python = str(python_at(interpreter))
    others = tuple(path for path in settings.known if not _is_same(path, python))
    return replace(settings, known=(*others, python))


def allow(settings: Settings, interpreter: str) -> Settings:
    """The settings with the consent to start this Python, as long as it is not replaced by another."""
    installation = installation_of(interpreter)
    mark = fingerprint(installation)
    if mark is None:  # there is nothing yet that could be allowed
        return settings
    return replace(settings, allowed={**settings.allowed, identity(installation): mark})


def forget(settings: Settings, interpreter: str) -> Settings:
    """The settings without this Python: neither listed, nor assigned, nor allowed to be started."""
    gone = identity(installation_of(interpreter))
    return replace(
        settings,
        interpreters={
            framework: path
            for framework, path in settings.interpreters.items()
            if not _is_same(path, interpreter)
        },
        beside=_without(settings.beside, interpreter, set(Framework)),
        known=tuple(path for path in settings.known if not _is_same(path, interpreter)),
        allowed={key: mark for key, mark in settings.allowed.items() if key != gone},
    )


def _without(
    beside: Mapping[Framework, tuple[str, ...]], interpreter: str, frameworks: Collection[Framework]
) -> dict[Framework, tuple[str, ...]]:
    """What stands beside, without this Python for these frameworks."""
    left = {
        framework: tuple(
            path for path in paths if framework not in frameworks or not _is_same(path, interpreter)
        )
        for framework, paths in beside.items()
    }
    return {framework: paths for framework, paths in left.items() if paths}


def _is_same(one: str, other: str) -> bool:
    """True if both paths lead to one environment."""
    return identity(installation_of(one)) == identity(installation_of(other))


def load_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings in the file, and a sentence for each thing in it that could not be used.

    No file is no problem: it gives the defaults.
    """
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, ValueError, RecursionError) as error:
        return Settings(), (f"The settings in {tilde(str(path))} can't be read and are not used: {error}.",)
    if not isinstance(document, dict):
        return Settings(), (f"The settings in {tilde(str(path))} are not a JSON object and are not used.",)
    schema, schema_problems = _read_schema(document)
    interpreters, interpreter_problems = _read_interpreters(document)
    beside, beside_problems = _read_beside(document)
    known, known_problems = _read_paths(document.get("known_interpreters", []), "known_interpreters")
    settings = Settings(schema, interpreters, beside, known, _read_allowed(document), document)
    return settings, (*schema_problems, *interpreter_problems, *beside_problems, *known_problems)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings, all or nothing; a file that could not be read is kept beside them.

    Raises:
        UsageError: The file can't be written.
    """
    target = Path(os.path.realpath(path))  # settings may be a link into a folder of dot files
    data = json.dumps(_document(settings), indent=2, ensure_ascii=False).encode() + b"\n"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _set_broken_file_aside(target)
        _replace(target, data)
    except OSError as error:
        raise UsageError(
            f"The settings can't be saved in {tilde(str(path))}: {error.strerror}.",
            "Make the folder writable or free some space, then try again.",
        ) from error


def _read_schema(document: Mapping[str, Any]) -> tuple[int, list[str]]:
    schema = document.get("schema", SCHEMA)
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        return SCHEMA, [
            f"The settings' schema is {schema!r}, not a whole number from 1; {SCHEMA} is assumed."
        ]
    if schema > SCHEMA:
        return schema, [
            "The settings were written by a newer fwcompare; what this one knows of them is used."
        ]
    return schema, []


def _read_interpreters(document: Mapping[str, Any]) -> tuple[dict[Framework, str], list[str]]:
    entries = document.get("interpreters", {})
    if not isinstance(entries, dict):
        return {}, ["The settings' interpreters are not an object of framework and path; none is assigned."]
    known = {framework: entries[framework] for framework in Framework if framework in entries}
    usable = {framework: path for framework, path in known.items() if _is_path(path)}
    problems = [
        f"The interpreter that the settings assign to {framework} is {path!r}, not an absolute path; it is not used."
        for framework, path in known.items()
        if framework not in usable
    ]
    return usable, problems


def _read_beside(document: Mapping[str, Any]) -> tuple[dict[Framework, tuple[str, ...]], list[str]]:
    entries = document.get("beside", {})
    if not isinstance(entries, dict):
        return {}, ["The settings' beside is not an object of framework and paths; it is not used."]
    beside: dict[Framework, tuple[str, ...]] = {}
    problems = []
    for framework in Framework:
        paths, wrong = _read_paths(entries.get(framework, []), f"beside for {framework}")
        beside |= {framework: paths} if paths else {}
        problems += wrong
    return beside, problems


def _read_paths(value: object, name: str) -> tuple[tuple[str, ...], list[str]]:
    if not isinstance(value, list):
        return (), [f"The settings' {name} is {value!r}, not a list of paths; it is not used."]
    problems = [
        f"The settings' {name} holds {path!r}, not an absolute path; it is not used."
        for path in value
        if not _is_path(path)
    ]
    return tuple(path for path in value if _is_path(path)), problems


def _read_allowed(document: Mapping[str, Any]) -> dict[str, str]:
    """What can't be read of it is not allowed, which asks the user again and needs no sentence."""
    entries = document.get("allowed_interpreters")
    return (
        {key: mark for key, mark in entries.items() if isinstance(mark, str)}
        if isinstance(entries, dict)
        else {}
    )


def _is_path(value: object) -> bool:
    """True for an absolute path: a relative one would depend on where fwcompare is started."""
    return (
        isinstance(value, str) and "\0" not in value and (value.startswith("~") or Path(value).is_absolute())
    )


def _document(settings: Settings) -> dict[str, Any]:
    """What is written: the document that was read, with what this version knows put in its place."""
    beside = {framework: list(paths) for framework, paths in settings.beside.items()}
    optional = {
        "beside": _foreign(settings, "beside") | _by_name(beside),
        "known_interpreters": list(settings.known),
        "allowed_interpreters": dict(settings.allowed),
    }
    return {
        **settings.document,
        "schema": settings.schema,
        "interpreters": _foreign(settings, "interpreters") | _by_name(settings.interpreters),
        **{name: value for name, value in optional.items() if value or name in settings.document},
    }


def _foreign(settings: Settings, name: str) -> dict[str, Any]:
    """What the document has there for frameworks that this version does not know."""
    entries = settings.document.get(name)
    known = set(Framework)
    return {key: entries[key] for key in entries if key not in known} if isinstance(entries, dict) else {}


def _by_name(entries: Mapping[Framework, Any]) -> dict[str, Any]:
    return {str(framework): value for framework, value in entries.items()}


def _set_broken_file_aside(target: Path) -> None:
    try:
        readable = isinstance(json.loads(target.read_bytes()), dict)
    except FileNotFoundError:
        return
    except (ValueError, RecursionError):
        readable = False
    if not readable:
        target.replace(target.with_name(f"{target.name}.broken"))


def _replace(target: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise

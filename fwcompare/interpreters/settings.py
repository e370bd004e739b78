"""The user's settings: one small JSON file that never stands in the way of a start.

What can be read of a damaged file is used and the rest is named in sentences; keys that this version
does not know are kept when it saves.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from fwcompare.domain.contender import Framework
from fwcompare.errors import UsageError
from fwcompare.interpreters.installation import python_at
from fwcompare.paths import tilde

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user decided for all runs.

    Attributes:
        schema: Version of the file's form; a newer fwcompare may have written a higher one.
        interpreters: Python assigned to a framework: an absolute path of it or of its environment's
            folder, `~` allowed.
        document: The file as it was read, with what this version does not know.
    """

    schema: int = SCHEMA
    interpreters: Mapping[Framework, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)


def assign(settings: Settings, framework: Framework, interpreter: str | None) -> Settings:
    """The settings with this interpreter assigned to the framework, or with none if it is None."""
    others = {known: path for known, path in settings.interpreters.items() if known is not framework}
    mine = {} if interpreter is None else {framework: str(python_at(interpreter))}
    return replace(settings, interpreters=others | mine)


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
    return Settings(schema, interpreters, document), (*schema_problems, *interpreter_problems)


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


def _is_path(value: object) -> bool:
    """True for an absolute path: a relative one would depend on where fwcompare is started."""
    return (
        isinstance(value, str) and "\0" not in value and (value.startswith("~") or Path(value).is_absolute())
    )


def _document(settings: Settings) -> dict[str, Any]:
    """What is written: the document that was read, with what this version knows put in its place."""
    entries = settings.document.get("interpreters")
    known = {str(framework) for framework in Framework}
    foreign = (
        {key: value for key, value in entries.items() if key not in known}
        if isinstance(entries, dict)
        else {}
    )
    own = {str(framework): path for framework, path in settings.interpreters.items()}
    return {**settings.document, "schema": settings.schema, "interpreters": {**foreign, **own}}


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

"""A TOML table that is read key by key and remembers what is wrong with it.

Every reader gives back a value of its type, a stand-in where the file has none that will do, so that
reading goes on and finds the other mistakes too. Nothing that was read may be used if there is a problem.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlsplit

from fwcompare.errors import CatalogProblem

_Word = TypeVar("_Word", bound=StrEnum)

_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DOI: Final = re.compile(r"doi:(10\.[0-9]{4,9}/[\x21-\x7e]+)")

_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),  # before int, of which it is a subclass, as is datetime of date
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (datetime, "a date with a time"),
    (date, "a date"),
    (time, "a time"),
    (list, "a list"),
    (dict, "a table"),
)


class Table:
    """One table of a file.

    Args:
        values: What the file has there.
        file: Name of the file.
        path: Where the table is in it, "" for the top.
        problems: Where mistakes are collected.
    """

    def __init__(
        self, values: Mapping[str, object], file: str, path: str, problems: list[CatalogProblem]
    ) -> None:
        self._values = values
        self._file = file
        self._path = path
        self._problems = problems
        self._known: set[str] = set()

    @property
    def place(self) -> str:
        """File and path, for messages."""
        return f"{self._file}, {self._path}" if self._path else self._file

    def complain(self, key: str, wrong: str, remedy: str) -> None:
        """Remember a mistake at a key of this table."""
        self._problems.append(CatalogProblem(self._file, self._path, key, wrong, remedy))

    def text(self, key: str, longest: int, *, required: bool = True) -> str:
        """One line of plain text, "" if it is missing and may be."""
        value = self._get(key, "text in quotes", required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._refuse_kind(key, value, "text in quotes")
        elif not value.strip():
            self.complain(key, "is empty", "Write something, or leave the key out if it is optional.")
        elif value != value.strip() or not value.isprintable():
            wrong = "has a line break, a space at an end, or a character that can't be seen"
            self.complain(
                key, wrong, 'Write one line; inside """ end each line but the last with a backslash.'
            )
        elif len(value) > longest:
            self.complain(key, f"has {len(value)} characters", f"Shorten it to at most {longest}.")
        else:
            return value
        return ""

    def identifier(self, key: str) -> str:
        """A name in lower case, "" if there is none that will do."""
        value = self.text(key, 40)
        if value and not _IDENTIFIER.fullmatch(value):
            self._refuse_identifier(key, value)
            return ""
        return value

    def identifiers(self, key: str) -> tuple[str, ...]:
        """A list of different names, empty if it is missing."""
        values = self._list(key)
        good = [value for value in values if isinstance(value, str) and _IDENTIFIER.fullmatch(value)]
        for value in values:
            if value not in good:
                self._refuse_identifier(key, value)
        for name in sorted({name for name in good if good.count(name) > 1}):
            self.complain(key, f"names {name} more than once", "Name it once.")
        return tuple(good)

    def word(self, key: str, words: type[_Word]) -> _Word:
        """One of these words; the first of them stands in."""
        first = next(iter(words))
        one_of = f"one of {', '.join(words)}"
        value = self._get(key, one_of)
        if isinstance(value, str):
            if value in set(words):
                return words(value)
            self.complain(key, f"is {quoted(value)}", f"Write {one_of}.{_hint(value, words)}")
        elif value is not None:
            self._refuse_kind(key, value, one_of)
        return first

    def day(self, key: str, stand_in: date) -> date:
        """A day of the calendar."""
        value = self._get(key, "a date as 2026-11-22, without quotes")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self._refuse_kind(key, value, "a date as 2026-11-22, without quotes")
        return stand_in

    def whole(self, key: str) -> int:
        """A whole number from 1; 0 stands in."""
        value = self._get(key, "a whole number from 1")
        if isinstance(value, int) and not isinstance(value, bool):
            if value >= 1:
                return value
            self.complain(key, f"is {value}", "Write a whole number from 1.")
        elif value is not None:
            self._refuse_kind(key, value, "a whole number from 1")
        return 0

    def address(self, key: str) -> str:
        """An https address; a DOI is turned into one."""
        value = self.text(key, 300)
        doi = _DOI.fullmatch(value)
        if doi:
            return f"https://doi.org/{doi[1]}"
        if value and not _is_https(value):
            self.complain(
                key,
                f"is {quoted(value)}, no address that can be opened safely",
                "Write https://… or doi:10.…",
            )
        return value

    def table(self, key: str) -> Table | None:
        """The table below this key, None if there is none."""
        value = self._get(key, f"a table [{self._below(key)}]")
        if isinstance(value, dict):
            return Table(value, self._file, self._below(key), self._problems)
        if value is not None:
            self._refuse_kind(key, value, "a table")
        return None

    def tables(self, key: str) -> list[Table]:
        """The tables in the list below this key, empty if it is missing."""
        tables = []
        for number, value in enumerate(self._list(key), 1):
            if isinstance(value, dict):
                tables.append(Table(value, self._file, f"{self._below(key)}.{number}", self._problems))
            else:
                self.complain(key, f"has {_kind(value)} as entry {number}", "Write a table { … } there.")
        return tables

    def has(self, key: str) -> bool:
        """True if the file has anything at this key, good or not."""
        return key in self._values

    def refuse_unknown_keys(self) -> None:
        """Complain of every key that nobody asked for; to be called when all keys have been."""
        known = ", ".join(sorted(self._known))
        for key in self._values:
            if key not in self._known:
                self.complain(
                    shown(key), "is no key of this table", f"The keys are {known}.{_hint(key, self._known)}"
                )

    def _get(self, key: str, kind: str, *, required: bool = True) -> object:
        """The value at the key, None (which TOML doesn't have) if it is missing."""
        self._known.add(key)
        if required and key not in self._values:
            self.complain(key, "is missing", f"Add {kind}.")
        return self._values.get(key)

    def _list(self, key: str) -> list[object]:
        value = self._get(key, "a list", required=False)
        if isinstance(value, list):
            return value
        if value is not None:
            self._refuse_kind(key, value, "a list [ … ]")
        return []

    def _below(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _refuse_kind(self, key: str, value: object, kind: str) -> None:
        self.complain(key, f"is {_kind(value)}", f"Write {kind}.")

    def _refuse_identifier(self, key: str, value: object) -> None:
        name = quoted(value) if isinstance(value, str) else _kind(value)
        self.complain(
            key,
            f"has {name} where a name is wanted",
            'Write lower-case letters, digits and "-" between them.',
        )


def quoted(value: str) -> str:
    """The beginning of the value in quotation marks, whatever characters it has."""
    return repr(value) if len(value) <= 60 else f"{value[:60]!r}…"


def shown(key: str) -> str:
    """A key as it is, or in quotation marks if it is not a plain one."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", key) else quoted(key)


def _kind(value: object) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")


def _hint(word: str, known: Iterable[str]) -> str:
    """A sentence with what was probably meant, "" if nothing is like it."""
    close = difflib.get_close_matches(word[:60], sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _is_https(value: str) -> bool:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:  # for instance a bracket that is not closed
        return False
    return parts.scheme == "https" and "." in host and "@" not in parts.netloc and " " not in value

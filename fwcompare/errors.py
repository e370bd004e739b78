"""Every exception that fwcompare raises on purpose.

The whole tree::

    FwcompareError              base: a sentence for the user and, where there is one, a remedy
    ├── UsageError              a flag, setting or plan that can't be run as it stands
    ├── InterpreterError        a Python that can't be started, probed or used
    ├── ProtocolError           a worker broke the rules of the message channel
    ├── SnapshotError           a snapshot or journal that can't be read or written; carries a code
    ├── LibraryError            a snapshot that the library can't find, or notes on it that can't be kept
    ├── CatalogError            claims that can't be used as they are written; carries every mistake
    └── MachineBusyError        another fwcompare is measuring on this machine

A failed *measurement* is no exception: it is a value, `fwcompare.domain.outcome.Outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FwcompareError(Exception):
    """Base of all errors that are shown to the user.

    Args:
        message: One sentence that says what is wrong.
        remedy: One sentence that says what to do about it, or "".
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class UsageError(FwcompareError):
    """A flag, a setting or a plan that can't be run as it stands."""


class InterpreterError(FwcompareError):
    """A Python that can't be started, probed or used."""


class ProtocolError(FwcompareError):
    """A worker broke the rules of the message channel."""


class MachineBusyError(FwcompareError):
    """Another fwcompare is measuring on this machine."""


class SnapshotErrorCode(StrEnum):
    """Why a snapshot or journal was refused; stable tokens for scripts."""

    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    NOT_A_SNAPSHOT = "not_a_snapshot"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    HOSTILE = "hostile"
    CORRUPT = "corrupt"
    NEWER = "newer"
    NOT_WRITABLE = "not_writable"


class SnapshotError(FwcompareError):
    """A snapshot or journal that can't be read or written."""

    def __init__(self, code: SnapshotErrorCode, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.code = code


class LibraryError(FwcompareError):
    """A snapshot that the library can't find, or what was written about it that can't be read or kept."""


@dataclass(frozen=True, slots=True)
class CatalogProblem:
    """One mistake in the files of the catalog.

    Attributes:
        file: Name of the file.
        table: Path of the table in it, entries of lists counted from 1, "" for the top of the file.
        key: The key in the table, "" if it is about the whole table.
        wrong: What is wrong with it, to be read after the place.
        remedy: A sentence that says what would be right.
    """

    file: str
    table: str
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.table, self.key) if part)
        return f"{place}: {self.wrong}. {self.remedy}"


class CatalogError(FwcompareError):
    """Claims that can't be used as they are written; says everything that is wrong with them at once."""

    def __init__(self, problems: tuple[CatalogProblem, ...]) -> None:
        mistakes = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        lines = "".join(f"\n- {problem}" for problem in problems)
        super().__init__(f"The catalog of claims can't be used, it has {mistakes}:{lines}")
        self.problems = problems

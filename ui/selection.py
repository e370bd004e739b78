"""What is selected, wherever it was selected: the panels send it, *Details* shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimSelection:
    """A cell of the claims: criterion and framework ids of the catalogue."""

    criterion: str
    framework: str


@dataclass(frozen=True, slots=True)
class RowSelection:
    """A contender in a workload."""

    contender: str
    workload: str


@dataclass(frozen=True, slots=True)
class BlockSelection:
    """One block of the run that is shown."""

    block: int


@dataclass(frozen=True, slots=True)
class KeysSelection:
    """The list of all commands and keys."""


Selection = ClaimSelection | RowSelection | BlockSelection | KeysSelection

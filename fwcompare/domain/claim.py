"""The claims table: what is commonly said of each framework, and what is true of it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """A framework as claims speak of it, in the order of the columns.

    Keras is one subject whatever it runs on; a `Framework` is what a worker measures.
    """

    TENSORFLOW = "tensorflow"
    KERAS = "keras"
    PYTORCH = "pytorch"

    @property
    def label(self) -> str:
        """The framework's name as it writes it itself."""
        return _LABELS[self]


_LABELS: Final = {Subject.TENSORFLOW: "TensorFlow", Subject.KERAS: "Keras", Subject.PYTORCH: "PyTorch"}


class ClaimVerdict(StrEnum):
    """How far a claim is true today; the order here is the order in which a table sorts them."""

    HOLDS = "holds"
    IMPRECISE = "imprecise"
    OUTDATED = "outdated"
    WRONG = "wrong"

    @property
    def symbol(self) -> str:
        """One character for texts: check, half disc, clock, cross, as the icons of the chips."""
        return _SYMBOLS[self]

    @property
    def word(self) -> str:
        """The word that always stands beside the symbol."""
        return self.value


_SYMBOLS: Final = {
    ClaimVerdict.HOLDS: "✓",
    ClaimVerdict.IMPRECISE: "◐",
    ClaimVerdict.OUTDATED: "◷",
    ClaimVerdict.WRONG: "✗",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A page that somebody else can open, as one claim cites it.

    Attributes:
        id: Its name in the catalog, the same in all claims that cite it.
        url: An https address.
        date: When the page, or the version of it that was read, was published.
        shows: What it shows for this claim; in quotation marks where it is quoted.
        via: How it was read, if not at its own address.
    """

    id: str
    title: str
    url: str
    date: date
    shows: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was observed by running the software, with what it was run in.

    Attributes:
        probe: Name of the experiment that can repeat it, "" while there is none.
    """

    finding: str
    environment: str
    date: date
    probe: str = ""


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """One entry of the list that a claim speaks of: a deployment option, a tool, a feature."""

    name: str
    verdict: ClaimVerdict
    today: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is commonly said of one framework under one criterion, and what is true today.

    Attributes:
        said: The claim, short enough for a cell.
        today: What is true today, in one sentence short enough for a cell; "" only if the claim holds.
        details: The same in more words, "" if there is no more to say; a paragraph of plain text.
        checked: The day on which all of this was last looked at.
        probes: Names of experiments that can measure it.
    """

    subject: Subject
    said: str
    verdict: ClaimVerdict
    today: str
    details: str
    checked: date
    sources: tuple[Source, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    items: tuple[ClaimItem, ...] = ()
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the table.

    Attributes:
        about: The question that the row answers.
        claims: One for each subject, in the order of `Subject`.
    """

    id: str
    name: str
    about: str
    claims: tuple[Claim, ...]

    def claim(self, subject: Subject) -> Claim:
        """The cell of this framework."""
        return next(claim for claim in self.claims if claim.subject is subject)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All rows, in the order in which they are shown before anybody sorts them; there is at least one."""

    criteria: tuple[Criterion, ...]

    @property
    def checked(self) -> date:
        """The day up to which every claim has been looked at: that of the one that waits longest."""
        return min(claim.checked for criterion in self.criteria for claim in criterion.claims)

"""Sources, criteria and claims out of tables; the keys and limits of the format stand here.

`docs/catalog.md` describes the same for people who add a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fwcompare.catalog.table import Table, quoted
from fwcompare.domain.claim import Claim, ClaimItem, ClaimVerdict, Criterion, Evidence, Source, Subject

NAME: Final = 24
ABOUT: Final = 110
SAID: Final = 70
TODAY: Final = 110
DETAILS: Final = 900
TITLE: Final = 110
SHOWS: Final = 260
VIA: Final = 140
FINDING: Final = 300
ENVIRONMENT: Final = 110
"""Most characters of each text; the first four stand in cells and headers of the table."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The sources that claims may cite.

    Attributes:
        sources: By id, each without what it shows.
        complete: False if a file could not be read, which may be the one with the missing source.
    """

    sources: Mapping[str, Source]
    complete: bool

    def cite(self, table: Table, checked: date) -> Source | None:
        """The source that this table `{ id, shows }` names, None if there is none."""
        name = table.identifier("id")
        shows = table.text("shows", SHOWS)
        table.refuse_unknown_keys()
        source = self.sources.get(name)
        if source is None:
            if name and self.complete:
                table.complain("id", f"{quoted(name)} is no source", "Add a [[source]] with this id.")
            return None
        if source.date > checked:
            wrong = f"names a source of {source.date}, after the claim was checked on {checked}"
            table.complain("id", wrong, "Check the claim again and write the new day at `checked`.")
        return replace(source, shows=shows)


def read_source(table: Table) -> Source:
    """A source without what it shows, which is said where it is cited."""
    source = Source(
        id=table.identifier("id"),
        title=table.text("title", TITLE),
        url=table.address("url"),
        date=table.day("date", date.min),
        shows="",
        via=table.text("via", VIA, required=False),
    )
    table.refuse_unknown_keys()
    return source


def read_criterion(table: Table, shelf: Shelf) -> tuple[int, Criterion]:
    """A criterion with its position in the table, 0 if it has none."""
    position = table.whole("position")
    tables = [(subject, table.table(subject)) for subject in Subject]
    criterion = Criterion(
        id=table.identifier("id"),
        name=table.text("name", NAME),
        about=table.text("about", ABOUT),
        claims=tuple(_claim(below, subject, shelf) for subject, below in tables if below),
    )
    table.refuse_unknown_keys()
    return position, criterion


def _claim(table: Table, subject: Subject, shelf: Shelf) -> Claim:
    verdict = table.word("verdict", ClaimVerdict)
    checked = table.day("checked", date.max)
    must_be_backed = verdict is not ClaimVerdict.HOLDS
    claim = Claim(
        subject=subject,
        said=table.text("said", SAID),
        verdict=verdict,
        today=table.text("today", TODAY, required=must_be_backed),
        details=table.text("details", DETAILS, required=False),
        checked=checked,
        sources=_sources(table, shelf, checked, required=must_be_backed),
        evidence=tuple(_evidence(below, checked) for below in table.tables("evidence")),
        items=tuple(_item(below, shelf, checked) for below in table.tables("items")),
        probes=table.identifiers("probes"),
    )
    table.refuse_unknown_keys()
    return claim


def _item(table: Table, shelf: Shelf, checked: date) -> ClaimItem:
    verdict = table.word("verdict", ClaimVerdict)
    must_be_backed = verdict is not ClaimVerdict.HOLDS
    item = ClaimItem(
        name=table.text("name", SAID),
        verdict=verdict,
        today=table.text("today", SHOWS, required=must_be_backed),
        sources=_sources(table, shelf, checked, required=must_be_backed),
    )
    table.refuse_unknown_keys()
    return item


def _evidence(table: Table, checked: date) -> Evidence:
    evidence = Evidence(
        finding=table.text("finding", FINDING),
        environment=table.text("environment", ENVIRONMENT),
        date=table.day("date", date.min),
        probe=table.identifier("probe") if table.has("probe") else "",
    )
    if evidence.date > checked:
        wrong = f"is {evidence.date}, after the claim was checked on {checked}"
        table.complain("date", wrong, "Check the claim again and write the new day at `checked`.")
    table.refuse_unknown_keys()
    return evidence


def _sources(table: Table, shelf: Shelf, checked: date, *, required: bool) -> tuple[Source, ...]:
    cited = [shelf.cite(below, checked) for below in table.tables("sources")]
    if required and not cited:
        remedy = "Cite at least one, as only a claim that holds may stand without."
        table.complain("sources", "names no source", remedy)
    sources = tuple(source for source in cited if source is not None)
    ids = [source.id for source in sources]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        table.complain("sources", f"cites {name} more than once", "Say all that it shows in one place.")
    return sources

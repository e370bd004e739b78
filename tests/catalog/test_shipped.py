"""The catalog that comes with the application, and the page that describes its format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fwcompare.catalog.loader import load_catalog
from fwcompare.domain.claim import Catalog, Claim, ClaimVerdict, Criterion, Subject
from fwcompare.paths import resource_folder

FOLDER = resource_folder() / "catalog"
CATALOG = load_catalog(FOLDER)
CLAIMS = [(criterion, claim) for criterion in CATALOG.criteria for claim in criterion.claims]

SEED = [
    *("Developed By", "API Level", "Ease of Use", "Flexibility", "Dynamic Graphs", "Debugging"),
    *("Performance", "Deployment", "Community", "Use Case", "Notable Features"),
]
"""The rows of the common comparison, in its order."""

UNFAIR = [
    *("dead", "dormant", "dying", "abandoned", "obsolete", "loser", "winner", "beats", "crushes", "best"),
    *("consolidation", "category slip", "as easy as", "the wrong way", "past growing", "privilege"),
    *("staff", "salary", "money", "funding", "left google", "fired", "laid off", "startup"),
    *("simply", "obviously", "unfortunately"),
]
"""Words of opinion and gossip; they may stand in a quotation only."""

SHARES = re.compile(r"\b(59|80|18|47) ?%|\b186k\b|\b83\.7k\b")
"""Shares of papers and counts of stars that have no method or no date."""


def of_claim(pair: tuple[Criterion, Claim]) -> str:
    return f"{pair[0].id}.{pair[1].subject}"


def texts(value: Any) -> Iterator[str]:
    """All texts in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from texts(entry)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def unquoted(text: str) -> str:
    return re.sub(r'"[^"]*"', "", text).lower()


def test_the_rows_of_the_common_comparison_come_first() -> None:
    assert [criterion.name for criterion in CATALOG.criteria][: len(SEED)] == SEED


def test_every_row_has_a_claim_for_every_framework() -> None:
    assert [[claim.subject for claim in criterion.claims] for criterion in CATALOG.criteria] == [
        list(Subject)
    ] * len(CATALOG.criteria)


def test_the_catalog_is_as_old_as_its_oldest_claim() -> None:
    assert CATALOG.checked == min(claim.checked for _, claim in CLAIMS)


@pytest.mark.parametrize("pair", CLAIMS, ids=of_claim)
def test_a_cell_says_what_is_true_today_in_one_line(pair: tuple[Criterion, Claim]) -> None:
    _, claim = pair

    assert 0 < len(claim.said) <= 70
    assert 0 < len(claim.today) <= 110
    assert claim.today.endswith(".")
    assert not claim.said.endswith(".")


@pytest.mark.parametrize("pair", CLAIMS, ids=of_claim)
def test_a_claim_rests_on_something(pair: tuple[Criterion, Claim]) -> None:
    _, claim = pair

    assert claim.sources or claim.evidence
    assert claim.sources or claim.verdict is ClaimVerdict.HOLDS


@pytest.mark.parametrize("pair", CLAIMS, ids=of_claim)
def test_nothing_is_younger_than_the_check(pair: tuple[Criterion, Claim]) -> None:
    _, claim = pair
    listed = [source for item in claim.items for source in item.sources]
    days = [thing.date for thing in (*claim.sources, *claim.evidence, *listed)]

    assert all(date(2015, 1, 1) < day <= claim.checked for day in days)


@pytest.mark.parametrize("pair", CLAIMS, ids=of_claim)
def test_the_words_are_fair(pair: tuple[Criterion, Claim]) -> None:
    text = unquoted(" ".join(texts(pair[1])))

    assert [word for word in UNFAIR if re.search(rf"\b{word}\b", text)] == []
    assert not SHARES.search(text)


@pytest.mark.parametrize("pair", CLAIMS, ids=of_claim)
def test_sentences_end_and_quotations_close(pair: tuple[Criterion, Claim]) -> None:
    _, claim = pair
    sentences = [claim.today, claim.details, *(item.today for item in claim.items)]
    sentences += [thing.shows for thing in claim.sources] + [thing.finding for thing in claim.evidence]

    assert all(text.endswith((".", '."')) for text in sentences if text)
    assert all(text.count('"') % 2 == 0 for text in texts(claim))
    assert not any("  " in text for text in texts(claim))


def test_torchscript_is_dated_to_the_release_that_deprecated_it() -> None:
    said = [
        text for _, claim in CLAIMS for text in texts(claim) if "TorchScript" in text and "eprecated" in text
    ]

    assert said
    assert not any("2.11" in text for text in said)
    assert any("2.10" in text for text in said)


def test_every_source_is_cited_and_every_file_is_of_use() -> None:
    documents = {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}
    lists = [[source["id"] for source in document.get("source", [])] for document in documents.values()]
    written = [source for sources in lists for source in sources]
    cited = {source.id for _, claim in CLAIMS for thing in (claim, *claim.items) for source in thing.sources}

    assert lists == [sorted(sources) for sources in lists], "sources stand in the order of the alphabet"
    assert cited == set(written)
    assert all("criterion" in document or "source" in document for document in documents.values())


def test_no_file_holds_a_path_of_a_machine() -> None:
    found = [
        path.name
        for path in FOLDER.iterdir()
        if re.search(r"(?<![\w/])/(home|root|tmp|work|usr)/", path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "catalog.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_a_catalog(page: str, tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")

    catalog: Catalog = load_catalog(tmp_path)

    claim = catalog.criteria[0].claim(Subject.TENSORFLOW)
    assert all((claim.details, claim.sources, claim.probes, claim.evidence, claim.items))


def test_the_page_names_every_probe_that_a_claim_names(page: str) -> None:
    probes = {probe for _, claim in CLAIMS for probe in claim.probes}
    probes |= {evidence.probe for _, claim in CLAIMS for evidence in claim.evidence if evidence.probe}

    assert [probe for probe in sorted(probes) if f"`{probe}`" not in page.partition("## Names")[2]] == []


def test_evidence_of_a_probe_belongs_to_a_claim_that_names_it() -> None:
    stray = [
        (criterion.id, evidence.probe)
        for criterion, claim in CLAIMS
        for evidence in claim.evidence
        if evidence.probe and evidence.probe not in claim.probes
    ]

    assert stray == []

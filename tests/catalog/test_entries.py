"""The rules of the format: what sources, rows and claims must have."""

from __future__ import annotations

from datetime import date

import pytest

from fwcompare.catalog import entries
from fwcompare.catalog.loader import read_documents
from fwcompare.domain.claim import Claim, ClaimItem, ClaimVerdict, Evidence, Source, Subject
from tests.catalog.documents import CHECKED, CLAIM, ROW, SOURCE, Path, good, with_value, without


def mistakes(documents: dict[str, dict[str, object]]) -> list[tuple[str, str, str]]:
    """Where something is wrong in these documents."""
    return [(problem.file, problem.table, problem.key) for problem in read_documents(documents)[1]]


def test_everything_of_a_claim_arrives_in_the_value() -> None:
    catalog, problems = read_documents(good())

    assert not problems
    (row,) = catalog.criteria
    assert (row.id, row.name, row.about) == (
        "dynamic-graphs",
        "Dynamic Graphs",
        "Does Python run line by line?",
    )
    guide = Source(
        "guide",
        "The guide",
        "https://example.org/guide",
        date(2026, 3, 11),
        "Eager is the default.",
        "its source",
    )
    tracing = Source(guide.id, guide.title, guide.url, guide.date, "Tracing.", guide.via)
    assert row.claim(Subject.TENSORFLOW) == Claim(
        subject=Subject.TENSORFLOW,
        said="Static by default",
        verdict=ClaimVerdict.OUTDATED,
        today="Eager by default.",
        details="Eager has been the default since 2.0.",
        checked=CHECKED,
        sources=(guide,),
        evidence=(Evidence("It ran.", "2.21.0", CHECKED, "control-flow"),),
        items=(ClaimItem("tf.function", ClaimVerdict.IMPRECISE, "It makes graphs.", (tracing,)),),
        probes=("control-flow", "retracing"),
    )


def test_a_claim_that_holds_may_stand_alone() -> None:
    catalog, _ = read_documents(good())

    assert catalog.criteria[0].claim(Subject.KERAS) == Claim(
        Subject.KERAS, "Dynamic", ClaimVerdict.HOLDS, "", "", CHECKED
    )


OPTIONAL: tuple[Path, ...] = (
    *((*CLAIM, key) for key in ("details", "evidence", "items", "probes")),
    (*CLAIM, "evidence", 0, "probe"),
    (*SOURCE, "via"),
)

REQUIRED: tuple[Path, ...] = (
    *((*ROW, key) for key in ("id", "position", "name", "about", "tensorflow", "keras", "pytorch")),
    *((*CLAIM, key) for key in ("said", "verdict", "today", "checked", "sources")),
    *((*ROW, "pytorch", key) for key in ("said", "verdict", "checked")),
    *((*CLAIM, "sources", 0, key) for key in ("id", "shows")),
    *((*CLAIM, "evidence", 0, key) for key in ("finding", "environment", "date")),
    *((*CLAIM, "items", 0, key) for key in ("name", "verdict", "today", "sources")),
    *((*SOURCE, key) for key in ("title", "url", "date")),
    ("rows.toml", "schema"),
)


@pytest.mark.parametrize("path", OPTIONAL, ids=str)
def test_what_is_optional_may_be_left_out(path: Path) -> None:
    assert mistakes(without(path)) == []


def place(path: Path) -> tuple[str, str, str]:
    """File, table and key of a path, with entries counted from 1."""
    file, *steps, key = path
    return (
        str(file),
        ".".join(str(step + 1 if isinstance(step, int) else step) for step in steps),
        str(key),
    )


@pytest.mark.parametrize("path", [path for path in REQUIRED if path != (*CLAIM, "verdict")], ids=str)
def test_what_is_required_is_the_one_thing_asked_for(path: Path) -> None:
    assert mistakes(without(path)) == [place(path)]


LIMITS = {
    (*ROW, "name"): entries.NAME,
    (*ROW, "about"): entries.ABOUT,
    (*CLAIM, "said"): entries.SAID,
    (*CLAIM, "today"): entries.TODAY,
    (*CLAIM, "details"): entries.DETAILS,
    (*CLAIM, "sources", 0, "shows"): entries.SHOWS,
    (*CLAIM, "items", 0, "name"): entries.SAID,
    (*CLAIM, "items", 0, "today"): entries.SHOWS,
    (*CLAIM, "evidence", 0, "finding"): entries.FINDING,
    (*CLAIM, "evidence", 0, "environment"): entries.ENVIRONMENT,
    (*SOURCE, "title"): entries.TITLE,
    (*SOURCE, "via"): entries.VIA,
}


@pytest.mark.parametrize(("path", "longest"), LIMITS.items(), ids=str)
def test_texts_have_a_limit(path: Path, longest: int) -> None:
    assert mistakes(with_value(path, "x" * longest)) == []
    assert mistakes(with_value(path, "x" * (longest + 1))) == [place(path)]


@pytest.mark.parametrize(
    "path", [ROW, CLAIM, SOURCE, (*CLAIM, "sources", 0), (*CLAIM, "evidence", 0), (*CLAIM, "items", 0)]
)
def test_an_unknown_key_is_a_mistake_in_every_table(path: Path) -> None:
    assert mistakes(with_value((*path, "remark"), "x")) == [place((*path, "remark"))]


@pytest.mark.parametrize(
    "verdict", [verdict for verdict in ClaimVerdict if verdict is not ClaimVerdict.HOLDS]
)
def test_what_does_not_hold_needs_a_truth_and_a_source(verdict: ClaimVerdict) -> None:
    # GIVEN a claim with neither, whose verdict is changed from `holds`
    documents = with_value((*ROW, "keras", "verdict"), str(verdict))

    assert mistakes(documents) == [place((*ROW, "keras", "today")), place((*ROW, "keras", "sources"))]


def test_an_empty_list_of_sources_is_none() -> None:
    assert mistakes(with_value((*CLAIM, "sources"), [])) == [place((*CLAIM, "sources"))]


def test_a_misspelt_verdict_is_one_mistake_not_three() -> None:
    documents = with_value((*ROW, "keras", "verdict"), "outdatet")

    (problem,) = read_documents(documents)[1]
    assert problem.remedy == "Write one of holds, imprecise, outdated, wrong. Did you mean outdated?"


def test_a_source_that_nobody_wrote_down_can_not_be_cited() -> None:
    documents = with_value((*CLAIM, "sources", 0, "id"), "gide")

    (problem,) = read_documents(documents)[1]
    assert (problem.key, problem.wrong) == ("id", "'gide' is no source")
    assert "[[source]]" in problem.remedy


def test_a_source_is_cited_once_in_a_claim() -> None:
    twice = [{"id": "guide", "shows": "One thing."}, {"id": "guide", "shows": "Another."}]

    assert mistakes(with_value((*CLAIM, "sources"), twice)) == [place((*CLAIM, "sources"))]


def test_nothing_can_be_younger_than_the_day_of_the_check() -> None:
    # GIVEN a claim that was checked before its source was published and its evidence was seen
    documents = with_value((*CLAIM, "checked"), date(2026, 1, 1))

    assert mistakes(documents) == [
        place((*CLAIM, "sources", 0, "id")),
        place((*CLAIM, "evidence", 0, "date")),
        place((*CLAIM, "items", 0, "sources", 0, "id")),
    ]


def test_a_source_of_the_day_of_the_check_is_fine() -> None:
    assert mistakes(with_value((*SOURCE, "date"), CHECKED)) == []

"""Reading a table key by key: what is taken, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum

import pytest

from fwcompare.catalog.table import Table
from fwcompare.errors import CatalogProblem


class Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"


def table(**values: object) -> tuple[Table, list[CatalogProblem]]:
    problems: list[CatalogProblem] = []
    return Table(values, "file.toml", "row.1", problems), problems


READERS: dict[str, Callable[[Table], object]] = {
    "text": lambda table: table.text("key", 10),
    "identifier": lambda table: table.identifier("key"),
    "identifiers": lambda table: table.identifiers("key"),
    "word": lambda table: table.word("key", Fruit),
    "day": lambda table: table.day("key", date.max),
    "whole": lambda table: table.whole("key"),
    "address": lambda table: table.address("key"),
    "table": lambda table: table.table("key"),
    "tables": lambda table: table.tables("key"),
}

EVERYTHING: tuple[object, ...] = (
    *("text", "", 7, -7, 1.5, float("nan"), True, [], ["x"], [7], {}, {"x": 1}),
    *(date(2026, 1, 1), time(12), datetime(2026, 1, 1, tzinfo=UTC)),
)


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        ("text", "ten chars!", "ten chars!"),
        ("text", "x³ – “…” ✓", "x³ – “…” ✓"),
        ("identifier", "tf-2-guide", "tf-2-guide"),
        ("identifiers", ["a", "b-2"], ("a", "b-2")),
        ("identifiers", [], ()),
        ("word", "pear", Fruit.PEAR),
        ("day", date(2024, 2, 29), date(2024, 2, 29)),
        ("whole", 1, 1),
        ("address", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("address", "doi:10.1145/3620665.3640366", "https://doi.org/10.1145/3620665.3640366"),
    ],
)
def test_a_good_value_is_read_without_a_word(reader: str, value: object, expected: object) -> None:
    row, problems = table(key=value)

    assert READERS[reader](row) == expected
    assert not problems


@pytest.mark.parametrize(
    ("reader", "value", "wrong", "remedy"),
    [
        ("text", "", "is empty", "Write something"),
        ("text", " \t", "is empty", "Write something"),
        ("text", "eleven char", "has 11 characters", "at most 10"),
        ("text", "two\nlines", "line break", "one line"),
        ("text", "ends ", "space at an end", "one line"),
        ("text", "zero\u200bwide", "can't be seen", "one line"),
        ("text", 7, "is a whole number", "text in quotes"),
        ("text", ["x"], "is a list", "text in quotes"),
        ("identifier", "Guide", "has 'Guide'", "lower-case"),
        ("identifier", "two words", "has 'two words'", "lower-case"),
        ("identifier", "-x", "has '-x'", "lower-case"),
        ("identifiers", "x", "is text", "a list"),
        ("identifiers", ["x", 7], "has a whole number", "lower-case"),
        ("identifiers", ["x", "X"], "has 'X'", "lower-case"),
        ("identifiers", ["x", "y", "x"], "names x more than once", "once"),
        ("word", "peer", "is 'peer'", "apple, pear. Did you mean pear?"),
        ("word", "zzz", "is 'zzz'", "Write one of apple, pear."),
        ("word", True, "is true or false", "one of apple, pear"),
        ("day", "2026-01-01", "is text", "without quotes"),
        ("day", datetime(2026, 1, 1, tzinfo=UTC), "is a date with a time", "2026-11-22"),
        ("day", time(12), "is a time", "2026-11-22"),
        ("whole", 0, "is too small", "from 1"),
        ("whole", 10_000, "too large", "to 9999"),
        ("whole", True, "is true or false", "from 1"),
        ("whole", 1.0, "is a number", "from 1"),
        ("address", "http://example.org", "no address", "https://"),
        ("address", "https://", "no address", "https://"),
        ("address", "https://[", "no address", "https://"),
        ("address", "https://localhost/x", "no address", "https://"),
        ("address", "https://user@example.org", "no address", "https://"),
        ("address", "https://example.org/a b", "no address", "https://"),
        ("address", "javascript:alert(1)", "no address", "https://"),
        ("address", "doi:11.1/x", "no address", "doi:10."),
        ("table", [], "is a list", "Write a table"),
        ("tables", {}, "is a table", "a list"),
        ("tables", [{}, 7], "has a whole number as entry 2", "table { … }"),
    ],
)
def test_a_bad_value_is_refused_with_place_and_remedy(
    reader: str, value: object, wrong: str, remedy: str
) -> None:
    row, problems = table(key=value)

    READERS[reader](row)

    (problem,) = problems
    assert (problem.file, problem.table, problem.key) == ("file.toml", "row.1", "key")
    assert wrong in problem.wrong
    assert remedy in problem.remedy


@pytest.mark.parametrize("reader", ["text", "identifier", "word", "day", "whole", "address", "table"])
def test_a_missing_value_is_asked_for(reader: str) -> None:
    row, problems = table()

    READERS[reader](row)

    (problem,) = problems
    assert problem.wrong == "is missing"
    assert problem.remedy.startswith("Add ")


@pytest.mark.parametrize("reader", ["identifiers", "tables"])
def test_a_missing_list_is_an_empty_one(reader: str) -> None:
    row, problems = table()

    assert not READERS[reader](row)
    assert not problems


def test_optional_text_may_be_missing_but_not_bad() -> None:
    row, problems = table(bad="")

    assert row.text("missing", 10, required=False) == ""
    assert not problems
    row.text("bad", 10, required=False)
    assert len(problems) == 1


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("value", EVERYTHING, ids=repr)
def test_a_value_of_the_wrong_kind_never_comes_out(reader: str, value: object) -> None:
    row, problems = table(key=value)

    result = READERS[reader](row)

    kind = {
        **dict.fromkeys(("text", "identifier", "address"), str),
        "identifiers": tuple,
        "word": Fruit,
        "day": date,
        "whole": int,
        "tables": list,
        "table": (Table, type(None)),
    }[reader]
    assert isinstance(result, kind)
    assert not isinstance(result, (bool, datetime))
    assert len(problems) <= 1


def test_unknown_keys_are_named_in_the_order_of_the_file_with_what_was_meant() -> None:
    row, problems = table(sayd="x", said="y", zzz="z")
    row.text("said", 10)

    row.refuse_unknown_keys()

    assert [problem.key for problem in problems] == ["sayd", "zzz"]
    assert problems[0].remedy == "The keys are said. Did you mean said?"
    assert problems[1].remedy == "The keys are said."


def test_a_strange_key_can_not_spoil_the_message() -> None:
    row, problems = table(**{"a\nb": 1})

    row.refuse_unknown_keys()

    assert problems[0].key == r"'a\nb'"


def test_a_long_value_is_shown_by_its_beginning() -> None:
    row, problems = table(key="a" * 10_000)

    row.word("key", Fruit)

    assert len(problems[0].wrong) < 80


def test_tables_below_know_where_they_are() -> None:
    row, problems = table(one={}, many=[{}, {}])
    one = row.table("one")
    assert one is not None

    for below in (one, *row.tables("many")):
        below.complain("key", "is wrong", "Correct it.")

    assert [problem.table for problem in problems] == ["row.1.one", "row.1.many.1", "row.1.many.2"]
    assert [below.place for below in row.tables("many")] == [
        "file.toml, row.1.many.1",
        "file.toml, row.1.many.2",
    ]

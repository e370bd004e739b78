"""The catalog out of its folder: order, all mistakes at once, and files that are no catalog at all."""

from __future__ import annotations

import re
import string
from copy import deepcopy
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.catalog.loader import load_catalog, read_documents
from fwcompare.errors import CatalogError, CatalogProblem
from tests.catalog.documents import ROW, at, good, paths, with_value

SOURCES = """\
schema = 1

[[source]]
id = "guide"
title = "The guide"
url = "https://example.org/guide"
date = 2026-03-11
"""

CLAIMS = """
[criterion.tensorflow]
said = "Static"
verdict = "holds"
checked = 2026-11-22
[criterion.keras]
said = "Static"
verdict = "holds"
checked = 2026-11-22
[criterion.pytorch]
said = "Dynamic"
verdict = "outdated"
today = "Both."
checked = 2026-11-22
sources = [{ id = "guide", shows = "Both." }]
"""


def row(name: str, position: int) -> str:
    head = f'id = "{name}"\nposition = {position}\nname = "{name.title()}"\nabout = "Is it?"\n'
    return f"[[criterion]]\n{head}{CLAIMS}"


def folder_with(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.toml").write_bytes(data)
    return folder


def problems_in(folder: Path) -> tuple[CatalogProblem, ...]:
    with pytest.raises(CatalogError) as raised:
        load_catalog(folder)
    return raised.value.problems


def test_rows_come_in_the_order_of_their_positions(tmp_path: Path) -> None:
    # GIVEN rows whose positions are those of neither the files nor the lines
    rows = {"a": "schema = 1\n" + row("third", 30) + row("first", 1), "b": "schema = 1\n" + row("second", 2)}

    catalog = load_catalog(folder_with(tmp_path, sources=SOURCES, **rows))

    assert [criterion.id for criterion in catalog.criteria] == ["first", "second", "third"]


def test_a_claim_may_cite_a_source_of_any_file(tmp_path: Path) -> None:
    catalog = load_catalog(folder_with(tmp_path, a="schema = 1\n" + row("speed", 1), z=SOURCES))

    assert catalog.criteria[0].claims[2].sources[0].title == "The guide"


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not TOML")

    assert load_catalog(folder_with(tmp_path, a="schema = 1\n" + row("speed", 1), z=SOURCES))


MANY = """\
schema = 1
sorce = []

[[criterion]]
id = "Speed!"
position = 0
about = "Is it fast?"
colour = "red"

[criterion.tensorflow]
said = "Fast"
verdict = "outdatd"
today = 7
checked = "2026-11-22"

[criterion.keras]
said = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
verdict = "wrong"
detials = "Much more."
checked = 2026-11-22
sources = [{ id = "guide", shows = "" }, { id = "nowhere", shows = "Nothing." }]
evidence = [{ date = 2026-11-23, environment = "2.21.0", finding = "It ran." }]

[[source]]
id = "guide"
title = "Another guide"
url = "http://example.org"
date = 2026-03-11T12:00:00Z
"""

MISTAKES = {
    ("many.toml", "", "sorce"): "Did you mean source?",
    ("many.toml", "criterion.1", "id"): "lower-case",
    ("many.toml", "criterion.1", "position"): "from 1",
    ("many.toml", "criterion.1", "name"): "Add text in quotes.",
    (
        "many.toml",
        "criterion.1",
        "colour",
    ): "The keys are about, id, keras, name, position, pytorch, tensorflow.",
    ("many.toml", "criterion.1", "pytorch"): "Add a table [criterion.pytorch].",
    ("many.toml", "criterion.1.tensorflow", "verdict"): "Did you mean outdated?",
    ("many.toml", "criterion.1.tensorflow", "today"): "text in quotes",
    ("many.toml", "criterion.1.tensorflow", "checked"): "without quotes",
    ("many.toml", "criterion.1.keras", "said"): "at most 70",
    ("many.toml", "criterion.1.keras", "today"): "Add text in quotes.",
    ("many.toml", "criterion.1.keras", "detials"): "Did you mean details?",
    ("many.toml", "criterion.1.keras.sources.1", "shows"): "Write something",
    ("many.toml", "criterion.1.keras.sources.2", "id"): "Add a [[source]] with this id.",
    ("many.toml", "criterion.1.keras.evidence.1", "date"): "Check the claim again",
    ("many.toml", "source.1", "url"): "https://",
    ("many.toml", "source.1", "date"): "2026-11-22",
    ("sources.toml", "source.1", "id"): "Give each one its own.",
}


def test_all_mistakes_are_told_at_once_each_with_place_and_remedy(tmp_path: Path) -> None:
    # GIVEN eighteen mistakes in two files, in every kind of table
    problems = problems_in(folder_with(tmp_path, many=MANY, sources=SOURCES))

    assert sorted((problem.file, problem.table, problem.key) for problem in problems) == sorted(MISTAKES)
    for problem in problems:
        assert MISTAKES[problem.file, problem.table, problem.key] in problem.remedy


def test_the_message_says_all_of_it(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as raised:
        load_catalog(folder_with(tmp_path, many=MANY, sources=SOURCES))

    first, *lines = str(raised.value).splitlines()
    assert first == "The catalog of claims can't be used, it has 18 mistakes:"
    assert len(lines) == 18
    assert "- many.toml, criterion.1.keras, said: has 71 characters. Shorten it to at most 70." in lines


@pytest.mark.parametrize(("key", "value"), [("id", "speed"), ("position", 1)])
def test_ids_and_positions_of_rows_are_unique_across_files(key: str, value: object) -> None:
    # GIVEN a second row, in another file, that differs from the first in all but one thing
    documents = with_value((*ROW, "id"), "speed")
    second = deepcopy(documents["rows.toml"])
    second["criterion"][0] |= {"id": "size", "position": 2, key: value}

    problems = read_documents({**documents, "second.toml": second})[1]

    assert [(problem.file, problem.table, problem.key) for problem in problems] == [
        ("second.toml", "criterion.1", key)
    ]
    assert problems[0].wrong == f"is {value}, as in rows.toml, criterion.1"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (problem,) = problems_in(tmp_path / "nowhere")

    assert str(tmp_path / "nowhere") in str(problem)
    assert "Reinstall" in problem.remedy


def test_a_catalog_without_a_row_is_none(tmp_path: Path) -> None:
    (problem,) = problems_in(folder_with(tmp_path, sources=SOURCES))

    assert (problem.key, problem.wrong) == ("criterion", "is in no file")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b'schema = 1\ntitle = "caf\xe9"', "is not UTF-8 at byte 23"),
        ("schema = = 1", "is not TOML (Invalid value (at line 1, column 10))"),
        ("schema = 1\nday = 2026-02-30", "is not TOML"),
        ("a = 1\na = 2", "is not TOML"),
        ("a = " + "[" * 10_000, "is not TOML"),
        ("a = " + "9" * 5_000, "is not TOML"),
    ],
    ids=["latin-1", "syntax", "no such day", "key twice", "nested too deeply", "huge number"],
)
def test_a_file_that_can_not_be_parsed_is_one_mistake(
    tmp_path: Path, content: str | bytes, wrong: str
) -> None:
    # GIVEN that the broken file may be the one with the source that the row cites
    problems = problems_in(folder_with(tmp_path, broken=content, rows="schema = 1\n" + row("speed", 1)))

    assert [(problem.file, problem.table, problem.key) for problem in problems] == [("broken.toml", "", "")]
    assert wrong in problems[0].wrong


@pytest.mark.parametrize("key", ["position", "schema"])
def test_a_number_that_python_will_not_write_out_is_one_mistake(tmp_path: Path, key: str) -> None:
    # GIVEN a hexadecimal number, which TOML reads at any length and Python writes up to 4300 digits only
    text = re.sub(rf"{key} = 1", f"{key} = 0x{'f' * 10_000}", "schema = 1\n" + row("speed", 1))

    (problem,) = problems_in(folder_with(tmp_path, rows=text, sources=SOURCES))

    assert (problem.key, problem.wrong) == (key, "is too small or too large")


def test_a_file_that_can_not_be_read_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()

    (problem,) = problems_in(folder_with(tmp_path, rows="schema = 1\n" + row("speed", 1)))

    assert problem.file == "folder.toml"
    assert "can't be read" in problem.wrong


def test_mistakes_of_readable_files_are_told_beside_a_broken_one(tmp_path: Path) -> None:
    files = {"broken": "= 1", "rows": "schema = 1\n" + row("speed", 0)}

    problems = problems_in(folder_with(tmp_path, **files))

    assert [(problem.file, problem.key) for problem in problems] == [
        ("broken.toml", ""),
        ("rows.toml", "position"),
    ]


@pytest.mark.parametrize(("schema", "remedy"), [("2", "use a newer one"), ("0", "from 1"), ('"1"', "from 1")])
def test_a_file_of_another_schema_is_not_read_any_further(tmp_path: Path, schema: str, remedy: str) -> None:
    files = {"other": f"schema = {schema}\n[[criterium]]\nname = 7", "rows": "schema = 1\n" + row("speed", 1)}

    (problem,) = problems_in(folder_with(tmp_path, **files))

    assert (problem.file, problem.key) == ("other.toml", "schema")
    assert remedy in problem.remedy


SCALARS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["holds", "outdated", "guide", "x" * 1000, "https://[", "doi:10.1/x", "\x00", "\ud800"]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
KEYS = st.one_of(
    st.sampled_from(["id", "schema", "criterion", "source", "sources", "verdict", "checked", "keras"]),
    st.text(string.printable, max_size=4),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
PLACES = paths(good())


@given(documents=st.dictionaries(st.text(max_size=8), st.dictionaries(KEYS, VALUES, max_size=4), max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_values_at_all_give_problems_and_never_an_exception(documents: dict[str, Any]) -> None:
    _, problems = read_documents(documents)

    assert problems  # no row can come about by chance
    assert all(problem.wrong and problem.remedy.endswith((".", "?")) for problem in problems)


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
@settings(max_examples=250, deadline=None)
def test_a_good_catalog_with_random_changes_never_gives_an_exception(changes: list[tuple[Any, Any]]) -> None:
    documents = good()
    for (*above, last), value in changes:
        try:
            at(documents, tuple(above))[last] = value
        except (LookupError, TypeError):
            continue  # an earlier change has taken this place away
    if not all(isinstance(document, dict) for document in documents.values()):
        return  # no file of TOML is anything but a table

    catalog, problems = read_documents(documents)

    assert problems or all(len(criterion.claims) == 3 for criterion in catalog.criteria)


@given(content=st.binary(max_size=60) | st.text(string.printable, max_size=60).map(str.encode))
@settings(max_examples=80, deadline=None)
def test_any_bytes_at_all_give_a_catalog_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")

    with pytest.raises(CatalogError):
        load_catalog(folder_with(folder, any=content))


@pytest.mark.parametrize("value", [date(2026, 1, 1), datetime(2026, 1, 1), time(12)], ids=repr)  # noqa: DTZ001  # TOML has local ones
def test_dates_and_times_of_toml_are_no_text(value: object) -> None:
    (problem,) = read_documents(with_value((*ROW, "name"), value))[1]

    assert problem.key == "name"

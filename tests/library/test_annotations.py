"""What the user types becomes what is kept."""

from __future__ import annotations

import pytest

from fwcompare.errors import LibraryError
from fwcompare.library import annotations
from fwcompare.library.annotations import (
    MAX_CHARACTERS,
    Annotation,
    Annotations,
    AnnotationStore,
    clean_text,
    parse_tags,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  a  b\n", "a b"), ("", ""), ("\udcff", "?"), ("x" * 9999, "x" * MAX_CHARACTERS), ("ünï ✓", "ünï ✓")],
)
def test_texts_are_one_line(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gpu, old", ("gpu", "old")),
        ("#gpu  #old", ("gpu", "old")),
        ("GPU gpu", ("gpu",)),
        (" , # ", ()),
    ],
)
def test_tags_are_words_and_each_is_there_once(typed, kept):
    assert parse_tags(typed) == kept


def test_an_annotation_that_says_nothing_is_not_kept():
    some = Annotations().with_one("a", Annotation(name="x")).with_one("b", Annotation(note="y"))

    assert some.with_one("a", Annotation()).snapshots == {"b": Annotation(note="y")}


def test_what_is_kept_is_what_was_said(tmp_path):
    store = AnnotationStore(tmp_path / "new" / "folder")
    said = Annotations("a", {"a": Annotation("ünï", "note", ("x", "y"))})

    assert store.read() == Annotations()
    assert store.change(lambda _: said) == Annotations()
    assert store.change(lambda now: now) == said
    assert AnnotationStore(tmp_path / "new" / "folder").read() == said


def test_whoever_is_not_let_in_says_so(tmp_path, monkeypatch):
    """GIVEN an owner that does not let go, as a stopped process does not."""
    monkeypatch.setattr(annotations, "_PATIENCE_S", 0.0)
    store = AnnotationStore(tmp_path)

    with store.lock(), pytest.raises(LibraryError, match="Another fwcompare"):
        store.change(lambda _: Annotations("a"))

    store.change(lambda _: Annotations("b"))
    assert store.read().baseline == "b"


def test_a_change_that_fails_leaves_what_was_there_and_no_file_more(tmp_path):
    store = AnnotationStore(tmp_path)
    store.change(lambda _: Annotations("a"))

    with pytest.raises(ZeroDivisionError):
        store.change(lambda _: 1 / 0)

    assert store.read().baseline == "a"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["annotations.json", "lock"]

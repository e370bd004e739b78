"""The command `library` on real files."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.snapshots import copies


@pytest.fixture
def two(tmp_path):
    return copies(tmp_path / "snapshots", 2)


def titles(found) -> list[str]:
    return [one["title"] for one in found["snapshots"]]


def test_an_empty_library_says_so(call, call_json):
    assert call("library", "list")[:2] == (0, "No snapshots here: `fwcompare run` saves one.\n")
    assert call("library", "list", "cnn")[:2] == (0, "No snapshot matches.\n")
    assert call_json("library", "list")[1]["snapshots"] == []


def test_all_commands_one_after_the_other(call_json, two):
    """GIVEN a user who names, notes, tags and stars one snapshot, deletes it and brings it back."""
    code, found, _ = call_json("library", "list")
    assert (code, titles(found)) == (0, ["cnn/tiny training", "mlp/tiny inference"])
    name = two[1].stem

    assert titles(call_json("library", "rename", name, "before [a]")[1]) == ["before [a]"]
    call_json("library", "note", "before [a]", "fan  at full speed")
    call_json("library", "tag", "before [a]", "gpu", "#old")
    (one,) = call_json("library", "star", "before [a]")[1]["snapshots"]
    assert (one["note"], one["tags"], one["baseline"]) == ("fan at full speed", ["gpu", "old"], True)
    assert titles(call_json("library", "list", "tag:gpu", "star")[1]) == ["before [a]"]
    assert titles(call_json("library", "list")[1]) == ["before [a]", "cnn/tiny training"]

    _, found, _ = call_json("library", "delete", one["id"][:8])
    assert ([*titles(found)], found["trash"][0]["name"]) == ([], "before [a]")
    assert not two[1].exists()
    _, found, _ = call_json("library", "list")
    assert (titles(found), [one["title"] for one in found["trash"]]) == (
        ["cnn/tiny training"],
        ["before [a]"],
    )

    (again,) = call_json("library", "restore", "before [a]")[1]["snapshots"]
    assert again == one
    assert call_json("library", "rebuild")[1]["snapshots"][0] == one
    assert call_json("library", "star", "--off", name)[1]["snapshots"][0]["baseline"] is False
    assert titles(call_json("library", "rename", name, "")[1]) == ["mlp/tiny inference"]


def test_taking_the_star_from_one_that_has_none_leaves_the_other(call_json, two):
    call_json("library", "star", two[0].name)
    call_json("library", "star", "--off", two[1].name)

    _, found, _ = call_json("library", "list", "star")

    assert [one["file"].rpartition("/")[2] for one in found["snapshots"]] == [two[0].name]


@pytest.mark.parametrize(
    ("key", "first"), [("size", "cnn"), ("name", "cnn"), ("workload", "cnn"), ("date", "cnn")]
)
def test_sorting(call, two, key, first):
    code, out, _ = call("library", "list", "--sort", key)

    assert code == 0
    assert out.splitlines()[3].split()[0].startswith(first)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("list", "--sort", "colour"), "'colour' is nothing to sort by"),
        (("star", "nobody"), "There is no snapshot 'nobody'"),
        (("restore", "nobody"), "There is no snapshot 'nobody'"),
        (("rename", "broken", "x"), "Nothing can be said of"),
    ],
)
def test_what_cannot_be_done_says_why(call_json, two, argv, says):
    (two[0].parent / "broken.fwsnap").write_bytes(b"x")

    code, found, err = call_json("library", *argv)

    assert code == 2
    assert says in found["error"]["message"]
    assert says in err


def test_two_that_are_meant_are_listed(call_json, two):
    shutil.copy(two[0], two[0].with_name("copy.fwsnap"))
    identity = call_json("library", "list", "copy")[1]["snapshots"][0]["id"]

    code, found, _ = call_json("library", "delete", identity)

    assert code == 2
    assert "copy.fwsnap" in found["error"]["remedy"]


def test_annotations_that_cannot_be_read_do_not_hide_the_list(call_json, two, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library/annotations.json").write_text("{")

    code, found, err = call_json("library", "list")

    assert (code, len(found["snapshots"])) == (0, 2)
    assert "annotations.json" in err


def test_the_object_is_as_the_golden_file_has_it(call_json, two, tmp_path, monkeypatch, root):
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    (two[0].parent / "broken.fwsnap").write_bytes(b"x")
    call_json("library", "tag", two[1].name, "gpu")
    call_json("library", "star", two[1].name)
    call_json("library", "delete", two[0].name)

    _, found, _ = call_json("library", "list")

    assert found == json.loads((root / "tests/golden/library.json").read_text(encoding="utf-8"))


def test_the_trash_is_emptied_if_it_is_confirmed(call, call_json, two, tmp_path):
    """GIVEN one in the trash THEN it goes for good with --yes only, and what is in the library stays."""
    call("library", "delete", two[1].name)
    trash = tmp_path / "snapshots/trash"

    code, _, err = call("library", "empty-trash")
    assert (code, len(list(trash.glob("*.fwsnap")))) == (2, 1)
    assert f"This deletes 1 snapshot for good: {two[1].name}." in err
    assert "--yes" in err

    code, found, _ = call_json("library", "empty-trash", "--yes")
    assert (code, found["trash"], list(trash.glob("*.fwsnap"))) == (0, [], [])
    assert two[0].exists()
    assert call("library", "empty-trash")[:2] == (0, "The trash is empty.\n")


def test_a_list_that_no_terminal_shows_cuts_nothing(call, two):
    call("library", "note", two[0].name, "long " * 50)

    _, out, _ = call("library", "list")

    assert all(one.name in out for one in two)
    assert "…" not in out

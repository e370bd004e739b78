"""Filter, order and names of entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from fwcompare.errors import LibraryError
from fwcompare.library.annotations import Annotation
from fwcompare.library.entries import LibraryEntry, SortKey, find, matching, ordered
from fwcompare.library.facts import Facts


def entry(number: int, said: Annotation | None = None, **changes) -> LibraryEntry:
    """A snapshot of its own; the higher its number, the newer and the smaller it is."""
    facts = Facts(
        content_id=f"{number:064x}"[::-1],
        run_id=f"{number:x}fedcba987654321",
        title=f"mlp/tiny {number}",
        started_utc=f"2026-01-{number + 1:02}T00:00:00Z",
        finished_utc="2026-02-01T00:00:00Z",
        cancelled=False,
        workloads=(f"mlp/inference/tiny/b{9 - number}/float32/cpu",),
        contenders=("pytorch:eager", "keras-torch:default"),
        blocks=2,
        measured=2,
    )
    fields = {"size_bytes": 1000 - number, "facts": facts, "said": said or Annotation()}
    return LibraryEntry(Path(f"/snapshots/{number:03}.fwsnap"), **(fields | changes))


def numbers(entries) -> list[int]:
    return [int(one.path.stem) for one in entries]


BROKEN = entry(9, facts=None, problem="This is no snapshot.")
ALL = (
    entry(0, Annotation("Zebra", "Fan at full speed", ("GPU", "old"))),
    entry(1, is_baseline=True),
    BROKEN,
    entry(2, Annotation("apple", tags=("gpu-2",))),
    entry(3),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", [0, 1, 9, 2, 3]),
        ("fan", [0]),
        ("FAN speed", [0]),
        ("fan apple", []),
        ("tag:gpu", [0]),
        ("tag:old tag:GPU", [0]),
        ("gpu", [0, 2]),
        ("star", [1]),
        ("keras-torch", [0, 1, 2, 3]),
        ("b7/", [2]),
        ("no snapshot", [9]),
        ("003.fwsnap", [3]),
        ("2026-01-04", [3]),
    ],
)
def test_every_word_must_occur(wanted, found):
    assert numbers(matching(ALL, wanted)) == found


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (SortKey.DATE, [1, 3, 2, 0, 9]),
        (SortKey.NAME, [1, 2, 3, 0, 9]),
        (SortKey.WORKLOAD, [1, 3, 2, 0, 9]),
        (SortKey.SIZE, [1, 0, 2, 3, 9]),
    ],
)
def test_the_baseline_is_first_and_the_broken_last_whatever_the_order(key, found):
    assert numbers(ordered(ALL, key)) == found
    assert numbers(ordered(reversed(ALL), key)) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("/snapshots/002.fwsnap", 2), ("002.fwsnap", 2), ("002", 2), ("apple", 2), ("2000", 2), ("009", 9)],
)
def test_a_snapshot_is_found_by_file_name_and_id(wanted, found):
    assert numbers([find(ALL, wanted)]) == [found]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [("pear", "no snapshot 'pear'"), ("200", "no snapshot"), ("same", "means 2"), ("", "no snapshot ''")],
)
def test_what_is_not_found_or_means_several_is_refused(wanted, says):
    twins = (entry(4, Annotation("same")), entry(5, Annotation("same")))

    with pytest.raises(LibraryError, match=says):
        find((*ALL, *twins), wanted)


@pytest.mark.parametrize(
    ("finished", "cancelled", "measured", "oddity"),
    [
        ("2026", False, 1, ""),
        ("2026", True, 1, "cancelled"),
        (None, True, 1, "recovered"),
        ("2026", False, 0, "nothing measured"),
    ],
)
def test_what_is_not_like_the_others_says_why(finished, cancelled, measured, oddity):
    facts = Facts("", "", "", "", finished, cancelled, (), (), 1, measured)

    assert facts.oddity == oddity

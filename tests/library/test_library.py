"""The library: lists whatever lies there, keeps what the user says, and loses nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import PresetName, self_test
from fwcompare.errors import LibraryError
from fwcompare.library import index
from fwcompare.library import library as rooms
from fwcompare.library.annotations import Annotation
from fwcompare.library.facts import read_facts, title_of
from fwcompare.library.library import Library
from fwcompare.paths import paths_in
from fwcompare.storage.snapshot import write_snapshot
from tests import runs
from tests.snapshots import copies

RENAMED = Annotation(name="Before", note="fan", tags=("gpu",))


@pytest.fixture
def paths(tmp_path):
    return paths_in(tmp_path)


@pytest.fixture
def three(paths):
    """Three snapshots, the newest first."""
    return copies(paths.snapshots, 3)


@pytest.fixture
def library(paths):
    return Library(paths)


def by_name(listing) -> dict:
    return {entry.path.name: entry for entry in listing.entries}


def entry_of(library, path):
    return by_name(library.list_all())[path.name]


def id_of(library, path) -> str:
    return entry_of(library, path).facts.content_id


@pytest.fixture
def reads(monkeypatch):
    """The files that are really read."""
    found = []
    monkeypatch.setattr(
        rooms, "read_facts", lambda path, read=rooms.read_facts: found.append(path) or read(path)
    )
    return found


def test_no_folder_is_an_empty_library(library):
    listing = library.list_all()

    assert (listing.entries, listing.trash, listing.problem) == ((), (), "")


def test_an_entry_says_what_the_file_holds(library, three):
    entry = entry_of(library, three[1])

    assert entry.title == entry.facts.title == "mlp/tiny inference"
    assert entry.facts.started_utc == "2026-11-20T06:00:00Z"
    assert entry.facts.workloads == ("mlp/inference/tiny/b8/float32/cpu",)
    assert entry.facts.contenders == ("pytorch:eager", "tensorflow:function")
    assert entry.facts.blocks >= entry.facts.measured > 0
    assert entry.size_bytes == three[1].stat().st_size


def test_a_file_is_read_once_by_all_that_come(paths, three, library, reads):
    library.list_all()
    assert sorted(reads) == sorted(three)
    assert Library(paths).look().unread == ()

    Library(paths).list_all()
    assert len(reads) == 3


def test_a_renamed_file_is_not_read_again_and_a_changed_one_is(paths, three, library, reads):
    library.list_all()
    three[0].rename(paths.snapshots / "mine.fwsnap")
    three[1].unlink()
    shutil.copy(three[2], three[1])
    reads.clear()

    listing = Library(paths).list_all()

    assert reads == [three[1]]
    found = by_name(listing)
    assert found["mine.fwsnap"].facts.started_utc == "2026-11-20T09:00:00Z"
    assert found[three[1].name].facts == found[three[2].name].facts


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"schema":99,"files":{}}', b'{"schema":1,"files":{"a":1}}', b"\xff"]
)
def test_an_index_that_cannot_be_used_is_made_anew(paths, three, library, content):
    whole = library.list_all()
    paths.library_index.write_bytes(content)

    assert Library(paths).list_all() == whole
    assert len(index.load_index(paths.library_index)) == 3


def test_files_that_are_gone_leave_the_index(paths, three, library):
    library.list_all()
    three[0].unlink()

    library.list_all()

    assert len(index.load_index(paths.library_index)) == 2


def test_rebuilding_reads_all_and_keeps_what_was_said(paths, three, library, reads):
    content_id = id_of(library, three[0])
    library.annotate(content_id, lambda _: RENAMED)
    library.star(content_id)
    before = library.list_all()
    reads.clear()

    library.forget()

    assert by_name(library.list_all()) == by_name(before)
    assert sorted(reads) == sorted(three)


def test_an_index_that_cannot_be_written_is_no_problem(paths, three, library):
    paths.cache.write_bytes(b"in the way")

    assert len(library.list_all().entries) == 3


def test_odd_files_are_listed_with_a_sentence(paths, three, library):
    (paths.snapshots / "a.fwsnap").write_bytes(b"nothing")
    (paths.snapshots / "b.fwsnap").write_bytes(three[0].read_bytes()[:-100])
    (paths.snapshots / "c.fwsnap").mkdir()
    (paths.snapshots / "d.fwsnap").symlink_to("nowhere")
    (paths.snapshots / "e.fwsnap").symlink_to("e.fwsnap")
    os.mkfifo(paths.snapshots / "f.fwsnap")
    shutil.copy(three[0], os.fsencode(paths.snapshots) + b"/\xff.fwsnap")
    Path(os.fsdecode(os.fsencode(paths.snapshots) + b"/\xfe.fwsnap")).write_bytes(
        three[0].read_bytes()[:-100]
    )
    (paths.snapshots / "notes.txt").write_text("not ours")

    found = by_name(library.list_all())

    odd = {name: entry for name, entry in found.items() if entry.problem}
    assert sorted(odd) == [*(f"{letter}.fwsnap" for letter in "abcdef"), "\udcfe.fwsnap"]
    assert all(entry.problem.endswith(".") for entry in odd.values())
    assert len(found) == 3 + 7 + 1
    assert all((entry.title + entry.problem).encode() for entry in found.values())
    assert odd["\udcfe.fwsnap"].title == "\\udcfe.fwsnap"


def test_a_file_that_vanishes_meanwhile_is_left_out(three, library):
    unread = library.look().unread
    three[0].unlink()

    assert [entry.path for entry in library.read(unread)] == three[1:]


def test_what_was_said_follows_a_file_that_is_renamed_and_every_copy(paths, three, library):
    library.annotate(id_of(library, three[0]), lambda _: RENAMED)
    three[0].rename(paths.snapshots / "mine.fwsnap")
    shutil.copy(paths.snapshots / "mine.fwsnap", paths.snapshots / "copy.fwsnap")

    found = by_name(Library(paths).list_all())

    assert found["mine.fwsnap"].said == found["copy.fwsnap"].said == RENAMED
    assert found["mine.fwsnap"].title == "Before"
    assert found[three[1].name].said == Annotation()


def test_there_is_one_star(three, library):
    first, second = (id_of(library, path) for path in three[:2])
    assert library.star(first) is None
    assert library.star(second) == first

    starred = [entry.path for entry in library.list_all().entries if entry.is_baseline]

    assert starred == [three[1]]


def test_deleting_moves_and_restoring_brings_back_with_all_that_was_said(paths, three, library):
    content_id = id_of(library, three[0])
    library.annotate(content_id, lambda _: RENAMED)
    library.star(content_id)
    before = entry_of(library, three[0])

    trashed = library.delete([three[0]])
    listing = library.list_all()
    assert trashed == (paths.trash / three[0].name,)
    assert three[0].name not in by_name(listing)
    assert [(entry.path, entry.title, entry.is_baseline) for entry in listing.trash] == [
        (trashed[0], "Before", True)
    ]

    assert library.restore(trashed) == (three[0],)
    assert entry_of(library, three[0]) == before


def test_no_file_is_ever_replaced(paths, three, library):
    content = [path.read_bytes() for path in three]
    library.delete([three[0]])
    shutil.copy(three[1], three[0])
    second = library.delete([three[0]])
    shutil.copy(three[2], three[0])

    restored = library.restore([paths.trash / three[0].name, *second])

    assert second == (paths.trash / f"{three[0].stem}-2.fwsnap",)
    assert [path.read_bytes() for path in (*restored, three[0])] == content
    assert len({*restored, three[0]}) == 3


def test_what_was_deleted_last_stands_first(three, library):
    for path in three:
        library.delete([path])

    assert [entry.path.name for entry in library.list_all().trash] == [path.name for path in reversed(three)]


def test_a_file_that_is_gone_is_passed_over(paths, three, library):
    three[0].unlink()

    assert library.delete(three[:2]) == (paths.trash / three[1].name,)
    assert library.restore([paths.trash / "never.fwsnap"]) == ()


def test_emptying_the_trash_forgets_what_was_said_unless_there_is_a_copy(paths, three, library):
    shutil.copy(three[1], paths.snapshots / "copy.fwsnap")
    for path in three:
        library.annotate(id_of(library, path), lambda _: RENAMED)
    library.star(id_of(library, three[0]))
    library.delete(three[:2])
    (paths.trash / "notes.txt").write_text("not ours")

    assert library.empty_trash() == 2

    listing = library.list_all()
    assert listing.trash == ()
    assert [path.name for path in paths.trash.iterdir()] == ["notes.txt"]
    assert {entry.path.name: entry.said for entry in listing.entries} == {
        "copy.fwsnap": RENAMED,
        three[2].name: RENAMED,
    }
    kept = json.loads((paths.library / "annotations.json").read_bytes())
    assert (kept["baseline"], len(kept["snapshots"])) == (None, 2)


@pytest.mark.parametrize(
    "content", ["{", '{"schema":2,"baseline":null,"snapshots":{}}', '{"schema":1,"snapshots":7}']
)
def test_annotations_that_cannot_be_read_are_said_and_never_overwritten(paths, three, library, content):
    paths.library.mkdir()
    file = paths.library / "annotations.json"
    file.write_text(content)

    listing = library.list_all()

    assert len(listing.entries) == 3
    assert str(file) in listing.problem
    with pytest.raises(LibraryError):
        library.star("a" * 64)
    assert file.read_text() == content


CHANGE = """
import sys
from dataclasses import replace
from pathlib import Path
from fwcompare.library.library import Library
from fwcompare.paths import paths_in
library = Library(paths_in(Path(sys.argv[1])))
for number in range(40):
    library.annotate(f"{sys.argv[2]}{number}", lambda said: replace(said, name=sys.argv[2]))
    library.annotate("shared", lambda said: replace(said, tags=(*said.tags, f"{sys.argv[2]}{number}")))
"""


def test_processes_lose_nothing_of_each_other(paths, library, root):
    """GIVEN three processes that change the same file at the same time."""
    processes = [
        subprocess.Popen([sys.executable, "-c", CHANGE, paths.data, name], cwd=root)
        for name in ("a", "b", "c")
    ]

    assert [process.wait() for process in processes] == [0, 0, 0]

    kept = json.loads((paths.library / "annotations.json").read_bytes())["snapshots"]
    assert len(kept) == 3 * 40 + 1
    assert len(kept["shared"]["tags"]) == 3 * 40
    for name in ("a", "b", "c"):
        tags = [tag for tag in kept["shared"]["tags"] if tag[0] == name]
        assert tags == [f"{name}{number}" for number in range(40)]


FOREVER = """
import os, sys
from dataclasses import replace
from pathlib import Path
from fwcompare.library.library import Library
from fwcompare.paths import paths_in
library = Library(paths_in(Path(sys.argv[1])))
entries = library.list_all().entries
print("begun", flush=True)
number = 0
while True:
    number += 1
    library.annotate(entries[0].facts.content_id, lambda said: replace(said, name=f"name {number}"))
    library.restore(library.delete([entry.path for entry in entries]))
"""


@pytest.mark.parametrize("after", range(5))
def test_a_killed_process_loses_nothing(paths, three, root, after):
    """GIVEN a process that renames, deletes and restores without end WHEN it is killed anywhere."""
    content = {path.read_bytes() for path in three}
    process = subprocess.Popen([sys.executable, "-c", FOREVER, paths.data], cwd=root, stdout=subprocess.PIPE)
    process.stdout.readline()
    file = paths.library / "annotations.json"
    while not (file.exists() and f'"name {after * 3 + 2}' in file.read_text()):
        assert process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()

    listing = Library(paths).list_all()

    assert {entry.path.read_bytes() for entry in (*listing.entries, *listing.trash)} == content
    assert not listing.problem
    assert all(not entry.problem for entry in (*listing.entries, *listing.trash))
    assert [entry.said.name for entry in (*listing.entries, *listing.trash) if entry.said.name]
    for entry in listing.trash:
        Library(paths).restore([entry.path])
    assert {entry.path.read_bytes() for entry in Library(paths).list_all().entries} == content


def test_what_is_said_can_be_taken_back_field_by_field(three, library):
    """GIVEN another process that gave a note meanwhile, taking back a name leaves it."""
    content_id = id_of(library, three[0])
    before = library.annotate(content_id, lambda said: replace(said, name="new"))
    library.annotate(content_id, lambda said: replace(said, note="of another"))

    library.annotate(content_id, lambda said: replace(said, name=before.name))

    assert entry_of(library, three[0]).said == Annotation(note="of another")


def test_the_home_of_the_library_is_not_needed_to_list(paths, three):
    assert len(Library(paths).list_all().entries) == 3
    assert not paths.library.exists()
    assert Path(paths.library_index).exists()


@pytest.mark.parametrize(
    ("outcome", "measured", "oddity"), [(Outcome.OK, 1, ""), (Outcome.CRASHED, 0, "nothing measured")]
)
def test_only_blocks_that_were_measured_to_their_end_count_as_measured(tmp_path, outcome, measured, oddity):
    path = tmp_path / "one.fwsnap"
    write_snapshot(runs.record(runs.block(runs.BASELINE, 0, 1000, outcome=outcome)), path)

    facts = read_facts(path)

    assert (facts.blocks, facts.measured, facts.oddity) == (1, measured, oddity)


def test_a_check_of_the_machine_is_called_so():
    check = self_test(runs.BASELINE, runs.WORKLOAD, PresetName.QUICK, threads=1)

    assert title_of(check) == "Check of this machine"
    assert title_of(runs.plan()) == "mlp/tiny inference"

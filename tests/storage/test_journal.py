"""The journal: what was appended outlives its writer."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.events import CancelRequested, ResourceSampled
from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.storage import journal as journal_module
from fwcompare.storage.codec import encode_event
from fwcompare.storage.journal import RESERVE_BYTES, Journal, claim_journal, read_journal

EVENTS = tuple(ResourceSampled(0, number, {"rss_bytes": float(number)}) for number in range(5))

WRITER = """
import sys
from pathlib import Path
from fwcompare.domain.events import CancelRequested
from fwcompare.storage.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(3):
    journal.append(CancelRequested(number))
print("ready", flush=True)
sys.stdin.read()
"""


def read(path):
    reader = read_journal(path)
    return tuple(reader), reader.lost_lines


def test_what_is_appended_is_there_at_once(tmp_path):
    path = tmp_path / "journal.ndjson"
    with Journal(path) as journal:
        for count, event in enumerate(EVENTS, start=1):
            journal.append(event)
            assert read(path) == (EVENTS[:count], 0)
        journal.sync()
    assert read(path) == (EVENTS, 0)


def test_a_journal_is_one_line_an_event(tmp_path):
    path = tmp_path / "journal.ndjson"
    with Journal(path) as journal:
        for event in EVENTS:
            journal.append(event)
    assert path.read_bytes() == b"".join(map(encode_event, EVENTS))


def test_a_closed_journal_leaves_no_reserve(tmp_path):
    with Journal(tmp_path / "journal.ndjson"):
        assert (tmp_path / "reserve").stat().st_size == RESERVE_BYTES
    assert [path.name for path in tmp_path.iterdir()] == ["journal.ndjson"]


def test_a_journal_that_exists_is_not_touched(tmp_path):
    path = tmp_path / "journal.ndjson"
    path.write_text("old\n")
    with pytest.raises(SnapshotError) as caught:
        Journal(path)
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_without_room_for_the_reserve_there_is_no_journal(tmp_path):
    (tmp_path / "reserve").mkdir()  # so it can't be written
    with pytest.raises(SnapshotError) as caught:
        Journal(tmp_path / "journal.ndjson")
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert [path.name for path in tmp_path.iterdir()] == ["reserve"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SnapshotError, match="No such file") as caught:
        Journal(tmp_path / "none" / "journal.ndjson")
    assert caught.value.remedy


class SmallDisk:
    """`os` for the journal, on a disk with room for so many bytes beside the reserve."""

    def __init__(self, room, reserve, step=7):
        self.room = room
        self.reserve = reserve
        self.step = step
        self.reserve_used = False

    def __getattr__(self, name):
        return getattr(os, name)

    def write(self, descriptor, data):
        if not self.reserve.exists() and not self.reserve_used:
            self.reserve_used = True
            self.room += RESERVE_BYTES
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = min(len(data), self.room, self.step)
        self.room -= count
        return os.write(descriptor, data[:count])


def test_short_writes_are_continued(tmp_path, monkeypatch):
    path = tmp_path / "journal.ndjson"
    with Journal(path) as journal:
        monkeypatch.setattr(journal_module, "os", SmallDisk(10**6, tmp_path / "reserve", step=3))
        for event in EVENTS:
            journal.append(event)
        monkeypatch.undo()
    assert read(path) == (EVENTS, 0)


@pytest.mark.parametrize("room", range(0, 160, 13))
def test_a_full_disk_is_said_once_and_the_reserve_saves_every_event(tmp_path, monkeypatch, room):
    path = tmp_path / "journal.ndjson"
    refusals = []
    with Journal(path) as journal:
        monkeypatch.setattr(journal_module, "os", SmallDisk(room, tmp_path / "reserve"))
        for event in EVENTS:
            try:
                journal.append(event)
            except SnapshotError as error:
                refusals.append(error)
        monkeypatch.undo()
    assert [error.code for error in refusals] == [SnapshotErrorCode.NOT_WRITABLE]
    assert "No space left" in str(refusals[0])
    assert read(path) == (EVENTS, 0)


def test_what_does_not_fit_at_all_waits_until_there_is_room(tmp_path, monkeypatch):
    path = tmp_path / "journal.ndjson"
    journal = Journal(path)
    disk = SmallDisk(20, tmp_path / "reserve")
    disk.reserve_used = True  # somebody else took the space of the reserve
    monkeypatch.setattr(journal_module, "os", disk)
    for event in EVENTS:
        with pytest.raises(SnapshotError):
            journal.append(event)
    assert read(path) == ((), 1)
    disk.room = 10**6
    journal.close()
    assert read(path) == (EVENTS, 0)


def test_a_sync_that_fails_is_said(tmp_path, monkeypatch):
    def broken(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with Journal(tmp_path / "journal.ndjson") as journal:
        monkeypatch.setattr(journal_module.os, "fsync", broken)
        with pytest.raises(SnapshotError, match="Input/output error"):
            journal.sync()


LINES = b"".join(map(encode_event, EVENTS))


@given(st.integers(0, len(LINES)))
def test_a_journal_cut_anywhere_loses_the_cut_line_alone(tmp_path_factory, length):
    path = tmp_path_factory.mktemp("cut") / "journal.ndjson"
    path.write_bytes(LINES[:length])
    events, lost = read(path)
    whole = LINES[:length].count(b"\n")
    assert events[:whole] == EVENTS[:whole]
    assert len(events) + lost == len(LINES[:length].splitlines())
    assert lost <= 1


@pytest.mark.parametrize(
    ("garbage", "lost"),
    [
        (b"garbage\n", 1),
        (b"\n", 1),
        (b"\x00" * 4096 + b"\n", 1),
        (b"\xff\xfe\n{}\n[]\n", 3),
        (b'{"type":"Bye"}\n', 1),
        (b'{"type":"CoffeeMade"}\n', 0),
        (b'{"a":' * 5000 + b"\n", 1),
    ],
)
def test_garbage_is_counted_and_the_rest_is_read(tmp_path, garbage, lost):
    path = tmp_path / "journal.ndjson"
    first, rest = LINES.split(b"\n", 1)
    path.write_bytes(first + b"\n" + garbage + rest)
    assert read(path) == (EVENTS, lost)


def test_a_line_that_is_too_long_is_skipped_in_pieces(tmp_path, monkeypatch):
    limit = max(map(len, map(encode_event, EVENTS)))
    monkeypatch.setattr(journal_module, "MAX_EVENT_BYTES", limit)
    path = tmp_path / "journal.ndjson"
    path.write_bytes(LINES + b"x" * (3 * limit) + b"\n" + LINES + b"y" * (5 * limit + 1))
    assert read(path) == (EVENTS * 2, 2)


def test_counting_begins_anew_with_each_reading(tmp_path):
    path = tmp_path / "journal.ndjson"
    path.write_bytes(b"garbage\n")
    reader = read_journal(path)
    assert (list(reader), list(reader), reader.lost_lines) == ([], [], 1)


def test_a_journal_that_is_not_there(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        list(read_journal(tmp_path / "none"))
    assert caught.value.code is SnapshotErrorCode.NOT_FOUND


def test_a_journal_that_is_a_folder(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        list(read_journal(tmp_path))
    assert caught.value.code is SnapshotErrorCode.UNREADABLE


def test_a_journal_of_hostile_size_is_refused_unread(tmp_path):
    path = tmp_path / "journal.ndjson"
    with path.open("wb") as stream:
        stream.truncate(journal_module.MAX_JOURNAL_BYTES + 1)  # sparse: it takes no space
    with pytest.raises(SnapshotError) as caught:
        list(read_journal(path))
    assert caught.value.code is SnapshotErrorCode.TOO_LARGE


def test_a_journal_that_is_being_written_can_not_be_claimed(tmp_path):
    path = tmp_path / "journal.ndjson"
    with Journal(path), claim_journal(path) as is_ours:
        assert not is_ours
    with claim_journal(path) as is_ours:
        assert is_ours
        with claim_journal(path) as is_also_theirs:
            assert not is_also_theirs


def test_a_journal_that_can_not_be_opened_can_not_be_claimed(tmp_path):
    with pytest.raises(SnapshotError) as caught, claim_journal(tmp_path / "none"):
        pass
    assert caught.value.code is SnapshotErrorCode.UNREADABLE


def test_a_killed_writer_leaves_its_lines_and_no_lock(tmp_path):
    path = tmp_path / "journal.ndjson"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path],
        cwd=Path(journal_module.__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout.readline() == b"ready\n"
        with claim_journal(path) as is_ours:
            assert not is_ours
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    with claim_journal(path) as is_ours:
        assert is_ours
    assert read(path) == (tuple(map(CancelRequested, range(3))), 0)

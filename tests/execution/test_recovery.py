"""Journals of dead owners become snapshots; those of the living are not touched."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.domain.events import BlockFinished, BlockStarted, RunFinished, RunStarted
from fwcompare.domain.outcome import Outcome
from fwcompare.execution import recovery
from fwcompare.execution.continuation import EARLIER_NAME, history_of
from fwcompare.execution.recovery import recover
from fwcompare.execution.session import Session
from fwcompare.paths import paths_in
from fwcompare.storage.codec import decode_event, encode_event
from fwcompare.storage.journal import Journal, claim_journal
from fwcompare.storage.snapshot import default_snapshot_name, read_snapshot, store_snapshot, write_snapshot

RECORDING = Path(__file__).parents[1] / "recordings" / "mlp-tiny.ndjson"
LINES = RECORDING.read_bytes().splitlines(keepends=True)
EVENTS = [decode_event(line) for line in LINES]


def index_of(kind, block=None):
    return next(
        number
        for number, event in enumerate(EVENTS)
        if isinstance(event, kind) and (block is None or event.block == block)
    )


@pytest.fixture
def paths(tmp_path):
    return paths_in(tmp_path / "data")


def leave_journal(paths, lines, name="run"):
    """What a killed application leaves behind."""
    folder = paths.runs / name
    (folder / "caches" / "deep").mkdir(parents=True)
    (folder / "caches" / "deep" / "kernel.so").write_bytes(b"x")
    (folder / "reserve").write_bytes(b"x")
    (folder / "link").symlink_to(folder / "caches")
    journal = folder / "journal.ndjson"
    journal.write_bytes(b"".join(lines))
    return journal


def replayed(events):
    session = Session()
    for event in events:
        session.apply(event)
    return session.record()


def test_nothing_to_recover(paths):
    report = recover(paths)
    assert (report.recovered, report.left_alone) == ((), ())
    assert not paths.snapshots.exists()


def test_a_run_that_was_killed_in_its_third_block(paths):
    cut = index_of(BlockStarted, 2) + 12
    leave_journal(paths, [*LINES[:cut], LINES[cut][:20]])
    (recovered,) = recover(paths).recovered
    assert (recovered.blocks, recovered.lost_lines) == (2, 1)
    record = read_snapshot(recovered.snapshot)
    assert [block.outcome for block in record.blocks] == [Outcome.OK, Outcome.USER_ERROR, Outcome.CANCELLED]
    assert "was ended while this block ran" in record.blocks[2].reason
    assert record.blocks[2].finished_ns == EVENTS[cut - 1].at_ns
    assert record.cancelled
    assert record.finished_utc is None
    finished = replayed(EVENTS[: index_of(BlockFinished, 1) + 1]).blocks
    assert record.blocks[:2] == finished


def test_the_folder_of_the_run_is_gone_and_the_snapshot_is_in_its_place(paths):
    leave_journal(paths, LINES[:40])
    (recovered,) = recover(paths).recovered
    assert not list(paths.runs.iterdir())
    assert recovered.snapshot.parent == paths.snapshots
    assert recovered.snapshot.name == "recovered-2026-11-22T14-02-03Z-mlp-tiny-inference-6f1d0c2e.fwsnap"
    assert recover(paths).recovered == ()


@pytest.mark.parametrize("damage", [b"", b"x"])
def test_a_killed_run_that_added_rounds_keeps_those_before(paths, damage):
    earlier = replace(replayed(EVENTS), finished_utc=None)
    start = replace(EVENTS[0], run_id="second", history=history_of(earlier))
    block = replace(EVENTS[index_of(BlockStarted)], block=len(earlier.blocks), round=2)
    journal = leave_journal(paths, [encode_event(start), encode_event(block)])
    write_snapshot(earlier, journal.parent / EARLIER_NAME)
    if damage:
        (journal.parent / EARLIER_NAME).write_bytes(damage)

    (recovered,) = recover(paths).recovered

    record = read_snapshot(recovered.snapshot)
    assert record.run_id == "second"
    assert record.blocks[:-1] == (() if damage else earlier.blocks)
    assert not list(paths.runs.iterdir())


def test_a_run_that_ended_but_was_not_frozen_is_whole(paths):
    leave_journal(paths, LINES)
    (recovered,) = recover(paths).recovered
    assert (recovered.blocks, recovered.lost_lines) == (4, 0)
    assert read_snapshot(recovered.snapshot) == replayed(EVENTS)


def test_a_run_that_measured_nothing_yet(paths):
    leave_journal(paths, LINES[:1])
    (recovered,) = recover(paths).recovered
    assert recovered.blocks == 0
    assert read_snapshot(recovered.snapshot).cancelled


@pytest.mark.parametrize("lines", [[], [b"garbage\n"], LINES[1:], [LINES[0][:-30]]])
def test_a_journal_without_a_beginning_is_left_alone(paths, lines):
    journal = leave_journal(paths, lines)
    report = recover(paths)
    assert report.recovered == ()
    (left,) = report.left_alone
    assert left.journal == journal
    assert "does not begin with RunStarted" in left.reason
    assert journal.read_bytes() == b"".join(lines)
    assert (journal.parent / "caches" / "deep" / "kernel.so").exists()


def test_the_journal_of_a_living_owner_is_not_touched(paths):
    (paths.runs / "live").mkdir(parents=True)
    leave_journal(paths, [LINES[0].replace(b"6f1d0c2e", b"00000000"), *LINES[1:]], name="dead")
    with Journal(paths.runs / "live" / "journal.ndjson") as journal:
        for event in EVENTS[:30]:
            journal.append(event)
        report = recover(paths)
        journal.append(EVENTS[30])
    assert len(report.recovered) == 1
    (left,) = report.left_alone
    assert left.journal == paths.runs / "live" / "journal.ndjson"
    assert "still running" in left.reason
    assert left.journal.read_bytes() == b"".join(map(encode_event, EVENTS[:31]))
    assert len(recover(paths).recovered) == 1


def test_two_recoveries_at_once_do_not_meet(paths):
    journal = leave_journal(paths, LINES)
    with claim_journal(journal):
        assert len(recover(paths).left_alone) == 1
    assert len(recover(paths).recovered) == 1


def test_a_journal_that_is_no_file_is_left_alone(paths):
    (paths.runs / "odd" / "journal.ndjson").mkdir(parents=True)
    (left,) = recover(paths).left_alone
    assert "can't be opened" in left.reason


def test_a_lost_line_in_the_middle_costs_what_depends_on_it(paths):
    ended = index_of(BlockFinished, 0)
    leave_journal(paths, [*LINES[:ended], b"#" * 50 + b"\n", *LINES[ended + 1 :]])
    (recovered,) = recover(paths).recovered
    assert (recovered.blocks, recovered.lost_lines) == (4, 1)
    record = read_snapshot(recovered.snapshot)
    assert record.blocks[0].outcome is Outcome.CANCELLED
    assert "line of the journal" in record.blocks[0].reason
    assert len(record.blocks[0].latency) == 6
    assert record.blocks[1:] == replayed(EVENTS).blocks[1:]
    assert record.finished_utc is not None


def test_a_lost_end_of_the_last_block_does_not_reopen_the_run(paths):
    ended = index_of(BlockFinished, 3)
    leave_journal(paths, [*LINES[:ended], *LINES[ended + 1 :]])
    (recovered,) = recover(paths).recovered
    record = read_snapshot(recovered.snapshot)
    assert record.blocks[3].outcome is Outcome.CANCELLED
    assert record.finished_utc is not None
    assert not record.cancelled


def test_a_lost_start_of_a_block_costs_that_block(paths):
    started = index_of(BlockStarted, 1)
    leave_journal(paths, [*LINES[:started], *LINES[started + 1 :]])
    (recovered,) = recover(paths).recovered
    assert recovered.blocks == 3
    assert recovered.lost_lines > 0
    assert [block.block for block in read_snapshot(recovered.snapshot).blocks] == [0, 2, 3]


@settings(max_examples=40, deadline=None)
@given(st.integers(len(LINES[0]), len(b"".join(LINES))))
def test_killed_at_any_byte_every_finished_block_comes_back(tmp_path_factory, length):
    paths = paths_in(tmp_path_factory.mktemp("killed"))
    leave_journal(paths, [b"".join(LINES)[:length]])
    (recovered,) = recover(paths).recovered
    whole = b"".join(LINES)[:length].count(b"\n")
    finished = sum(isinstance(event, BlockFinished) for event in EVENTS[:whole])
    assert recovered.blocks >= finished
    assert recovered.lost_lines <= 1
    blocks = read_snapshot(recovered.snapshot).blocks
    assert blocks[:finished] == replayed(EVENTS).blocks[:finished]


@pytest.mark.parametrize("prefix", ["", "recovered-"])
def test_killed_between_snapshot_and_removal_nothing_is_made_twice(paths, prefix):
    snapshot = store_snapshot(replayed(EVENTS), paths.snapshots, prefix)
    leave_journal(paths, LINES)
    (recovered,) = recover(paths).recovered
    assert recovered.snapshot == snapshot
    assert list(paths.snapshots.iterdir()) == [snapshot]
    assert not list(paths.runs.iterdir())


def test_killed_within_the_removal_it_is_done_again(paths, monkeypatch):
    def killed(_):
        raise KeyboardInterrupt

    journal = leave_journal(paths, LINES)
    monkeypatch.setattr(recovery.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        recover(paths)
    assert journal.exists()
    monkeypatch.undo()
    assert len(recover(paths).recovered) == 1
    assert len(list(paths.snapshots.iterdir())) == 1
    assert not list(paths.runs.iterdir())


def test_a_folder_that_can_not_be_removed_is_said(paths, monkeypatch):
    def refused(_):
        raise PermissionError(13, "Permission denied")

    journal = leave_journal(paths, LINES)
    monkeypatch.setattr(recovery.shutil, "rmtree", refused)
    (left,) = recover(paths).left_alone
    assert "Permission denied" in left.reason
    assert journal.exists()


def test_another_file_of_that_name_is_neither_lost_nor_overwritten(paths):
    journal = leave_journal(paths, LINES)
    paths.snapshots.mkdir(parents=True)
    name = f"recovered-{default_snapshot_name(replayed(EVENTS))}"
    (paths.snapshots / name).write_text("something else")
    (left,) = recover(paths).left_alone
    assert "exists already" in left.reason
    assert (paths.snapshots / name).read_text() == "something else"
    assert journal.exists()


def test_another_run_of_that_name_is_not_taken_for_this_one(paths):
    leave_journal(paths, LINES)
    paths.snapshots.mkdir(parents=True)
    write_snapshot(replayed(EVENTS[:1]), paths.snapshots / default_snapshot_name(replayed(EVENTS)))
    (recovered,) = recover(paths).recovered
    assert recovered.snapshot.name.startswith("recovered-")
    assert read_snapshot(recovered.snapshot) == replayed(EVENTS)


def test_where_no_snapshot_can_be_written_the_journal_stays(paths):
    journal = leave_journal(paths, LINES)
    paths.snapshots.write_text("a file where the folder should be")
    (left,) = recover(paths).left_alone
    assert "can't be written" in left.reason
    assert journal.exists()


def test_a_snapshot_that_does_not_hold_what_was_written_costs_no_journal(paths, monkeypatch):
    def onto_a_bad_disk(record, folder, prefix):
        path = store_snapshot(record, folder, prefix)
        path.write_bytes(path.read_bytes()[:-100])
        return path

    journal = leave_journal(paths, LINES)
    monkeypatch.setattr(recovery, "store_snapshot", onto_a_bad_disk)
    (left,) = recover(paths).left_alone
    assert "does not hold what was written" in left.reason
    assert journal.exists()


def test_several_runs_are_recovered_in_one_go(paths):
    for number in range(3):
        first = LINES[0].replace(b"6f1d0c2e", b"0000000%d" % number)
        leave_journal(paths, [first, *LINES[1:50]], name=f"run-{number}")
    leave_journal(paths, [b"\n"], name="bad")
    report = recover(paths)
    assert len({recovered.snapshot for recovered in report.recovered}) == 3
    assert [left.journal.parent.name for left in report.left_alone] == ["bad"]


def test_folders_that_hold_no_journal_are_not_ours(paths):
    journal = leave_journal(paths, LINES)
    journal.unlink()
    assert recover(paths).left_alone == ()
    assert (journal.parent / "reserve").exists()
    shutil.rmtree(paths.runs)


def test_the_recording_is_what_these_tests_think(paths):
    assert isinstance(EVENTS[0], RunStarted)
    assert isinstance(EVENTS[-1], RunFinished)
    assert None not in EVENTS

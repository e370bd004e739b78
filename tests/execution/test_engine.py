"""The engine where no worker is needed: locks, full disks, defects, what is left of earlier lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import Plan
from fwcompare.domain.workload import Workload
from fwcompare.errors import FwcompareError, MachineBusyError, SnapshotError, SnapshotErrorCode
from fwcompare.execution import comparison
from fwcompare.execution.engine import Engine
from fwcompare.execution.lock import MeasuringLock
from fwcompare.execution.processes import mark
from fwcompare.paths import DataPaths, paths_in
from fwcompare.storage.journal import JOURNAL_NAME, Journal
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import EFFORT, TINY, finish, plan_of

NO_PYTHON = "/nowhere/python"


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return replace(paths_in(tmp_path / "data"), lock_file=tmp_path / "lock")


@pytest.fixture
def plan() -> Plan:
    """A plan that ends at once, because its interpreters are not there."""
    return plan_of(NO_PYTHON, NO_PYTHON, effort=EFFORT)


def test_a_run_without_any_result_is_saved_all_the_same(paths: DataPaths, plan: Plan) -> None:
    with Engine(paths) as engine:
        view = finish(engine, plan)
    assert view.error is None
    assert [block.outcome for block in view.record.blocks] == [Outcome.LAUNCH_FAILED] * 2
    assert NO_PYTHON in view.record.blocks[0].reason
    assert len(read_snapshot(view.snapshot).blocks) == 2
    assert list(paths.runs.iterdir()) == []


def test_the_snapshot_goes_where_the_user_wants_it(paths: DataPaths, plan: Plan, tmp_path: Path) -> None:
    with Engine(paths) as engine:
        view = finish(engine, plan, tmp_path / "mine.fwsnap")
    assert view.snapshot == tmp_path / "mine.fwsnap"
    assert read_snapshot(view.snapshot).run_id == view.record.run_id


def test_a_snapshot_that_can_not_go_where_it_should_is_kept_elsewhere(
    paths: DataPaths, plan: Plan, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.fwsnap"
    taken.write_text("something else")
    with Engine(paths) as engine:
        view = finish(engine, plan, taken)
    assert isinstance(view.error, SnapshotError)
    assert view.error.code is SnapshotErrorCode.NOT_WRITABLE
    assert taken.read_text() == "something else"
    assert view.snapshot.parent == paths.snapshots
    assert len(read_snapshot(view.snapshot).blocks) == 2


def test_a_snapshot_that_can_go_nowhere_leaves_its_journal_for_recovery(paths: DataPaths, plan: Plan) -> None:
    paths.data.mkdir(parents=True)
    paths.snapshots.write_text("a file where the folder should be")
    with Engine(paths) as engine:
        view = finish(engine, plan)
    assert isinstance(view.error, SnapshotError)
    assert view.snapshot is None
    assert len(list(paths.runs.glob(f"*/{JOURNAL_NAME}"))) == 1


def test_a_machine_that_is_busy_is_named_and_nothing_is_left(paths: DataPaths, plan: Plan) -> None:
    with MeasuringLock(paths.lock_file, "the test"), Engine(paths) as engine:
        view = finish(engine, plan)
    assert isinstance(view.error, MachineBusyError)
    assert str(os.getpid()) in view.error.message
    assert not paths.runs.exists()


def test_one_engine_runs_one_plan_after_the_other(paths: DataPaths, plan: Plan) -> None:
    with Engine(paths) as engine:
        first, second = finish(engine, plan), finish(engine, plan)
    assert first.record.run_id != second.record.run_id
    assert len(list(paths.snapshots.iterdir())) == 2


def test_a_full_disk_stops_the_run_and_says_so(
    paths: DataPaths, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a journal whose fourth line meets a full disk THEN no further block starts, and all is saved."""

    class FullJournal(Journal):
        lines = 0

        def append(self, event: object) -> None:
            self.lines += 1
            if self.lines == 4:
                raise SnapshotError(SnapshotErrorCode.NOT_WRITABLE, "The disk is full.", "Free some space.")
            super().append(event)

    monkeypatch.setattr(comparison, "Journal", FullJournal)
    with Engine(paths) as engine:
        view = finish(engine, plan)
    assert "The disk is full." in str(view.error)
    assert view.record.cancelled
    assert len(view.record.blocks) == 1
    assert view.snapshot is not None
    assert read_snapshot(view.snapshot).cancelled


def test_what_was_measured_before_a_failure_between_blocks_is_saved(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN two workloads WHEN the inputs of the second can't be written THEN the first is in the snapshot."""
    real = comparison.prepare_inputs

    def fail_for_second(workload: Workload, seed: int, cache: Path) -> Path:
        if workload.batch == 2:
            raise OSError(28, "No space left on device")
        return real(workload, seed, cache)

    monkeypatch.setattr(comparison, "prepare_inputs", fail_for_second)
    plan = replace(plan_of(NO_PYTHON), workloads=(TINY, replace(TINY, batch=2), replace(TINY, batch=3)))
    with Engine(paths) as engine:
        view = finish(engine, plan)
    assert "No space left" in str(view.error)
    assert [block.workload for block in read_snapshot(view.snapshot).blocks] == [TINY.id]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_ends_the_waiting(paths: DataPaths, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "describe_machine", lambda: 1 / 0)
    engine = Engine(paths)
    engine.start()
    engine.run(plan)
    assert engine.wait(60)
    assert engine.view() is None
    engine.close()
    with pytest.raises(FwcompareError, match="does not run any more"):
        engine.run(plan)


def test_the_thread_is_there_from_start_to_close(paths: DataPaths) -> None:
    """A worker dies with the thread that started it, so there must be one for all blocks."""
    engine = Engine(paths)
    engine.start()
    assert "engine" in [thread.name for thread in threading.enumerate()]
    engine.close()
    assert "engine" not in [thread.name for thread in threading.enumerate()]


def test_the_start_ends_what_an_earlier_life_left_running(paths: DataPaths) -> None:
    folder = paths.runs / "earlier"
    folder.mkdir(parents=True)
    (folder / JOURNAL_NAME).write_text(json.dumps({"type": "Unknown"}) + "\n")
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], env={**os.environ, **mark(folder)}
    ) as leftover:
        with Engine(paths) as engine:
            assert finish(engine, plan_of(NO_PYTHON)).error is None
        assert leftover.wait(10) == -9


def test_the_workload_is_part_of_every_record(paths: DataPaths, plan: Plan) -> None:
    with Engine(paths) as engine:
        record = finish(engine, plan).record
    assert {block.workload for block in record.blocks} == {TINY.id}
    assert record.machine["python"]

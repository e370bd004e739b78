from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fwcompare.execution import leftovers, processes
from fwcompare.execution.lock import try_flock
from tests.execution.child_processes import (
    PARENT_IN_ONE_GROUP,
    PARENT_OF_SESSION,
    STAYING,
    first_line,
    has_ended,
    running,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses pidfd to see the end of processes")

OWNER = """
import subprocess, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from fwcompare.execution import leftovers
from fwcompare.execution.lock import try_flock
folder = Path({folder!r})
journal = (folder / "journal.ndjson").open("a")
assert try_flock(journal.fileno())
worker = subprocess.Popen(
    [sys.executable, "-c", {worker!r}],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
)
leftovers.remember(folder, worker.pid)
print(worker.pid, worker.stdout.readline().strip(), flush=True)
sys.stdin.read()
"""
ROOT = str(Path(__file__).parents[2])


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "runs" / "run-1"
    folder.mkdir(parents=True)
    (folder / "journal.ndjson").touch()
    return folder


def noted(folder: Path) -> list[dict[str, float]]:
    return json.loads((folder / "workers.json").read_text())


def change(folder: Path, **fields: float) -> None:
    (folder / "workers.json").write_text(json.dumps([{**noted(folder)[0], **fields}]))


def owner(folder: Path, worker: str) -> str:
    return OWNER.format(root=ROOT, folder=str(folder), worker=worker)


def test_a_worker_is_noted_and_forgotten(folder) -> None:
    with running(STAYING) as first, running(STAYING) as second:
        leftovers.remember(folder, first.pid)
        leftovers.remember(folder, second.pid)
        leftovers.remember(folder, second.pid)
        assert [entry["pid"] for entry in noted(folder)] == [first.pid, second.pid]
        assert [entry["pgid"] for entry in noted(folder)] == [first.pid, second.pid]
        leftovers.forget(folder, first.pid)
        leftovers.forget(folder, 1)
        assert [entry["pid"] for entry in noted(folder)] == [second.pid]


def test_a_worker_that_is_gone_already_is_not_noted(folder) -> None:
    with running("") as child:
        child.wait()
    leftovers.remember(folder, child.pid)
    leftovers.forget(folder, child.pid)
    assert not (folder / "workers.json").exists()


@pytest.mark.parametrize("worker_code", [PARENT_IN_ONE_GROUP, PARENT_OF_SESSION])
def test_the_tree_of_a_dead_owner_is_killed(folder, worker_code: str) -> None:
    with running(owner(folder, worker_code)) as dead:
        worker, grandchild = map(int, first_line(dead).split())
        dead.kill()
        dead.wait()

        killed = leftovers.sweep(folder.parent)

        assert set(killed) == {worker, grandchild}
        assert has_ended(worker)
        assert has_ended(grandchild)
        assert noted(folder) == []


def test_the_worker_of_a_living_owner_is_left_alone(folder) -> None:
    with running(owner(folder, STAYING)) as alive:
        worker = int(first_line(alive).split()[0])
        assert leftovers.sweep(folder.parent) == ()
        assert psutil.Process(worker).is_running()
        assert noted(folder)[0]["pid"] == worker


@pytest.mark.parametrize("field", ["create_time", "pgid"])
def test_a_pid_that_was_reused_is_never_touched(folder, field: str) -> None:
    with running(STAYING) as stranger:
        leftovers.remember(folder, stranger.pid)
        change(folder, **{field: noted(folder)[0][field] - 10})

        assert leftovers.sweep(folder.parent) == ()

        assert stranger.poll() is None
        assert noted(folder) == []


def test_the_group_is_not_taken_along_if_the_worker_did_not_lead_it(folder) -> None:
    with subprocess.Popen([sys.executable, "-c", STAYING], stdout=subprocess.PIPE, text=True) as ours:
        try:
            first_line(ours)
            leftovers.remember(folder, ours.pid)
            assert noted(folder)[0]["pgid"] == os.getpgid(0)
            assert leftovers.sweep(folder.parent) == (ours.pid,)
            assert ours.wait() == -signal.SIGKILL
        finally:
            ours.kill()


def test_an_orphan_of_a_dead_worker_is_found_by_its_mark(folder) -> None:
    with running(PARENT_OF_SESSION, env={**os.environ, **processes.mark(folder)}) as worker:
        orphan = int(first_line(worker))
        leftovers.remember(folder, worker.pid)
        worker.kill()
        worker.wait()
        assert leftovers.sweep(folder.parent) == (orphan,)
        assert has_ended(orphan)


def test_a_worker_that_its_owner_had_no_time_to_note_is_found_by_its_mark(folder) -> None:
    with running(STAYING, env={**os.environ, **processes.mark(folder)}) as worker:
        first_line(worker)
        assert leftovers.sweep(folder.parent) == (worker.pid,)
        assert worker.wait() == -signal.SIGKILL


def test_a_journal_that_was_never_begun_has_no_living_owner(folder) -> None:
    (folder / "journal.ndjson").unlink()
    with running(STAYING) as worker:
        leftovers.remember(folder, worker.pid)
        assert leftovers.sweep(folder.parent) == (worker.pid,)


def test_the_sweep_gives_the_journal_back(folder) -> None:
    leftovers.sweep(folder.parent)
    with (folder / "journal.ndjson").open() as journal:
        assert try_flock(journal.fileno())


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '[{"pid": 1}]', '{"pid": 1}', '[{"pid": null, "create_time": 1, "pgid": 1}]']
)
def test_a_list_that_makes_no_sense_kills_nobody(folder, content: str) -> None:
    (folder / "workers.json").write_text(content)
    assert leftovers.sweep(folder.parent) == ()


def test_no_runs_at_all_is_nothing_to_sweep(tmp_path) -> None:
    assert leftovers.sweep(tmp_path / "none") == ()

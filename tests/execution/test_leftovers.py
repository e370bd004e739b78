from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from fwcompare.execution import leftovers, processes
from fwcompare.storage.flock import try_flock
from tests.execution.child_processes import (
    PARENT_OF_SESSION,
    STAYING,
    first_line,
    has_ended,
    running,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses pidfd to see the end of processes")

OWNER = """
import sys
from fwcompare.storage.flock import try_flock
journal = open(sys.argv[1], "a")
assert try_flock(journal.fileno())
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "runs" / "run-1"
    folder.mkdir(parents=True)
    (folder / "journal.ndjson").touch()
    return folder


def marked_environment(folder: Path) -> dict[str, str]:
    return {**os.environ, **processes.mark(folder)}


@contextmanager
def living_owner(folder: Path) -> Iterator[None]:
    """Another process that holds the journal of the run."""
    code = OWNER.replace("sys.argv[1]", repr(str(folder / "journal.ndjson")))
    with running(code, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}) as owner:
        first_line(owner)
        yield


def test_the_worker_of_a_dead_owner_is_ended(folder) -> None:
    with running(STAYING, env=marked_environment(folder)) as worker:
        first_line(worker)
        assert leftovers.sweep(folder.parent) == 1
        assert worker.wait() == -signal.SIGKILL


def test_the_worker_of_a_living_owner_is_left_alone(folder) -> None:
    with running(STAYING, env=marked_environment(folder)) as worker, living_owner(folder):
        first_line(worker)
        assert leftovers.sweep(folder.parent) == 0
        assert psutil.Process(worker.pid).is_running()


def test_a_process_without_the_mark_or_with_another_is_never_touched(folder) -> None:
    other = folder.parent.parent / "elsewhere"
    with running(STAYING) as stranger, running(STAYING, env=marked_environment(other)) as foreign:
        first_line(stranger)
        first_line(foreign)
        assert leftovers.sweep(folder.parent) == 0
        assert stranger.poll() is None
        assert foreign.poll() is None


def test_an_orphan_in_its_own_session_is_ended(folder) -> None:
    with running(PARENT_OF_SESSION, env=marked_environment(folder)) as worker:
        orphan = int(first_line(worker))
        worker.kill()
        worker.wait()
        assert leftovers.sweep(folder.parent) == 1
        assert has_ended(orphan)


def test_a_journal_that_was_never_begun_has_no_living_owner(folder) -> None:
    (folder / "journal.ndjson").unlink()
    with running(STAYING, env=marked_environment(folder)) as worker:
        first_line(worker)
        assert leftovers.sweep(folder.parent) == 1


def test_a_journal_that_can_not_be_opened_counts_as_owned(folder) -> None:
    (folder / "journal.ndjson").unlink()
    (folder / "journal.ndjson").mkdir()
    with running(STAYING, env=marked_environment(folder)) as worker:
        first_line(worker)
        assert leftovers.sweep(folder.parent) == 0
        assert worker.poll() is None


def test_the_sweep_gives_the_journal_back(folder) -> None:
    leftovers.sweep(folder.parent)
    with (folder / "journal.ndjson").open() as journal:
        assert try_flock(journal.fileno())


def test_no_runs_at_all_is_nothing_to_sweep(tmp_path) -> None:
    assert leftovers.sweep(tmp_path / "none") == 0

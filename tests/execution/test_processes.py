from __future__ import annotations

import os
import signal
import sys

import psutil
import pytest

from fwcompare.execution import processes
from tests.execution.child_processes import (
    PARENT_IN_ONE_GROUP,
    PARENT_OF_SESSION,
    STAYING,
    first_line,
    has_ended,
    running,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses pidfd to see the end of processes")


@pytest.mark.parametrize("code", [PARENT_IN_ONE_GROUP, PARENT_OF_SESSION])
def test_descendants_are_found_whatever_their_session(code: str) -> None:
    with running(code) as child:
        grandchild = int(first_line(child))

        found = processes.descendants(child.pid)

        assert [process.pid for process in found] == [grandchild]
        processes.kill_all(found)
        assert has_ended(grandchild)


def test_a_process_that_is_gone_has_no_descendants() -> None:
    with running("") as child:
        child.wait()
    assert processes.descendants(child.pid) == ()


def test_killing_spares_what_is_gone_and_goes_on() -> None:
    with running(STAYING) as first, running(STAYING) as second:
        both = [psutil.Process(first.pid), psutil.Process(second.pid)]
        first.kill()
        first.wait()

        processes.kill_all(both)

        assert second.wait() == -signal.SIGKILL


def test_waiting_leaves_a_child_its_exit_status() -> None:
    with running(STAYING) as child:
        process = psutil.Process(child.pid)
        child.terminate()

        assert processes.wait_gone([process], 10) == ()
        assert child.wait() == -signal.SIGTERM


def test_waiting_names_those_that_stay() -> None:
    with running(STAYING) as child:
        process = psutil.Process(child.pid)
        assert processes.wait_gone([process], 0) == (process,)


def test_a_zombie_is_not_alive() -> None:
    with running("") as child:
        process = psutil.Process(child.pid)
        assert has_ended(child.pid)
        assert process.status() == psutil.STATUS_ZOMBIE
        assert not processes.is_alive(process)


def test_the_tree_holds_its_root_and_descendants_and_nobody_else() -> None:
    with running(PARENT_OF_SESSION) as child, running(STAYING) as other:
        grandchild = int(first_line(child))
        assert processes.is_in_tree(child.pid, child.pid)
        assert processes.is_in_tree(grandchild, child.pid)
        assert not processes.is_in_tree(other.pid, child.pid)
        assert not processes.is_in_tree(os.getpid(), child.pid)


def test_a_process_that_is_gone_is_in_no_tree() -> None:
    with running("") as child:
        child.wait()
    assert not processes.is_in_tree(child.pid, os.getpid())


def test_an_orphan_in_its_own_session_is_found_by_its_mark(tmp_path) -> None:
    run, other_run = tmp_path / "run", tmp_path / "other"
    env = {**os.environ, **processes.mark(run)}
    with (
        running(PARENT_OF_SESSION, env=env) as child,
        running(STAYING, env=os.environ | processes.mark(other_run)),
    ):
        orphan = int(first_line(child))
        child.kill()
        child.wait()

        found = processes.marked(run)

        assert [process.pid for process in found] == [orphan]
        processes.kill_all(found)
        assert has_ended(orphan)


def test_the_mark_is_the_same_however_the_folder_is_written(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    relative = type(tmp_path)("run")
    assert processes.mark(relative) == processes.mark(tmp_path / "run")
    assert processes.mark(tmp_path / "x" / ".." / "run") == processes.mark(tmp_path / "run")

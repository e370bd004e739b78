"""Trees of foreign processes: find them, kill them, see that they are gone.

A worker may start processes of its own, and these may leave its tree (their parent ends) and its
group (`setsid`). They are found all the same by a mark in the environment, which every descendant
inherits; build servers end runaway processes by the same means.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import psutil

_MARK: Final = "FWCOMPARE_RUN"

GONE_TIMEOUT_S: Final = 3.0
"""How long a killed process may take to disappear."""


def mark(folder: Path) -> dict[str, str]:
    """The environment variable by which a run's processes are found again; every worker gets it.

    Args:
        folder: The run's folder.
    """
    return {_MARK: str(folder.resolve())}


def descendants(pid: int) -> tuple[psutil.Process, ...]:
    """All children of a process and theirs, as they are now; empty if it is gone."""
    try:
        return tuple(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return ()


def marked(folder: Path) -> tuple[psutil.Process, ...]:
    """All processes of this user that carry the run's mark, but not this one.

    It finds what has left both the worker's tree and its group. Processes of other users can't be
    looked into and are left out.
    """
    wanted = mark(folder)[_MARK]
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    return tuple(process for process in others if _mark_of(process) == wanted)


def end_marked(folder: Path) -> int:
    """Kill all processes that carry the run's mark, and wait until they are gone.

    Returns:
        How many were ended.
    """
    ended = 0
    while found := tuple(process for process in marked(folder) if is_alive(process)):
        kill_all(found)
        survivors = wait_gone(found, GONE_TIMEOUT_S)
        ended += len(found) - len(survivors)
        if survivors:  # stuck in the kernel: they die when their system call returns
            break
    return ended


def _mark_of(process: psutil.Process) -> str | None:
    try:
        found: str | None = process.environ().get(_MARK)
    except (psutil.Error, OSError):  # gone, a zombie, or another user's
        return None
    return found


def is_in_tree(pid: int, root_pid: int) -> bool:
    """True if a process is the root itself or descends from it."""
    if pid == root_pid:
        return True
    try:
        return any(parent.pid == root_pid for parent in psutil.Process(pid).parents())
    except psutil.Error:
        return False


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kills each of the processes (SIGKILL); one that is gone, or whose pid was reused, is left alone."""
    for process in processes:
        try:
            process.kill()
        except psutil.Error:
            continue


def wait_gone(processes: Sequence[psutil.Process], timeout_s: float) -> tuple[psutil.Process, ...]:
    """Waits until all have ended, and gives those that have not.

    A zombie has ended. No exit status is collected, so a child of this process can be among them
    and its `Popen` still gets its status.
    """
    if hasattr(os, "pidfd_open"):
        deadline = time.monotonic() + timeout_s
        for process in processes:
            _wait_one(process.pid, deadline)
    else:
        psutil.wait_procs(processes, timeout=timeout_s)
    return tuple(process for process in processes if is_alive(process))


def _wait_one(pid: int, deadline: float) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:  # it is gone
        return
    try:
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
    finally:
        os.close(descriptor)


def is_alive(process: psutil.Process) -> bool:
    """True while it runs; a zombie does not, nor does another process that got its pid."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False

"""Real child processes for tests: they say when they are ready and end when the test does."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

STAYING = "import signal; print('ready', flush=True); signal.alarm(60); signal.pause()"
"""Says that it is ready and stays until it is killed; the alarm is for a test that fails to."""

PARENT = f"""
import signal, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {STAYING!r}], stdout=subprocess.PIPE, text=True, start_new_session=SESSION
)
child.stdout.readline()
print(child.pid, flush=True)
signal.alarm(60)
signal.pause()
"""
PARENT_IN_ONE_GROUP = PARENT.replace("SESSION", "False")
PARENT_OF_SESSION = PARENT.replace("SESSION", "True")
"""Starts a child of its own, in its own group or in a new session, and prints the pid of it."""


@contextmanager
def running(code: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A Python in a session of its own; the first line it prints is awaited by the test."""
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        start_new_session=True,
    )
    with child:
        try:
            yield child
        finally:
            if child.poll() is None:
                family = [*psutil.Process(child.pid).children(recursive=True), child]
                for process in family:
                    process.kill()


def first_line(child: subprocess.Popen[str]) -> str:
    """What the child prints first; the test can't go on before."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def has_ended(pid: int, timeout_s: float = 10) -> bool:
    """Waits for the end of a process that need not be ours; a zombie has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], timeout_s)[0])
    finally:
        os.close(descriptor)

"""A window in a process of its own: wait until it can be ended, and end it."""

from __future__ import annotations

import signal
import subprocess
import threading
from pathlib import Path


def end(window: subprocess.Popen[bytes]) -> int:
    """Ask the window to close as soon as it listens, and return its exit code."""
    pause = threading.Event()
    while not _catches_sigterm(window.pid) and window.poll() is None:
        pause.wait(0.05)
    window.terminate()
    return window.wait(120)


def _catches_sigterm(pid: int) -> bool:
    """True once the process has a handler of its own for SIGTERM, as the kernel knows it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & 1 << (signal.SIGTERM - 1))

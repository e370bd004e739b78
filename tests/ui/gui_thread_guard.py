"""Sees what the GUI thread must not do: disk, processes, sockets, waiting, reducing samples."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback

from fwcompare.stats import quantiles

_FORBIDDEN = (
    "open",
    "os.",
    "shutil.",
    "subprocess.",
    "socket.connect",
    "socket.bind",
    "fcntl.",
    "glob.",
    "tempfile.",
)
_HARMLESS = ("os.putenv", "os.unsetenv")
_CODE = (".py", ".pyc", ".so", "/dev/urandom")
"""What a late import opens; it happens once."""

_armed: list[GuiThreadGuard] = []


def _hook(event: str, arguments: tuple) -> None:
    if _armed and threading.current_thread() is threading.main_thread():
        _armed[-1].audit(event, arguments)


sys.addaudithook(_hook)  # a hook can't be taken away, so it looks whether a guard is armed


def _holders(function) -> list:
    """The modules of ours that have this function under its name."""
    ours = [module for name, module in sys.modules.items() if name.startswith(("fwcompare.", "ui."))]
    return [module for module in ours if vars(module).get(function.__name__) is function]


class GuiThreadGuard:
    """While entered, notes what the main thread does that could block it.

    Python reports files, processes and sockets itself (`sys.addaudithook`), however they are reached;
    waiting is patched, and so is what every statistic takes the samples from, in all modules that have it.
    """

    def __init__(self, monkeypatch) -> None:
        self.found: list[str] = []
        for owner, name in (
            (time, "sleep"),
            (threading.Event, "wait"),
            (threading.Condition, "wait"),
            (threading.Thread, "join"),
            (queue.Queue, "get"),
            *((module, "latencies_ns") for module in _holders(quantiles.latencies_ns)),
        ):
            monkeypatch.setattr(owner, name, self._watched(getattr(owner, name), f"{owner.__name__}.{name}"))

    def __enter__(self):
        _armed.append(self)
        return self

    def __exit__(self, *_):
        _armed.remove(self)

    def audit(self, event: str, arguments: tuple) -> None:
        if not event.startswith(_FORBIDDEN) or event in _HARMLESS:
            return
        if arguments and (isinstance(arguments[0], int) or str(arguments[0]).endswith(_CODE)):
            return
        stack = traceback.extract_stack()
        if not any("importlib" in frame.filename for frame in stack):
            self._note(f"{event} {arguments[:1]}", stack)

    def _watched(self, function, name):
        def watched(*arguments, **named):
            waits = 0 not in (*arguments[-1:], *named.values())
            if waits and self in _armed and threading.current_thread() is threading.main_thread():
                self._note(name, traceback.extract_stack())
            return function(*arguments, **named)

        return watched

    def _note(self, what: str, stack) -> None:
        if any(frame.name == "start" and frame.filename == threading.__file__ for frame in stack):
            return  # whoever starts a thread waits until it is there
        ours = [frame for frame in stack if "/ui/" in frame.filename or "/fwcompare/" in frame.filename]
        where = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in ours[-3:])
        self.found.append(f"{what} on the GUI thread: {where}")

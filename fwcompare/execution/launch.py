"""Start one worker process; its ends of channel and log are read by threads.

Must be called from a thread that lives as long as the application: the worker asks the kernel to be
killed when the *thread* that started it ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fwcompare.domain.events import WorkerEvent
from fwcompare.errors import ProtocolError
from fwcompare.execution.framing import LineDecoder, decode_worker_line
from fwcompare.worker import wire

WORKER_PROGRAM: Final = Path(wire.__file__).parent / "__main__.py"

LOG_BYTES: Final = 1 << 20
"""How much of a worker's output is kept: the last MiB (tracebacks come last)."""

LOG_LINES: Final = 200
"""How many of its last lines go into the record of the block."""

_READ_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """The worker's end of the channel is closed."""


@dataclass(frozen=True, slots=True)
class ChannelBroken:
    """The worker sent something that is not part of the protocol."""

    error: ProtocolError


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended and its log was read to the end; what it sent may still be on the way.

    Attributes:
        code: Exit status, negative for a signal.
    """

    code: int


Signal = WorkerEvent | ChannelClosed | ChannelBroken | Exited
"""What the threads of a worker emit."""


class LogTail:
    """The last `LOG_BYTES` of what the worker printed; appended by one thread, read by another."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def append(self, data: bytes) -> None:
        """Add output, forget the oldest."""
        with self._lock:
            self._chunks.append(data)
            self._size += len(data)
            while self._size - len(self._chunks[0]) >= LOG_BYTES:
                self._size -= len(self._chunks.popleft())

    def text(self) -> str:
        """The last `LOG_LINES` lines, invalid UTF-8 replaced, without NUL."""
        with self._lock:
            data = b"".join(self._chunks)
        lines = data[-LOG_BYTES:].decode("utf-8", "replace").replace("\0", "�").splitlines()
        return "\n".join(lines[-LOG_LINES:])


@dataclass(slots=True)
class WorkerProcess:
    """A started worker: signals go to its whole process group."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    log: LogTail = field(default_factory=LogTail)

    @property
    def pid(self) -> int:
        """The worker's pid, which is its process group's number as well."""
        return self.process.pid

    def send(self, line: bytes) -> None:
        """Send one line; a worker that is gone is reported by its reader, not here."""
        with suppress(OSError):
            self.channel.sendall(line)

    def close(self) -> None:
        """Close the channel; a reader that still waits for it (a grandchild holds the other end) wakes up."""
        with suppress(OSError):
            self.channel.shutdown(socket.SHUT_RDWR)
        self.channel.close()

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the worker and whatever it started in its group.

        Nothing once the worker was waited for: its number may belong to somebody else by then.
        """
        if self.process.returncode is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def dump_stacks(self) -> None:
        """Let a Python worker write all its stacks to its log."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGUSR1)


def launch(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    block: int,
    emit: Callable[[Signal], None],
) -> WorkerProcess:
    """Start a worker in its own session and begin to read from it.

    Args:
        command: Interpreter, its flags and the worker's start file; the number of the channel's file
            descriptor and this process's pid are added.
        environment: Its whole environment.
        folder: Its working folder.
        block: Number that its events are stamped with.
        emit: Takes its events, and in the end `Exited`; called by threads, may make them wait.

    Raises:
        OSError: The process can't be started.
    """
    ours, theirs = socket.socketpair()
    read_end, write_end = os.pipe()
    try:
        process = subprocess.Popen(
            [*command, str(theirs.fileno()), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            pass_fds=[theirs.fileno()],
            cwd=folder,
            env=dict(environment),
            start_new_session=sys.platform != "win32",
        )
    except OSError:
        ours.close()
        os.close(read_end)
        raise
    finally:
        theirs.close()
        os.close(write_end)
    worker = WorkerProcess(process, ours)
    _read_in_background(worker, read_end, block, emit)
    return worker


def _read_in_background(
    worker: WorkerProcess, log_fd: int, block: int, emit: Callable[[Signal], None]
) -> None:
    channel = threading.Thread(
        target=_read_channel, args=(worker.channel, block, emit), name=f"channel-{block}", daemon=True
    )
    log = threading.Thread(target=_read_log, args=(log_fd, worker.log), name=f"log-{block}", daemon=True)
    for thread in (channel, log):
        thread.start()
    threading.Thread(
        target=_wait, args=(worker.process, log, emit), name=f"wait-{block}", daemon=True
    ).start()


def _read_channel(channel: socket.socket, block: int, emit: Callable[[Signal], None]) -> None:
    """Frame and decode until the other side closes; past a broken rule nothing is read any more."""
    decoder = LineDecoder()
    try:
        while data := channel.recv(_READ_BYTES):
            for line in decoder.feed(data):
                event = decode_worker_line(line, block)
                if event is not None:
                    emit(event)
    except ProtocolError as error:
        emit(ChannelBroken(error))
    except OSError:
        pass  # reset by a dying worker: the same as closed
    emit(ChannelClosed())


def _read_log(fd: int, log: LogTail) -> None:
    with open(fd, "rb", buffering=0) as stream:
        while data := stream.read(_READ_BYTES):
            log.append(data)


DRAIN_S: Final = 2.0
"""How long a log may still arrive after the worker's end; a grandchild may hold the pipe for ever."""


def _wait(process: subprocess.Popen[bytes], log: threading.Thread, emit: Callable[[Signal], None]) -> None:
    code = process.wait()
    log.join(DRAIN_S)
    emit(Exited(code))

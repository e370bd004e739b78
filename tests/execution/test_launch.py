"""Starting a process and reading what it says; the child here is a few lines of Python."""

from __future__ import annotations

import queue
import signal
import sys
from pathlib import Path

import pytest

from fwcompare.domain.events import Bye
from fwcompare.execution.launch import (
    LOG_BYTES,
    LOG_LINES,
    ChannelBroken,
    ChannelClosed,
    Exited,
    LogTail,
    Signal,
    launch,
)

CONNECT = "import json, os, socket, sys\nchannel = socket.socket(fileno=int(sys.argv[-2]))\n"
WAIT_S = 60


def run(code: str, folder: Path) -> tuple[list[Signal], str]:
    """Everything that the child emits, and its log."""
    emitted: queue.Queue[Signal] = queue.Queue()
    worker = launch(
        [sys.executable, "-c", CONNECT + code], environment={}, folder=folder, block=7, emit=emitted.put
    )
    signals: list[Signal] = []
    while not {Exited, ChannelClosed} <= {type(signal) for signal in signals}:
        signals.append(emitted.get(timeout=WAIT_S))
    worker.close()
    signals.sort(key=lambda signal: isinstance(signal, Exited))  # which of the last two is first is chance
    return signals, worker.log.text()


def test_lines_become_events(tmp_path: Path) -> None:
    code = """channel.sendall(b'{"type":"Bye",')
channel.sendall(b'"at_ns":5}\\n{"type":"Unknown"}\\n')
sys.exit(3)"""
    signals, _ = run(code, tmp_path)
    assert signals == [Bye(block=7, at_ns=5), ChannelClosed(), Exited(3)]


def test_nothing_is_read_after_a_broken_rule(tmp_path: Path) -> None:
    code = """channel.sendall(b'garbage\\n{"type":"Bye","at_ns":5}\\n')"""
    signals, _ = run(code, tmp_path)
    assert isinstance(signals[0], ChannelBroken)
    assert signals[1:] == [ChannelClosed(), Exited(0)]


def test_output_goes_to_the_log_and_input_is_empty(tmp_path: Path) -> None:
    code = """print("out", repr(sys.stdin.read()), os.getcwd(), flush=True)
print("err", file=sys.stderr)"""
    _, log = run(code, tmp_path)
    assert log == f"out '' {tmp_path}\nerr"


def test_the_child_leads_a_session_of_its_own(tmp_path: Path) -> None:
    code = "print(os.getsid(0) == os.getpid() == os.getpgid(0), os.getppid() == int(sys.argv[-1]))"
    assert run(code, tmp_path)[1] == "True True"


def test_a_signal_is_a_negative_code(tmp_path: Path) -> None:
    signals, _ = run("os.kill(os.getpid(), 15)", tmp_path)
    assert signals[-1] == Exited(-signal.SIGTERM)


def test_a_process_that_can_not_be_started_leaves_no_descriptor(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="No such file"):
        launch([str(tmp_path / "none")], environment={}, folder=tmp_path, block=0, emit=print)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_finished_worker_leaves_no_descriptor(tmp_path: Path) -> None:
    run("", tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    run("", tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_log_keeps_its_end() -> None:
    log = LogTail()
    for number in range(3000):
        log.append(b"%06d " % number + b"x" * 1000 + b"\n")
    lines = log.text().splitlines()
    assert len(lines) == LOG_LINES
    assert lines[-1].startswith("002999")
    assert len(log.text()) < LOG_BYTES


def test_one_endless_line_is_bounded_too() -> None:
    log = LogTail()
    for _ in range(64):
        log.append(b"y" * (1 << 16))
    assert len(log.text()) <= LOG_BYTES + (1 << 16)


def test_what_is_no_text_becomes_text() -> None:
    log = LogTail()
    log.append(b"caf\xc3")
    log.append(b"\xa9 \xff \0")
    assert log.text() == "café � �"

"""The worker's start file in real interpreters, old and new, without any framework."""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.events import Bye, Hello, WorkerFailed
from fwcompare.domain.outcome import Outcome
from fwcompare.execution.launch import WORKER_PROGRAM, ChannelClosed, Exited, Signal, launch
from fwcompare.worker import wire

WAIT_S = 60
RealPython = Callable[[str], Path]
REQUEST = wire.BlockRequest(
    framework="pytorch",
    mode="eager",
    architecture="mlp",
    task="inference",
    size="tiny",
    batch=8,
    precision="float32",
    device="cpu",
    threads=1,
    inputs="nowhere",
    min_measure_s=0.1,
    min_iterations=1,
    min_warm_up_s=0.1,
    max_warm_up_s=1.0,
)


def serve(
    folder: Path,
    request: wire.BlockRequest,
    *,
    interpreter: str = sys.executable,
    program: Path = WORKER_PROGRAM,
) -> tuple[list[Signal], str]:
    """What a worker answers to one request, and its log."""
    emitted: queue.Queue[Signal] = queue.Queue()
    command = [interpreter, "-u", "-X", "faulthandler", str(program)]
    worker = launch(command, environment={"PATH": "/usr/bin:/bin"}, folder=folder, block=0, emit=emitted.put)
    worker.send(wire.encode_request(request))
    signals: list[Signal] = []
    while not {Exited, ChannelClosed} <= {type(signal) for signal in signals}:
        signals.append(emitted.get(timeout=WAIT_S))
    worker.close()
    signals.sort(key=lambda signal: isinstance(signal, Exited))  # which of the last two is first is chance
    return signals, worker.log.text()


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_supported_python_gets_as_far_as_its_packages_go(
    tmp_path: Path, real_python: RealPython, version: str
) -> None:
    """GIVEN a bare Python WHEN it is asked for PyTorch THEN it says that this is what is missing."""
    empty = tmp_path / "environment"
    subprocess.run([real_python(version), "-m", "venv", "--without-pip", str(empty)], check=True)
    signals, log = serve(tmp_path, REQUEST, interpreter=str(empty / "bin" / "python"))
    hello, *_, failed, bye, _, exited = signals
    assert isinstance(hello, Hello), log
    assert hello.protocol == wire.PROTOCOL_VERSION
    assert hello.python.startswith(version)
    assert isinstance(failed, WorkerFailed)
    assert failed.kind is Outcome.ENV_INCOMPATIBLE
    assert "No module named" in failed.message
    assert isinstance(bye, Bye)
    assert exited == Exited(0)


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8"])
def test_an_older_python_is_turned_away_with_a_sentence(
    tmp_path: Path, real_python: RealPython, version: str
) -> None:
    signals, log = serve(tmp_path, REQUEST, interpreter=str(real_python(version)))
    assert signals[-1] == Exited(64)
    assert "needs Python 3.9 or newer" in log


def test_files_beside_the_worker_shadow_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "worker"
    shutil.copytree(WORKER_PROGRAM.parent, copy)
    for name in ("statistics", "json", "numpy", "array", "torch", "socket"):
        (copy / f"{name}.py").write_text("raise RuntimeError('a file beside the worker was loaded')")
    signals, log = serve(tmp_path, replace(REQUEST, framework="none"), program=copy / "__main__.py")
    failed = next(signal for signal in signals if isinstance(signal, WorkerFailed))
    assert failed.error == "KeyError"
    assert "beside the worker" not in log + failed.traceback


def test_a_worker_whose_application_closes_the_channel_ends_at_once(tmp_path: Path) -> None:
    emitted: queue.Queue[Signal] = queue.Queue()
    command = [sys.executable, "-u", str(WORKER_PROGRAM)]
    worker = launch(command, environment={}, folder=tmp_path, block=0, emit=emitted.put)
    assert isinstance(emitted.get(timeout=WAIT_S), Hello)
    worker.close()
    while not isinstance(signal := emitted.get(timeout=WAIT_S), Exited):
        pass
    assert signal.code in (-9, wire.EXIT_PARENT_GONE)


def test_a_worker_started_for_another_parent_does_not_begin(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, str(WORKER_PROGRAM), "0", "1"], capture_output=True, check=False, timeout=WAIT_S
    )
    assert result.returncode == wire.EXIT_PARENT_GONE

"""Ask a Python what it holds, by running `fwcompare/worker/probe.py` in it.

An interpreter is code: starting one runs its environment's start-up files. So only an interpreter
that the user named or assigned is probed, and it is treated as unreliable: it may hang, flood, crash
or not be a Python at all, and each of these becomes an `InterpreterError` with a remedy.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fwcompare.errors import InterpreterError
from fwcompare.interpreters.environment import clean_environment
from fwcompare.interpreters.installation import for_shell, found, installation_of
from fwcompare.paths import tilde
from fwcompare.worker.probe import OLDEST_PYTHON

DEFAULT_TIMEOUT_S: Final = 30.0
MAX_OUTPUT_BYTES: Final = 1 << 20
"""An interpreter that prints more than this before it answers is ended."""

_SCRIPT: Final = Path(__file__).parents[1] / "worker" / "probe.py"
_OLDEST: Final = ".".join(map(str, OLDEST_PYTHON))
_KILL_WAIT_S: Final = 5.0
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class InterpreterInfo:
    """What an interpreter holds.

    Attributes:
        interpreter: Absolute path that was started.
        executable: The path that it gives itself; another one for a pyenv shim or a wrapper script.
        versions: Version by module, of those in `fwcompare.worker.probe.DISTRIBUTIONS` that are
            installed; "unknown" where the installation keeps no record of it.
        tensorflow_distribution: Name of the distribution that brings TensorFlow, "" if unknown.
        torch_cuda: CUDA version that torch was built for, None for a build without.
        tensorflow_cuda: CUDA version that TensorFlow was built for ("unknown" if it does not tell),
            None for a build without.
        cuda_libraries: Where the CUDA libraries that TensorFlow loads are, None if none was found.
        jax_cuda: What JAX uses an NVIDIA GPU with, None if nothing is installed.
        onnxruntime_distribution: Name of the distribution that brings ONNX Runtime, "" if unknown.
        compiler: Absolute path of a C++ compiler, None if none was found.
        python_header: Absolute path of this Python's C header, None if it is not installed.
        site_packages: The folders into which packages are installed.
    """

    interpreter: str
    python: str
    implementation: str
    executable: str
    prefix: str
    platform: str
    versions: dict[str, str]
    tensorflow_distribution: str
    torch_cuda: str | None
    tensorflow_cuda: str | None
    cuda_libraries: str | None
    jax_cuda: str | None
    onnxruntime_distribution: str
    compiler: str | None
    python_header: str | None
    site_packages: tuple[str, ...]


class Prober:
    """Probes interpreters and remembers the answers until something changes in them.

    Args:
        base: The caller's environment, from which that of the probed Python is made.
    """

    def __init__(self, base: Mapping[str, str], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        self._base = dict(base)
        self._timeout_s = timeout_s
        self._known: dict[Path, tuple[_Stamp, InterpreterInfo]] = {}
        self._stopped = threading.Event()

    def probe(self, interpreter: str | Path) -> InterpreterInfo:
        """What the interpreter holds; see the function `probe` for arguments and errors."""
        python = installation_of(interpreter).python
        known = self.known(python)
        if known is not None:
            return known
        info = probe(python, base=self._base, timeout_s=self._timeout_s, stopped=self._stopped)
        self._known[python] = (_stamp(python, info), info)
        return info

    def known(self, interpreter: str | Path) -> InterpreterInfo | None:
        """The remembered answer, None if there is none or something has changed since; starts nothing."""
        python = installation_of(interpreter).python
        stamp, info = self._known.get(python, ((), None))
        return info if info is not None and stamp == _stamp(python, info) else None

    @property
    def is_stopped(self) -> bool:
        """True once `stop` was called."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the probe that is going on, and begin none any more; called from another thread."""
        self._stopped.set()


def probe(
    interpreter: str | Path,
    *,
    base: Mapping[str, str],
    timeout_s: float = DEFAULT_TIMEOUT_S,
    stopped: threading.Event | None = None,
) -> InterpreterInfo:
    """Start the interpreter once and return what it holds.

    Args:
        interpreter: A Python, or the folder of a venv or conda environment.
        base: The caller's environment.
        timeout_s: Seconds it has to answer.
        stopped: Once it is set the interpreter is ended instead of waited for.

    Raises:
        InterpreterError: It is missing, not executable, not a Python, too old, or it hung, flooded
            its output or crashed; or the probe was stopped.
    """
    installation = installation_of(interpreter)
    python = installation.python
    stopped = stopped or threading.Event()
    check_file(python)
    _check_wanted(stopped, python)
    environment = clean_environment(base, installation=installation)
    cookies = (secrets.token_hex(16), secrets.token_hex(16))
    with tempfile.TemporaryDirectory(prefix="fwcompare-probe-", ignore_cleanup_errors=True) as folder:
        process = _start([str(python), "-u", str(_SCRIPT), *cookies], environment, folder)
        try:
            body = _await_answer(process, python, cookies, timeout_s, stopped)
        finally:
            _end(process)
    return _decode(body, python)


_Stamp = tuple[int | None, ...]


def _stamp(python: Path, info: InterpreterInfo) -> _Stamp:
    """Modification times that change when the Python is replaced or a package comes or goes."""
    return tuple(_modified_ns(path) for path in (python, *map(Path, info.site_packages)))


def _modified_ns(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def check_file(python: Path) -> None:
    """See by its file whether this could be a Python.

    Raises:
        InterpreterError: It is missing, a folder, or not executable.
    """
    name = tilde(str(python))
    if found(python.is_dir):
        raise InterpreterError(
            f"There is no Python in the folder {name}.",
            "Name the folder of a venv or conda environment, or the Python itself.",
        )
    if not found(python.exists):
        gone = " (it is a link to something that is gone)" if found(python.is_symlink) else ""
        raise InterpreterError(
            f"There is no Python at {name}{gone}.", "Name an existing Python or the folder of an environment."
        )
    if not os.access(python, os.X_OK):
        raise InterpreterError(
            f"{name} is no Python that can be started: it is not executable.",
            "Name a Python or the folder of an environment.",
        )


def _check_wanted(stopped: threading.Event, python: Path) -> None:
    if stopped.is_set():
        raise InterpreterError(f"{tilde(str(python))} was not asked: fwcompare is ending.", "Start it again.")


def _start(command: list[str], environment: dict[str, str], folder: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise InterpreterError(
            f"{tilde(command[0])} can't be started: {error.strerror}.",
            "It is not a Python for this machine; name another.",
        ) from error


def _await_answer(
    process: subprocess.Popen[bytes],
    python: Path,
    cookies: tuple[str, str],
    timeout_s: float,
    stopped: threading.Event,
) -> bytes:
    """What the process printed between the cookies; what it does afterwards does not matter."""
    deadline = time.monotonic() + timeout_s
    begin, end = f"{cookies[0]}:".encode(), f":{cookies[1]}".encode()
    output = bytearray()
    reader = threading.Thread(target=_collect, args=(process, output, end), name="probe", daemon=True)
    reader.start()
    while reader.is_alive() and not stopped.is_set() and time.monotonic() < deadline:
        reader.join(_LOOK_S)  # no longer, so that a wish to stop is soon noticed
    _, found, body = bytes(output).partition(begin)
    body, complete, _ = body.partition(end)
    if found and complete:
        return body
    _check_wanted(stopped, python)
    if len(output) >= MAX_OUTPUT_BYTES:
        raise InterpreterError(
            f"{tilde(str(python))} printed more than {MAX_OUTPUT_BYTES >> 20} MiB and no answer.",
            "Remove what its start-up files (sitecustomize.py, *.pth) print, or name another Python.",
        )
    try:
        exit_code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise InterpreterError(
            f"{tilde(str(python))} gave no answer within {timeout_s:g} s and was ended.",
            f"See whether it starts by itself: {for_shell(python)} -c pass",
        ) from None
    raise _no_answer(python, exit_code, output.decode(errors="replace"))


def _collect(process: subprocess.Popen[bytes], output: bytearray, end: bytes) -> None:
    """Read until the answer is complete, the output ends or there is too much of it.

    Runs in a thread that owns the pipe: a grandchild that left the group may keep it open for ever.
    """
    assert process.stdout is not None
    with process.stdout as pipe:
        while len(output) < MAX_OUTPUT_BYTES and end not in output[-2 * 65_536 :]:
            chunk = pipe.read(65_536)
            if not chunk:
                return
            output += chunk


def _no_answer(python: Path, exit_code: int, text: str) -> InterpreterError:
    name = tilde(str(python))
    remedy = f"See whether it starts by itself: {for_shell(python)} -c pass"
    if exit_code == 0:
        return InterpreterError(f"{name} is not a Python: it ended without answering.", "Name a Python.")
    if "SyntaxError: invalid syntax" in text and _SCRIPT.name in text:  # Python 2 can't even parse the probe
        return _too_old(name, "older than 3.6")
    lines = [line.strip() for line in text.splitlines() if line.strip()][-3:]
    words = f" Its last words: “{tilde(' / '.join(lines))[-600:]}”." if lines else " It printed nothing."
    return InterpreterError(f"{name} {_ended(exit_code)} before it answered.{words}", remedy)


def _ended(exit_code: int) -> str:
    if exit_code > 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was killed by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was killed by signal {-exit_code}"


def _too_old(name: str, version: str) -> InterpreterError:
    return InterpreterError(
        f"{name} is Python {version}, too old to measure in.", f"Name a Python {_OLDEST} or newer."
    )


def _decode(body: bytes, python: Path) -> InterpreterInfo:
    name = tilde(str(python))
    try:
        answer = msgspec.json.decode(body, type=dict[str, object])
        version = str(answer.get("python"))
        if tuple(map(int, version.split(".")[:2])) < OLDEST_PYTHON:
            raise _too_old(name, version)
        return msgspec.convert({**answer, "interpreter": str(python)}, InterpreterInfo)
    except (msgspec.MsgspecError, ValueError) as error:
        raise InterpreterError(
            f"{name} answered in a way that can't be read: {error}.",
            "Something in its start-up files disturbs programs that it runs; name another Python.",
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group and reap the process; nothing that the probe started stays."""
    if sys.platform == "win32":
        process.kill()
    else:
        # PermissionError: on macOS, when only a zombie is left
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_WAIT_S)

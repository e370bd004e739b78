"""Where a Python lives: a plain installation, a venv or a conda environment.

Everything here is learned by reading files. Nothing is started: starting a Python runs the start-up
files of its environment, so only one that the user named or assigned is ever started.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from fwcompare.paths import tilde


class Kind(StrEnum):
    """What sort of installation a Python belongs to."""

    PLAIN = "plain"
    VENV = "venv"
    CONDA = "conda"


@dataclass(frozen=True, slots=True)
class Installation:
    """A Python and the environment it belongs to.

    Attributes:
        python: Absolute path of the executable, its symlinks kept: a venv's Python is one.
        prefix: Folder of the environment.
        path_entries: Folders that activating the environment puts first on PATH and without which
            its libraries don't load; empty unless it is a conda environment.
    """

    python: Path
    kind: Kind
    prefix: Path
    path_entries: tuple[Path, ...] = ()


_PYTHON_IN_FOLDER: Final = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
_EXECUTABLE_FOLDERS: Final = ("bin", "Scripts")


def python_at(path: str | Path) -> Path:
    """The Python that the user means by a path: `~` expanded, absolute, an environment's folder entered.

    Symlinks are kept, because a venv is recognised by where its link stands. A path at which there
    is nothing comes back as it is, absolute.
    """
    # `Path.absolute`, not `resolve`: see above
    absolute = _expanded(Path(path)).absolute()
    if not found(absolute.is_dir):
        return absolute
    candidates = (absolute / name for name in _PYTHON_IN_FOLDER)
    return next((python for python in candidates if found(python.exists)), absolute)


def installation_of(python: str | Path) -> Installation:
    """What the Python belongs to, by the marker files around it.

    Args:
        python: What `python_at` accepts.
    """
    executable = python_at(python)
    prefix = _prefix(executable)
    if found((prefix / "pyvenv.cfg").is_file) or found((executable.parent / "pyvenv.cfg").is_file):
        return Installation(executable, Kind.VENV, prefix)
    # conda's Python finds its home through links, so a link to it from elsewhere is conda as well
    for home in (prefix, _prefix(Path(os.path.realpath(executable)))):
        if found((home / "conda-meta").is_dir):
            return Installation(executable, Kind.CONDA, home, _conda_path_entries(home))
    return Installation(executable, Kind.PLAIN, prefix)


def identity(installation: Installation) -> str:
    """What two paths share that lead to the same environment: its folder, or else the executable itself.

    A venv is known by its folder, because its Python is a link to one that other venvs link to as well.
    """
    is_plain = installation.kind is Kind.PLAIN
    return os.path.realpath(installation.python if is_plain else installation.prefix)


def fingerprint(installation: Installation) -> str | None:
    """Changes when the Python is replaced or its environment made anew, not when packages come or go.

    Returns:
        A hash; None if there is no Python.
    """
    executable = Path(os.path.realpath(installation.python))
    try:
        status = executable.stat()
    except OSError:
        return None
    marks = [str(executable), str(status.st_size), str(status.st_mtime_ns)]
    with suppress(OSError):
        marks.append(str((installation.prefix / "pyvenv.cfg").stat().st_mtime_ns))
    return hashlib.sha256("\n".join(marks).encode(errors="surrogateescape")).hexdigest()[:32]


def for_shell(python: str | Path) -> str:
    """The path as the user can paste it into a shell, with `~` for the home folder."""
    text = str(python)
    quoted = shlex.quote(text)
    # a quoted `~` would not be expanded
    return tilde(text) if quoted == text else quoted


def found(check: Callable[[], bool]) -> bool:
    """The answer of a check like `path.is_dir`, False also where the file system refuses to say."""
    try:
        return check()
    except OSError:  # no permission, a name that is too long …
        return False


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # `~name` of a user who does not exist: a file of that name, then
        return path


def _prefix(executable: Path) -> Path:
    folder = executable.parent
    return folder.parent if folder.name in _EXECUTABLE_FOLDERS else folder


def _conda_path_entries(prefix: Path) -> tuple[Path, ...]:
    if found((prefix / "python.exe").exists):
        return (prefix, prefix / "Library" / "bin", prefix / "Scripts")
    return (prefix / "bin",)


def cpp_compiler(base: Mapping[str, str]) -> str | None:
    """The C++ compiler that `torch.compile` is to use on the CPU: $CXX, g++, c++ or clang++ on PATH."""
    names = (base.get("CXX", ""), "g++", "c++", "clang++")
    return next(
        (path for name in names if name and (path := shutil.which(name, path=base.get("PATH")))), None
    )

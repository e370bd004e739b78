"""Find Pythons where people keep them, by reading folders and files; nothing is started.

Bounded in time and number, and never deeper than a place says: a loop of links ends by itself.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import platformdirs

from fwcompare.interpreters.installation import Installation, Kind, found, identity, installation_of
from fwcompare.interpreters.reading import entries

MAX_FOUND: Final = 200
"""Pythons that are listed; whoever has more can add one by its path."""

MAX_SECONDS: Final = 5.0
"""For the whole search; on an ordinary disk it takes a few hundredths of that."""

_MAX_ENTRIES: Final = 1000
_PYTHON_NAME: Final = re.compile(r"python(3(\.\d+)?)?(\.exe)?")


class Origin(StrEnum):
    """Where a Python was found, as the user reads it."""

    OWN = "fwcompare's own"
    ADDED = "your settings"
    PATH = "PATH"
    ACTIVE = "active environment"
    PROJECT = "this folder"
    VENV = "venv"
    POETRY = "Poetry"
    PIPX = "pipx"
    UV = "uv"
    PDM = "PDM"
    HATCH = "Hatch"
    CONDA = "conda"
    PYENV = "pyenv"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where to look.

    Attributes:
        home: The user's home folder.
        working: The folder in which fwcompare was started.
        data: Where applications keep this user's data.
        cache: Where they keep what can be made again.
        environment: Variables: PATH, VIRTUAL_ENV, PYENV_ROOT …
    """

    home: Path
    working: Path
    data: Path
    cache: Path
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A Python that was found, and where."""

    installation: Installation
    origin: Origin


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found.

    Attributes:
        is_complete: False if the search ended at a bound, so that there may be more.
    """

    found: tuple[Found, ...]
    is_complete: bool


def real_surroundings() -> Surroundings:
    """The user's own."""
    return Surroundings(
        home=Path.home(),
        working=Path.cwd(),
        data=Path(platformdirs.user_data_dir()),
        cache=Path(platformdirs.user_cache_dir()),
        environment=dict(os.environ),
    )


def discover(
    surroundings: Surroundings,
    known: Mapping[str, Origin],
    *,
    is_stopped: Callable[[], bool] = lambda: False,
    max_found: int = MAX_FOUND,
    max_seconds: float = MAX_SECONDS,
) -> Discovery:
    """Pythons by the environment they belong to, each once, in the order of the places.

    Args:
        surroundings: Where to look.
        known: Pythons that are listed wherever they are, even where nothing is at their path.
        is_stopped: Asked again and again; True ends the search.
        max_found: Pythons after which it ends.
        max_seconds: Time after which it ends.
    """
    deadline = time.monotonic() + max_seconds
    met: dict[str, Found] = {}
    for named, origin in known.items():
        installation = installation_of(named)
        met.setdefault(identity(installation), Found(installation, origin))
    for path, origin in _candidates(surroundings):
        if is_stopped() or time.monotonic() > deadline or len(met) >= max_found:
            return Discovery(tuple(met.values()), is_complete=False)
        installation = installation_of(path)
        if _is_executable(installation.python):
            met.setdefault(identity(installation), Found(installation, _origin_of(installation, origin)))
    return Discovery(tuple(met.values()), is_complete=True)


def _candidates(surroundings: Surroundings) -> Iterator[tuple[Path, Origin]]:
    """Paths at which there may be a Python or an environment."""
    for folder, levels, origin in _places(surroundings):
        for path in _below(folder, levels):
            yield path, origin
    for line in _lines(surroundings.home / ".conda" / "environments.txt"):
        yield Path(line), Origin.CONDA
    for name in surroundings.environment.get("PATH", "").split(os.pathsep):
        # a relative entry depends on where one stands, and an empty one means that folder
        if Path(name).is_absolute():
            for path in entries(Path(name), _MAX_ENTRIES * 10):
                if _PYTHON_NAME.fullmatch(path.name):
                    yield path, Origin.PATH


def _places(surroundings: Surroundings) -> Iterator[tuple[Path, int, Origin]]:
    """Folders, and how many levels below them environments are: 0 if the folder itself is one."""
    home, get = surroundings.home, surroundings.environment.get
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if active := get(name):
            yield Path(active), 0, Origin.ACTIVE
    for name in (".venv", "venv", "env"):
        yield surroundings.working / name, 0, Origin.PROJECT
    own_venvs = [home / name for name in (".virtualenvs", "venvs", ".venvs", "envs", "Envs")]
    for folder in [Path(get("WORKON_HOME") or home / ".virtualenvs"), *own_venvs]:
        yield folder, 1, Origin.VENV
    for data in dict.fromkeys((surroundings.data, home / ".local" / "share")):
        yield data / "pipx" / "venvs", 1, Origin.PIPX
        yield data / "uv" / "python", 1, Origin.UV
        yield data / "uv" / "tools", 1, Origin.UV
        yield data / "pdm" / "venvs", 1, Origin.PDM
        yield data / "hatch" / "env" / "virtual", 3, Origin.HATCH
    yield home / ".local" / "pipx" / "venvs", 1, Origin.PIPX
    yield surroundings.cache / "pypoetry" / "virtualenvs", 1, Origin.POETRY
    roots = [home / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba")]
    for root in (*roots, home / ".conda", Path(get("MAMBA_ROOT_PREFIX") or "/opt/conda"), Path("/opt/conda")):
        yield root, 0, Origin.CONDA
        yield root / "envs", 1, Origin.CONDA
    versions = Path(get("PYENV_ROOT") or home / ".pyenv") / "versions"
    yield versions, 1, Origin.PYENV
    yield home / ".pyenv" / "pyenv-win" / "versions", 1, Origin.PYENV


def _below(folder: Path, levels: int) -> Iterator[Path]:
    if levels == 0:
        yield folder
        return
    for entry in entries(folder, _MAX_ENTRIES):
        if found(entry.is_dir):
            yield from _below(entry, levels - 1)


def _is_executable(python: Path) -> bool:
    """True for a file that the system itself can run: a script, as pyenv's shims are, only leads to another."""
    try:
        if not python.is_file() or not os.access(python, os.X_OK):
            return False
        with python.open("rb") as stream:
            return stream.read(2) not in {b"#!", b""}
    except OSError:
        return False


def _origin_of(installation: Installation, origin: Origin) -> Origin:
    """Where it is from: on PATH there are environments as well."""
    if origin is not Origin.PATH or installation.kind is Kind.PLAIN:
        return origin
    return Origin.VENV if installation.kind is Kind.VENV else Origin.CONDA


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return []
    return [line.strip() for line in text.splitlines()[:_MAX_ENTRIES] if Path(line.strip()).is_absolute()]

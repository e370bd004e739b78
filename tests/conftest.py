"""What all tests share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _user_folders_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test, and no process that a test starts, reads or writes the user's data, cache or settings."""
    folder = tmp_path_factory.mktemp("user")
    for kind in ("DATA", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))


@pytest.fixture(scope="session")
def real_python() -> Callable[[str], Path]:
    """Another Python of this machine by its version, for instance "3.9"; skips if there is none."""

    def find(version: str) -> Path:
        on_path = shutil.which(f"python{version}")
        candidates = [Path(on_path)] if on_path else []
        pyenv = shutil.which("pyenv")
        if pyenv:
            root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True).stdout.strip()
            candidates += sorted(Path(root, "versions").glob(f"{version}.*/bin/python"))
        for candidate in candidates:
            # a pyenv shim is on PATH for every version, also for those that are switched off
            code = "import sys; print('%d.%d' % sys.version_info[:2])"
            answer = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
            if answer.stdout.strip() == version:
                return candidate
        pytest.skip(f"there is no Python {version} on this machine")

    return find

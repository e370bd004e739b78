"""What the frozen application's children see of PyInstaller's start-up program: nothing."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LD_LIBRARY_PATH": "/app"}, {}),
        (
            {"LD_LIBRARY_PATH": "/app:/mine", "LD_LIBRARY_PATH_ORIG": "/mine"},
            {"LD_LIBRARY_PATH": "/mine", "LD_LIBRARY_PATH_ORIG": "/mine"},
        ),
        ({"_PYI_ARCHIVE_FILE": "/app/fwcompare", "PATH": "/bin"}, {"PATH": "/bin"}),
    ],
)
def test_the_environment_is_the_users_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: dict[str, str]
) -> None:
    environment = dict(given)
    monkeypatch.setattr(os, "environ", environment)

    runpy.run_path(str(root / ".ci/restore_environment.py"))

    assert environment == expected

"""Folders, children and an engine for each test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.execution.engine import Engine
from fwcompare.paths import DataPaths, paths_in
from tests.integration.plans import CHILDREN, IMPATIENT


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """Folders of this test alone, with a lock of its own."""
    return replace(paths_in(tmp_path / "data"), lock_file=tmp_path / "lock")


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str], str]:
    """Makes an 'interpreter' that can be probed but runs a script of `tests/children` as its worker."""

    def make(name: str) -> str:
        path = tmp_path / f"python-{name}"
        path.write_text(
            f"""#!/bin/sh
case "$*" in *probe.py*) exec "{sys.executable}" "$@" ;; esac
exec "{sys.executable}" "{CHILDREN / name}.py" "$@"
"""
        )
        path.chmod(0o755)
        return str(path)

    return make


@pytest.fixture
def engine(paths: DataPaths) -> Iterator[Engine]:
    with Engine(paths, deadlines=IMPATIENT) as engine:
        yield engine

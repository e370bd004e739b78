"""Pythons where people keep them, in homes that are made for it; none of them is ever started."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.interpreters.discovery import Origin, Surroundings, discover, real_surroundings


@pytest.fixture
def around(tmp_path) -> Surroundings:
    """A home in which there is nothing yet."""
    home = tmp_path / "home"
    return Surroundings(
        home=home,
        working=tmp_path / "project",
        data=home / ".local/share",
        cache=home / ".cache",
        environment={"PYENV_ROOT": str(tmp_path / "pyenv"), "MAMBA_ROOT_PREFIX": str(tmp_path / "mamba")},
    )


def make_venv(folder: Path) -> Path:
    """What a venv looks like; its Python is a link to one that says nothing but that it was started."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text("version = 3.11.7\n")
    return folder


def make_python(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy("/bin/true", path)
    return path


def found_in(around: Surroundings, **bounds) -> dict[str, Origin]:
    """Paths and origins, of those that do not belong to this machine."""
    root = around.home.parent
    return {
        str(one.installation.python.relative_to(root)): one.origin
        for one in discover(around, {}, **bounds).found
        if root in one.installation.python.parents
    }


@pytest.mark.parametrize(
    ("place", "origin"),
    [
        ("project/.venv", Origin.PROJECT),
        ("home/.virtualenvs/a", Origin.VENV),
        ("home/venvs/a", Origin.VENV),
        ("home/.cache/pypoetry/virtualenvs/a-x1-py3.11", Origin.POETRY),
        ("home/.local/share/pipx/venvs/a", Origin.PIPX),
        ("home/.local/share/uv/tools/a", Origin.UV),
        ("home/.local/share/pdm/venvs/a", Origin.PDM),
        ("home/.local/share/hatch/env/virtual/a/x1/test", Origin.HATCH),
    ],
)
def test_environments_where_tools_put_them(around, place, origin):
    make_venv(around.home.parent / place)

    assert found_in(around) == {f"{place}/bin/python": origin}


@pytest.mark.parametrize(
    "place", ["home/miniconda3", "home/miniconda3/envs/a", "mamba/envs/a", "elsewhere/a"]
)
def test_environments_of_conda(around, place):
    folder = around.home.parent / place
    make_python(folder / "bin/python")
    (folder / "conda-meta").mkdir()
    listed = around.home / ".conda/environments.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text(f"\n{around.home.parent / 'elsewhere/a'}\nnot/absolute\n/gone\n")

    assert found_in(around) == {f"{place}/bin/python": Origin.CONDA}


def test_versions_of_pyenv_and_what_is_on_path(around):
    root = around.home.parent
    make_python(root / "pyenv/versions/3.12.1/bin/python")
    make_python(root / "bin/python3.13")
    make_python(root / "bin/python3-config")
    (root / "bin/python3").symlink_to("python3.13")
    shim = root / "shims/python"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\n")
    shim.chmod(0o755)
    make_python(root / "off/python").chmod(0o644)
    venv = make_venv(root / "active")
    path = f"{root / 'bin'}:{root / 'shims'}::relative:{root / 'off'}:{venv / 'bin'}:{root / 'none'}"
    around = replace(around, environment={**around.environment, "PATH": path})

    assert found_in(around) == {
        "pyenv/versions/3.12.1/bin/python": Origin.PYENV,
        "bin/python3": Origin.PATH,  # once, though there are two names for it
        "active/bin/python": Origin.VENV,
    }


def test_an_environment_that_is_reached_twice_is_listed_once(around):
    venv = make_venv(around.home / "venvs/a")
    (around.home / "venvs/b").symlink_to(venv)
    around = replace(around, environment={**around.environment, "VIRTUAL_ENV": str(venv)})

    assert found_in(around) == {"home/venvs/a/bin/python": Origin.ACTIVE}


def test_loops_of_links_and_locked_folders_end_nothing(around, monkeypatch):
    venvs = around.home / "venvs"
    make_venv(venvs / "good")
    (venvs / "loop").symlink_to(venvs)
    (venvs / "self").symlink_to("self")
    hatch = around.home / ".local/share/hatch/env/virtual"
    hatch.mkdir(parents=True)
    (hatch / "up").symlink_to(hatch)
    locked = around.home / ".virtualenvs"
    locked.mkdir()
    listing = Path.iterdir

    def iterdir(path):
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)

    assert found_in(around) == {"home/venvs/good/bin/python": Origin.VENV}


def test_the_search_ends_at_its_bounds_and_says_so(around):
    for number in range(5):
        make_venv(around.home / f"venvs/{number}")

    assert discover(around, {}).is_complete
    for bounds in ({"max_found": 2}, {"max_seconds": -1.0}, {"is_stopped": lambda: True}):
        ended = discover(around, {}, **bounds)
        assert not ended.is_complete
        assert len(ended.found) <= 2


def test_those_that_are_known_come_first_even_if_they_are_gone(around):
    venv = make_venv(around.home / "venvs/a")

    found = discover(around, {"/gone/bin/python": Origin.ADDED, str(venv): Origin.ADDED}).found

    assert [str(one.installation.python) for one in found[:2]] == [
        "/gone/bin/python",
        str(venv / "bin/python"),
    ]
    assert [one.origin for one in found if one.installation.prefix == venv] == [Origin.ADDED]


def test_nothing_is_started(around, monkeypatch):
    make_venv(around.home / "venvs/a")

    def refuse(*_arguments, **_options):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)

    assert found_in(around)
    assert discover(real_surroundings(), {}).found

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fwcompare.interpreters.installation import Kind, for_shell, found, installation_of, python_at


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


@pytest.mark.parametrize("name", ["bin/python", "bin/python3", "Scripts/python.exe", "python.exe"])
def test_the_folder_of_an_environment_means_its_python(tmp_path, name):
    python = touch(tmp_path / name)
    assert python_at(tmp_path) == python


def test_a_link_is_not_followed_because_a_venv_is_known_by_it(make_environment):
    environment = make_environment()
    assert environment.python.is_symlink()
    assert python_at(environment.python) == environment.python


def test_a_relative_path_becomes_absolute_and_a_tilde_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert python_at("envs/tf/bin/python") == tmp_path / "envs/tf/bin/python"
    assert python_at("~/envs/tf/bin/python") == tmp_path / "home/envs/tf/bin/python"


@pytest.mark.parametrize("text", ["~nobody-of-this-name/python", "x" * 5000, "missing", "missing/bin/python"])
def test_a_path_to_nothing_comes_back_absolute(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    assert python_at(text) == tmp_path / text
    assert installation_of(text).kind is Kind.PLAIN


def test_a_folder_without_a_python_stays_a_folder(tmp_path):
    assert python_at(tmp_path) == tmp_path


def test_a_venv_is_recognised_by_its_python_and_by_its_folder(make_environment):
    environment = make_environment()
    for path in (environment.python, environment.folder):
        installation = installation_of(path)
        assert (installation.kind, installation.prefix) == (Kind.VENV, environment.folder)
        assert installation.python == environment.python
        assert installation.path_entries == ()


def test_a_plain_python_belongs_to_no_environment():
    installation = installation_of(os.path.realpath(sys.executable))
    assert installation.kind is Kind.PLAIN
    assert installation.path_entries == ()


def test_a_conda_environment_is_recognised_also_through_a_link(tmp_path):
    prefix = tmp_path / "conda" / "envs" / "torch"
    python = touch(prefix / "bin" / "python")
    (prefix / "conda-meta").mkdir()
    link = tmp_path / "bin" / "python-for-torch"
    link.parent.mkdir()
    link.symlink_to(python)
    for path in (prefix, python, link):
        installation = installation_of(path)
        assert (installation.kind, installation.prefix) == (Kind.CONDA, prefix)
        assert installation.path_entries == (prefix / "bin",)
    assert installation_of(link).python == link


def test_a_conda_environment_of_windows_has_its_libraries_on_path(tmp_path):
    touch(tmp_path / "python.exe")
    (tmp_path / "conda-meta").mkdir()
    installation = installation_of(tmp_path)
    assert installation.prefix == tmp_path
    assert installation.path_entries == (tmp_path, tmp_path / "Library" / "bin", tmp_path / "Scripts")


def test_a_venv_made_from_conda_is_a_venv(make_environment):
    environment = make_environment()
    (environment.folder / "conda-meta").mkdir()
    assert installation_of(environment.folder).kind is Kind.VENV


def test_links_in_a_circle_are_no_environment(tmp_path):
    python = tmp_path / "python"
    python.symlink_to(python)
    assert installation_of(python).kind is Kind.PLAIN


def test_a_check_that_the_file_system_refuses_is_answered_no(tmp_path):
    assert not found((tmp_path / ("x" * 5000)).is_dir)
    assert found(tmp_path.is_dir)


def test_a_path_can_be_pasted_into_a_shell(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert for_shell("/home/ada/env/bin/python") == "~/env/bin/python"
    assert for_shell("/home/ada/my env/bin/python") == "'/home/ada/my env/bin/python'"

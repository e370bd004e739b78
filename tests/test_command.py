"""The search path is safe before anything is imported from it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import fwcompare
from fwcompare.command import drop_current_folder

STANDARD_LIBRARY = str(Path(os.__file__).parent)


def path_after_dropping(monkeypatch: pytest.MonkeyPatch, *entries: str) -> list[str]:
    monkeypatch.setattr(sys, "path", list(entries))
    drop_current_folder()
    return sys.path


@pytest.mark.parametrize("spelling", ["", ".", "./"])
def test_the_current_folder_goes_however_it_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert path_after_dropping(monkeypatch, spelling, STANDARD_LIBRARY) == [STANDARD_LIBRARY]


def test_it_goes_under_all_its_names_and_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    monkeypatch.chdir(folder)

    left = path_after_dropping(monkeypatch, str(folder), "/elsewhere", str(link), STANDARD_LIBRARY)

    assert left == ["/elsewhere", STANDARD_LIBRARY]


def test_what_is_installed_stays_even_if_it_is_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN somebody who works in site-packages
    monkeypatch.chdir(tmp_path)

    left = path_after_dropping(monkeypatch, "", STANDARD_LIBRARY, str(tmp_path))

    assert left == [STANDARD_LIBRARY, str(tmp_path)]


def test_the_folder_of_fwcompare_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a checkout that is not installed
    checkout = str(Path(fwcompare.__file__).parent.parent)
    monkeypatch.chdir(checkout)

    assert path_after_dropping(monkeypatch, checkout, STANDARD_LIBRARY) == [checkout, STANDARD_LIBRARY]


def test_a_frozen_application_without_that_entry_is_cleaned_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert path_after_dropping(monkeypatch, "/bundle", "") == ["/bundle"]


def test_a_deleted_current_folder_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert path_after_dropping(monkeypatch, "", STANDARD_LIBRARY) == ["", STANDARD_LIBRARY]

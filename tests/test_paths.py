"""Where files are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from fwcompare.paths import resource_folder


def test_resources_of_a_checkout_lie_beside_the_package(root: Path) -> None:
    assert resource_folder() == root / "resources"


def test_resources_of_a_wheel_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a package with resources inside and a foreign folder of the same name beside it
    inside = tmp_path / "fwcompare" / "resources"
    inside.mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr("fwcompare.paths.__file__", str(tmp_path / "fwcompare" / "paths.py"))

    assert resource_folder() == inside

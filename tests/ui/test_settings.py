"""What the window remembers survives damage and newer versions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ui.settings import (
    MAX_RECENT,
    TableLayout,
    WindowSettings,
    load_window_settings,
    save_window_settings,
    with_recent,
)
from ui.theme import Scheme

TABLES = {"claims": TableLayout(b"\x00columns", ((3, True), (0, False))), "measured": TableLayout()}
SETTINGS = WindowSettings(Scheme.DARK, b"\x00\xffgeometry", b"layout", (Path("/a/one.fwsnap"),), TABLES)


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "config" / "window.json"

    save_window_settings(SETTINGS, path)

    assert load_window_settings(path) == SETTINGS
    assert list(path.parent.iterdir()) == [path]


def test_no_file_gives_the_defaults(tmp_path):
    assert load_window_settings(tmp_path / "window.json") == WindowSettings()


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '"text"', "[" * 100_000, '{"scheme": 1, "geometry": 2, "recent": 3}']
)
def test_a_damaged_file_gives_the_defaults(tmp_path, text):
    path = tmp_path / "window.json"
    path.write_text(text)

    assert load_window_settings(path) == WindowSettings()


def test_what_can_be_used_of_a_file_is_used(tmp_path):
    path = tmp_path / "window.json"
    recent = ["/a/b.fwsnap", "relative", 3, "/c\0d"]
    path.write_text(json.dumps({"scheme": "light", "layout": "no base64!", "recent": recent}))

    assert load_window_settings(path) == WindowSettings(Scheme.LIGHT, recent=(Path("/a/b.fwsnap"),))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_refuses_is_an_error(tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(OSError, match="denied"):
        save_window_settings(SETTINGS, tmp_path / "window.json")


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "config").write_text("")

    with pytest.raises(OSError, match="config"):
        save_window_settings(SETTINGS, tmp_path / "config" / "window.json")


def test_the_file_opened_last_comes_first_and_once():
    files = [Path(f"/{number}.fwsnap") for number in range(MAX_RECENT + 2)]
    recent = ()
    for file in [*files, files[5]]:
        recent = with_recent(recent, file)

    assert recent[:2] == (files[5], files[-1])
    assert len(recent) == len(set(recent)) == MAX_RECENT


@pytest.mark.parametrize(
    ("tables", "kept"),
    [
        ([], {}),
        ({"version": 99, "claims": {"columns": "AA==", "keys": []}}, {}),
        (
            {"version": 1, "claims": {"columns": "no base64!", "keys": [[1, True], [-1, True], [1], "x"]}},
            {"claims": TableLayout(b"", ((1, True),))},
        ),
        ({"version": 1, "claims": 3, "measured": {}}, {"measured": TableLayout()}),
    ],
)
def test_tables_of_another_version_or_damaged_are_not_used(tmp_path, tables, kept):
    path = tmp_path / "window.json"
    path.write_text(json.dumps({"tables": tables}))

    assert load_window_settings(path).tables == kept

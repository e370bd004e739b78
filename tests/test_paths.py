"""Where files are found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.paths import (
    MACHINE_LOCK,
    method_page,
    paths_in,
    resource_folder,
    sample_snapshot,
    shareable,
    tilde,
    user_paths,
)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> str:
    """A home folder whose name is part of many others."""
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setenv("USERPROFILE", "/root")
    return str(Path.home())


def test_resources_of_a_checkout_lie_beside_the_package(root: Path) -> None:
    assert resource_folder() == root / "resources"


def test_the_page_on_the_method_has_one_source_which_every_way_of_installing_brings_along() -> None:
    root = Path(__file__).parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert method_page() == root / "docs/method.md"
    assert wheel == {"docs/method.md": "fwcompare/resources/method.md"}
    assert '("docs/method.md", "fwcompare/resources")' in (root / "build.spec").read_text(encoding="utf-8")


def test_resources_of_a_wheel_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a package with resources inside and a foreign folder of the same name beside it
    inside = tmp_path / "fwcompare" / "resources"
    inside.mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr("fwcompare.paths.__file__", str(tmp_path / "fwcompare" / "paths.py"))

    assert resource_folder() == inside
    assert sample_snapshot() == inside / "sample" / "cnn-small.fwsnap"
    (inside / "method.md").touch()
    assert method_page() == inside / "method.md"


def test_the_lock_is_one_for_the_machine_whatever_the_folders(tmp_path: Path) -> None:
    assert paths_in(tmp_path).lock_file == user_paths().lock_file == MACHINE_LOCK


@pytest.mark.skipif(sys.platform == "win32", reason="there every user has a folder for temporary files")
def test_the_lock_does_not_follow_the_folder_for_temporary_files(root: Path, tmp_path: Path) -> None:
    code = "from fwcompare.paths import MACHINE_LOCK; print(MACHINE_LOCK)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "/tmp/fwcompare-measuring.lock\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/root", "~"),
        ("/root/", "~/"),
        ("/root/venv/bin/python", "~/venv/bin/python"),
        ("/root/root/x", "~/root/x"),
        ("/root/.cache", "~/.cache"),
        ("file:///root/x", "file://~/x"),
        ("'/root/x'", "'~/x'"),
        ('File "/root/x.py", line 3', 'File "~/x.py", line 3'),
        ("“/root/x”", "“~/x”"),
        ("(/root)", "(~)"),
        ("[/root]", "[~]"),
        ("{/root}", "{~}"),
        ("</root/x>", "<~/x>"),
        ("[Errno 2]/root/x", "[Errno 2]~/x"),
        ("PATH=/root/bin:/usr/bin:/root/sbin", "PATH=~/bin:/usr/bin:~/sbin"),
        ("/root:/root:/root", "~:~:~"),
        ("/root/x:/root/y", "~/x:~/y"),
        ("a,/root,b;/root;c", "a,~,b;~;c"),
        ("g++ -I/root/include -L/root/lib -Wl,-rpath,/root/lib", "g++ -I~/include -L~/lib -Wl,-rpath,~/lib"),
        ("['-I/root/include']", "['-I~/include']"),
        ("--prefix=/root", "--prefix=~"),
        ("in /root.", "in ~."),
        ("in /root, /root; /root! /root? /root: x", "in ~, ~; ~! ~? ~: x"),
        ("/root\n/root/x\t/root", "~\n~/x\t~"),
        (r"b'one\n/root/x\t/root/y\r/root/z'", r"b'one\n~/x\t~/y\r~/z'"),
        ("\x1b[1;31m/root/x\x1b[0m", "\x1b[1;31m~/x\x1b[0m"),
        ("host:/root/x", "host:~/x"),
        ("pytorch:eager@/root/x", "pytorch:eager@~/x"),
        ("/root|/root", "~|~"),
        ("no path at all", "no path at all"),
        ("", ""),
    ],
)
@pytest.mark.usefixtures("home")
def test_the_home_folder_becomes_a_tilde(text: str, expected: str) -> None:
    assert tilde(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "/data/root/venv",
        "/data/root",
        "/rootfs/x",
        "/root2",
        "/root_old/x",
        "/root-old/x",
        "/root.bak/x",
        "/root~/x",
        "/root@2x",
        "/root+x",
        "/root%20x",
        "/rooté",
        "é/root",
        "data/root/x",
        "./root/x",
        "../root/x",
        "~/root/x",
        "$HOME/root",
        "${HOME}/root",
        "$(pwd)/root",
        "*/root",
        "/data-I/root/x",
        "/mnt//root/x",
        "https://example.org/root/x",
        "http://localhost:80/root",
        "/opt/my-a/root/x",
    ],
)
@pytest.mark.usefixtures("home")
def test_what_only_looks_like_the_home_folder_stays(text: str) -> None:
    assert tilde(text) == text


def test_a_home_of_special_characters_is_taken_literally(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/a.b+(c)"))

    assert tilde("/home/a.b+(c)/x /home/aXb+(c)/x") == "~/x /home/aXb+(c)/x"


def test_the_root_folder_as_home_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/"))

    assert tilde("/usr/bin") == "/usr/bin"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_does_not_name_the_home_folder_is_shared_as_it_is(value: object) -> None:
    if str(Path.home()) not in json.dumps(value):
        assert shareable(value) == value


def test_the_home_folder_is_hidden_at_any_depth(home: str) -> None:
    tree = {"a": [f"{home}/x", {"b": (f"in {home}", 1, None)}]}

    assert shareable(tree) == {"a": ["~/x", {"b": ["in ~", 1, None]}]}


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    assert shareable(["a\udc80b"]) == ["a\\udc80b"]

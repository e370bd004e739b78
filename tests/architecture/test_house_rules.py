"""Rules of the house that no linter states."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name_of, nodes, python_files

SEAMS = {
    "fwcompare/worker/runner.py": "whatever a framework raises becomes a message of the worker",
    "fwcompare/execution/sampler.py": "whatever a source of readings raises becomes 'not available', with the reason",
}
"""The only files that may catch everything, once each, and why. The window needs none: Qt's and Python's hooks
report a defect without catching it (`ui/defects.py`)."""

MAY_PRINT = ("fwcompare/cli", "fwcompare/__main__.py")

MAX_LINES = 500

TOP_LEVEL = {
    *("fwcompare", "ui", "resources", "tests", "benchmarks", "docs", ".ci"),
    *("pyproject.toml", "build.spec", "constraints.txt", "Makefile"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore", ".editorconfig"),
}

CODE = python_files("fwcompare", "ui")


def catches_everything(node: ast.AST) -> bool:
    """True for an `except` that catches every exception and does not raise it again, and for such a `suppress`."""
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        return _is_broad(node.type) and not (isinstance(last, ast.Raise) and last.exc is None)
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "suppress":
        return any(_is_broad(argument) for argument in node.args)
    return False


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(part) for part in caught.elts)
    return caught is None or getattr(caught, "id", "") in ("Exception", "BaseException")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept (OSError, BaseException) as error: log(error)", True),
        ("with contextlib.suppress(Exception): f()", True),
        ("try: f()\nexcept BaseException:\n    clean_up()\n    raise", False),
        ("try: f()\nexcept (OSError, ValueError): pass", False),
        ("with suppress(OSError): f()", False),
    ],
)
def test_the_rule_knows_a_broad_except(code: str, *, expected: bool) -> None:
    assert any(catches_everything(node) for node in ast.walk(ast.parse(code))) is expected


def test_only_the_seams_catch_everything_and_only_once() -> None:
    broad = Counter(name_of(path) for path in CODE for node in nodes(path) if catches_everything(node))

    assert broad == Counter(list(SEAMS)), (
        "catch what can be raised there, or let it pass; no seam stays in vain"
    )


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_library_code_does_not_print(path: Path) -> None:
    calls = [
        node for node in nodes(path) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]

    assert not calls or name_of(path).startswith(MAY_PRINT)


@pytest.mark.parametrize("path", python_files("fwcompare", "ui", "tests", "benchmarks"), ids=name_of)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_top_level_holds_what_the_plan_of_the_house_names() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so files of the project can't be told from others")
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    top = {line.partition("/")[0] for line in listing.splitlines()}

    assert top == TOP_LEVEL

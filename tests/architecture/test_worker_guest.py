"""The worker can be a guest in Python 3.9, the oldest interpreter it promises to run in."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, module_of, name_of, nodes, python_files

WORKER_FILES = python_files("fwcompare/worker")

NEWER_ARGUMENTS = {("dataclass", "slots"), ("dataclass", "kw_only"), ("zip", "strict")}
"""Calls with a keyword argument that Python 3.10 added."""

IMPORT_IN_GUEST = """
import importlib, importlib.abc, importlib.machinery, sys
from unittest.mock import MagicMock

class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    # NumPy and the frameworks are not installed in this interpreter and not what is tested here
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "torch", "tensorflow", "keras", "jax", "onnxruntime", "ai_edge_litert"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return MagicMock(name=spec.name)
    def exec_module(self, module):
        pass

sys.meta_path.insert(0, StandIns())
for module in sys.argv[1:]:
    importlib.import_module(module)
"""


@pytest.mark.parametrize("path", WORKER_FILES, ids=name_of)
def test_grammar_is_that_of_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), filename=str(path), feature_version=(3, 9))


@pytest.mark.parametrize("path", WORKER_FILES, ids=name_of)
def test_calls_use_no_newer_keyword_argument(path: Path) -> None:
    used = {
        (getattr(node.func, "id", getattr(node.func, "attr", "")), keyword.arg)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    }

    assert not used & NEWER_ARGUMENTS


def python_3_9() -> str | None:
    """A Python 3.9 that starts: on the search path, or one that pyenv made."""
    installed = sorted((Path.home() / ".pyenv" / "versions").glob("3.9.*/bin/python3.9"))
    for candidate in [shutil.which("python3.9"), *map(str, installed)]:
        if (
            candidate
            and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    return None


def test_all_modules_can_be_imported_by_python_3_9(tmp_path: Path) -> None:
    python = python_3_9()
    if python is None:
        pytest.skip("there is no Python 3.9 on this machine")
    modules = [module_of(path) for path in WORKER_FILES if path.stem != "__main__"]
    # the parent package belongs to the application: here it is an empty one, as the worker sees none of it
    (tmp_path / "fwcompare").mkdir()
    (tmp_path / "fwcompare" / "__init__.py").touch()
    (tmp_path / "fwcompare" / "worker").symlink_to(ROOT / "fwcompare" / "worker")

    result = subprocess.run(
        [python, "-B", "-W", "error", "-c", IMPORT_IN_GUEST, *modules],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert result.returncode == 0, result.stderr

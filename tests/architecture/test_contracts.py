"""The import contracts of pyproject.toml hold, and break when something breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_all_contracts_are_kept(root: Path) -> None:
    result = lint_imports(root)

    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("fwcompare/stats/wrong.py", "import PySide6.QtCore", "The core can't see Qt or the window"),
        ("fwcompare/execution/wrong.py", "import torch", "The application never imports a framework"),
        ("fwcompare/storage/wrong.py", "import fwcompare.execution", "Layers"),
        (
            "fwcompare/worker/wrong.py",
            "import fwcompare.errors",
            "The worker imports nothing of ours but itself",
        ),
        ("fwcompare/domain/wrong.py", "import numpy", "The domain imports the standard library alone"),
    ],
)
def test_a_wrong_import_breaks_its_contract(
    root: Path, tmp_path: Path, module: str, line: str, contract: str
) -> None:
    # GIVEN a copy of the project with one import too many
    shutil.copy(root / "pyproject.toml", tmp_path)
    for package in ("fwcompare", "ui"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / module).write_text(line + "\n")

    result = lint_imports(tmp_path)

    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout

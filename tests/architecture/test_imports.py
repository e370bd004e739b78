"""What may be imported where, seen in the files and in a running interpreter."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import (
    FRAMEWORKS,
    ROOT,
    imports_framework,
    module_of,
    name_of,
    nodes,
    python_files,
)

KEPT_OUT = {*FRAMEWORKS, "PySide6", "shiboken6", "pyqtgraph"}
"""What the application's own process never loads while it runs headless."""

AFTER_THE_FIRST_PICTURE = {
    "pyqtgraph",
    "fwcompare.execution.engine",
    "fwcompare.interpreters.probe",
    "fwcompare.report",
}
"""What the window loads when it has been painted; see decision 13."""

GUESTS_OF = {
    "pytorch": {"torch"},
    "captured": {"torch"},
    "torch_precision": {"torch"},
    "tensorflow": {"tensorflow"},
    "saved_model": {"tensorflow"},
    "tensorflow_precision": {"tensorflow"},
    "tensorflow_model": {"tensorflow"},
    "keras": {"keras", "torch", "tensorflow", "jax"},
    "jax": {"jax"},
    "onnxruntime": {"onnxruntime"},
    "litert": {"ai_edge_litert"},
    "from_pytorch": {"torch"},
    "from_tensorflow": {"tensorflow"},
}
"""The framework that a file of the worker may import, by the file's stem."""

IMPORT_ALL = """
import importlib, json, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(json.dumps(sorted(sys.modules)))
"""


def loaded_after_importing(*modules: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after importing these."""
    command = [sys.executable, "-c", IMPORT_ALL, *modules]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_the_headless_application_loads_neither_qt_nor_a_framework() -> None:
    modules = [
        module_of(path)
        for path in python_files("fwcompare")
        if not imports_framework(path) and path.stem != "__main__"
    ]

    loaded = loaded_after_importing(*modules, "ui.__main__")

    assert {"fwcompare", "ui", "numpy"} <= loaded
    assert not loaded & KEPT_OUT


def test_the_command_line_loads_neither_qt_nor_a_framework() -> None:
    assert not loaded_after_importing("fwcompare.cli") & KEPT_OUT


def test_the_window_is_painted_before_engine_and_plots_are_loaded() -> None:
    loaded = loaded_after_importing("ui.app")

    assert "ui.comparison.panel" in loaded
    assert not loaded & AFTER_THE_FIRST_PICTURE


def test_the_guard_above_sees_an_import() -> None:
    assert "pyqtgraph" in loaded_after_importing("pyqtgraph") & KEPT_OUT


def outside_imports(path: Path) -> set[str]:
    """Top-level names that a file imports absolutely and that are not in the standard library."""
    names = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", python_files("fwcompare/worker"), ids=name_of)
def test_a_worker_file_needs_numpy_and_its_framework_alone(path: Path) -> None:
    assert outside_imports(path) <= {"numpy"} | GUESTS_OF.get(path.stem, set())


@pytest.mark.parametrize("path", python_files("fwcompare/domain"), ids=name_of)
def test_a_domain_file_needs_the_standard_library_alone(path: Path) -> None:
    assert outside_imports(path) <= {"fwcompare"}

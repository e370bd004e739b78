"""The project's own source files, for the tests that look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

FRAMEWORKS = {"torch", "tensorflow", "keras", "jax", "onnxruntime", "onnx", "onnxscript", "ai_edge_litert"}
"""The modules that only a worker imports."""

FRAMEWORK_FILES = (
    *("pytorch", "captured", "tensorflow", "saved_model", "keras", "jax"),
    *("torch_precision", "tensorflow_precision", "tensorflow_model"),
    *("onnxruntime", "litert", "from_pytorch", "from_tensorflow"),
)
"""Stems of the worker's modules that import a framework."""


def python_files(*folders: str) -> list[Path]:
    """All Python files below these folders of the project."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """Path of a file in the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Dotted name of a file in the project."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_framework(path: Path) -> bool:
    """Whether this is one of the worker's modules that import a framework."""
    return path.stem in FRAMEWORK_FILES and "worker" in path.parts


def nodes(path: Path) -> Iterator[ast.AST]:
    """All nodes of the file's syntax tree."""
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))

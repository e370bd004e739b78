"""Real environments with pretended packages, and programs that only look like a Python."""

from __future__ import annotations

import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Environment:
    """A venv made by this Python, without pip."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(self.folder)}))

    def install(
        self, distribution: str, version: str, *, module: str = "", files: dict[str, str] | None = None
    ) -> None:
        """Pretend that a distribution is installed; its module fails if anybody imports it."""
        record = self.site_packages / f"{distribution.replace('-', '_')}-{version}.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        folder = self.site_packages / (module or distribution)
        for name, text in {"__init__.py": "raise SystemExit('imported')\n", **(files or {})}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


@pytest.fixture
def make_environment(tmp_path: Path) -> Callable[[str], Environment]:
    def make(name: str = "env") -> Environment:
        venv.create(tmp_path / name, with_pip=False, symlinks=True)
        return Environment(tmp_path / name)

    return make


@pytest.fixture
def make_program(tmp_path: Path) -> Callable[[str], Path]:
    """A shell script that stands where a Python is expected; `{python}` in it is this Python."""

    def make(body: str, name: str = "python") -> Path:
        path = tmp_path / name
        path.write_text("#!/bin/sh\n" + body.replace("{python}", sys.executable) + "\n")
        path.chmod(0o755)
        return path

    return make

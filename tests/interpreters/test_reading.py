"""What files tell of a Python, against what the Python says itself."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from fwcompare.interpreters.installation import installation_of
from fwcompare.interpreters.probe import probe
from fwcompare.interpreters.reading import entries, read_interpreter


def read(python, home=Path("/nobody")):
    return read_interpreter(installation_of(python), os.environ, home)


def test_it_reads_what_the_probe_is_told(make_environment):
    """GIVEN a venv with frameworks THEN reading gives all that starting it gives, but for what only it knows."""
    environment = make_environment()
    environment.install("torch", "2.5.1", files={"version.py": "cuda: Optional[str] = '12.4'\n"})
    environment.install("tensorflow-cpu", "2.17.0", module="tensorflow")
    environment.install("keras", "3.6.0")
    environment.install("numpy", "2.1.0")
    environment.install("nvidia-cudnn-cu12", "9.3.0", module="nvidia")

    told, read_from_files = probe(environment.python, base=os.environ), read(environment.python)

    for name in (
        *("interpreter", "python", "prefix", "versions", "tensorflow_distribution", "torch_cuda"),
        *("tensorflow_cuda", "cuda_libraries", "compiler", "python_header", "site_packages"),
    ):
        assert getattr(read_from_files, name) == getattr(told, name), name


def test_this_python_is_read_as_it_is():
    told, read_from_files = probe(sys.executable, base=os.environ), read(sys.executable, Path.home())

    assert read_from_files.python == told.python
    assert read_from_files.versions == told.versions


def test_the_packages_of_the_system_are_seen_only_where_the_venv_sees_them(make_environment, tmp_path):
    outer, inner = make_environment("outer"), make_environment("inner")
    outer.install("keras", "3.6.0")
    config = inner.folder / "pyvenv.cfg"
    lines = [f"home = {outer.python.parent}", "version = 3.11.7", "include-system-site-packages = true"]
    config.write_text("\n".join(lines))
    assert read(inner.python).versions == {"keras": "3.6.0"}

    config.write_text("\n".join([*lines[:2], "include-system-site-packages = false"]))
    assert read(inner.python).versions == {}


def test_conda_tells_in_the_names_of_its_records(tmp_path):
    prefix = tmp_path / "conda"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin/python").symlink_to(sys.executable)
    (prefix / "conda-meta").mkdir()
    for record in ("python-3.12.4-h1_0_cpython", "pytorch-2.4.0-py3.12_cuda12.4_0", "numpy-1.26.4-py312h_0"):
        (prefix / "conda-meta" / f"{record}.json").write_text(json.dumps({}))
    (prefix / "conda-meta/history").write_text("")

    info = read(prefix)

    assert info.python == "3.12.4"
    assert info.versions == {"torch": "2.4.0", "numpy": "1.26.4"}


def test_the_version_of_a_plain_python_is_in_its_header(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3.13").write_bytes(b"\x7fELF")
    header = tmp_path / "include/python3.13/patchlevel.h"
    header.parent.mkdir(parents=True)
    header.write_text('#define PY_VERSION      "3.13.2+"\n')
    assert read(tmp_path / "bin/python3.13").python == "3.13.2"

    header.unlink()
    assert read(tmp_path / "bin/python3.13").python == "3.13"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"version", b"version = new\nhome\n"])
def test_odd_files_make_nothing_fail(make_environment, content):
    environment = make_environment()
    (environment.folder / "pyvenv.cfg").write_bytes(content)
    record = environment.site_packages / "torch-2.9.0.dist-info"
    record.mkdir()  # without a METADATA

    assert read(environment.python).versions == {"torch": "2.9.0"}


def test_a_pipe_in_place_of_a_file_is_not_waited_for(make_environment):
    environment = make_environment()
    (environment.folder / "pyvenv.cfg").unlink()
    os.mkfifo(environment.folder / "pyvenv.cfg")

    read(environment.python)


def test_a_folder_that_can_not_be_read_holds_nothing(tmp_path):
    assert entries(tmp_path / "none") == []
    assert len(entries(Path("/usr/bin"), limit=3)) == 3

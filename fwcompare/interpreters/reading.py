"""What a Python holds, learned by reading its files: nothing is started, so nobody has to be asked.

It is less sure than the probe's answer: start-up files may add folders, and a package may be broken.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from fwcompare.interpreters.installation import Installation, Kind, cpp_compiler, found
from fwcompare.interpreters.probe import InterpreterInfo
from fwcompare.worker.probe import (
    CUDNN_DISTRIBUTIONS,
    DISTRIBUTIONS,
    JAX_CUDA_DISTRIBUTIONS,
    tensorflow_cuda,
    torch_cuda,
)

MAX_ENTRIES: Final = 20_000
"""Of one folder that are looked at; a site-packages with everything has a few hundred."""

_MAX_TEXT_BYTES: Final = 65_536
_CONDA_MODULES: Final = {"pytorch": "torch", "tensorflow": "tensorflow", "tensorflow-base": "tensorflow"} | {
    name: name for name in ("keras", "numpy", "jax", "onnx", "onnxscript", "onnxruntime")
}
"""Module by the name of the conda package that brings it."""


def read_interpreter(installation: Installation, base: Mapping[str, str], home: Path) -> InterpreterInfo:
    """What the files of this Python tell; what they don't is "" or None.

    Args:
        installation: The Python and its environment.
        base: The caller's environment, where compilers are looked for.
        home: The user's home folder, in which packages may be installed as well.
    """
    config = _pyvenv_config(installation.prefix)
    origin = Path(config["home"]).parent if "home" in config else _resolved_prefix(installation)
    version = _version(installation, config, origin)
    folders = tuple(_site_folders(installation, config, origin, version, home))
    records = _records(folders)
    modules = {module: _brought(names, records) for module, names in DISTRIBUTIONS.items()}
    versions = {module: one[1] for module, one in modules.items() if one is not None}
    places = {module: _package(module, folders) for module in ("torch", "tensorflow")}
    tensorflow, onnxruntime = modules["tensorflow"], modules["onnxruntime"]
    header = origin / "include" / f"python{_minor(version)}" / "Python.h"
    return InterpreterInfo(
        interpreter=str(installation.python),
        python=version,
        implementation="",
        executable=str(installation.python),
        prefix=str(installation.prefix),
        platform="",
        versions=_conda_packages(installation) | versions,
        tensorflow_distribution=tensorflow[0] if tensorflow else "",
        torch_cuda=torch_cuda(places["torch"]),
        tensorflow_cuda=tensorflow_cuda(places["tensorflow"], tensorflow[0] if tensorflow else ""),
        cuda_libraries=_first(CUDNN_DISTRIBUTIONS, records),
        jax_cuda=_first(JAX_CUDA_DISTRIBUTIONS, records),
        onnxruntime_distribution=onnxruntime[0] if onnxruntime else "",
        compiler=cpp_compiler(base),
        python_header=str(header) if found(header.is_file) else None,
        site_packages=tuple(map(str, folders)),
    )


def entries(folder: Path, limit: int = MAX_ENTRIES) -> list[Path]:
    """What lies in a folder, in order of the names; nothing where it can't be read."""
    try:
        return sorted(islice(folder.iterdir(), limit))
    except OSError:
        return []


def _pyvenv_config(prefix: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in _text(prefix / "pyvenv.cfg").splitlines())
    return {name.strip().lower(): value.strip() for name, equals, value in lines if equals}


def _target(installation: Installation) -> Path:
    """Where the links to the executable end; `Path.resolve` would raise where they go round."""
    return Path(os.path.realpath(installation.python))


def _resolved_prefix(installation: Installation) -> Path:
    folder = _target(installation).parent
    return folder.parent if folder.name in {"bin", "Scripts"} else folder


def _version(installation: Installation, config: Mapping[str, str], origin: Path) -> str:
    """Version of this Python, as far as its files tell: "3.11.7", "3.11" or ""."""
    written = config.get("version") or config.get("version_info", "")
    if told := re.match(r"\d+\.\d+(\.\d+)?", written):
        return told.group()
    for record in entries(installation.prefix / "conda-meta"):
        if conda := re.match(r"python-(\d+\.\d+\.\d+)-[^-]*\.json$", record.name):
            return conda.group(1)
    named = re.search(r"python(\d+\.\d+)", _target(installation).name)
    headers = [
        folder
        for folder in entries(origin / "include")
        if re.fullmatch(r"python\d+\.\d+", folder.name)
        and (named is None or folder.name == f"python{named.group(1)}")
    ]
    for folder in headers:
        if told := re.search(r'#define PY_VERSION\s+"([\d.]+)', _text(folder / "patchlevel.h")):
            return told.group(1)
    if named is not None:
        return named.group(1)
    libraries = [re.fullmatch(r"python(\d+\.\d+)", folder.name) for folder in entries(origin / "lib")]
    known = [match.group(1) for match in libraries if match]
    return known[0] if len(known) == 1 else ""


def _site_folders(
    installation: Installation, config: Mapping[str, str], origin: Path, version: str, home: Path
) -> Iterator[Path]:
    """The folders that hold packages, in the order in which Python searches them."""
    sees_origin = config.get("include-system-site-packages", "").lower() == "true"
    prefixes = [installation.prefix]
    if installation.kind is Kind.PLAIN:
        prefixes = [origin / "local", origin]
    elif sees_origin:
        prefixes += [origin / "local", origin]
    if installation.kind is not Kind.VENV or sees_origin:
        prefixes.insert(0, home / ".local")
    library = f"python{_minor(version)}"
    names = (f"lib/{library}/site-packages", f"lib/{library}/dist-packages", "Lib/site-packages")
    for prefix in prefixes:
        for name in (*names, "lib/python3/dist-packages"):
            folder = prefix / name
            if found(folder.is_dir):
                yield folder


def _records(folders: Sequence[Path]) -> dict[str, tuple[str, str]]:
    """Name and version of the installed distributions by their name; the first folder that has one wins."""
    wanted = {name for names in DISTRIBUTIONS.values() for name in names}
    wanted |= {*CUDNN_DISTRIBUTIONS, *JAX_CUDA_DISTRIBUTIONS}
    records: dict[str, tuple[str, str]] = {}
    for folder in folders:
        for entry in entries(folder):
            stem, _, version = entry.name.removesuffix(".dist-info").partition("-")
            name = re.sub(r"[-_.]+", "-", stem).lower()
            if entry.suffix == ".dist-info" and name in wanted and name not in records:
                told = re.search(r"^Version:\s*(\S+)", _text(entry / "METADATA"), re.MULTILINE)
                records[name] = name, told.group(1) if told else version or "unknown"
    return records


def _brought(names: Sequence[str], records: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Name and version of the distribution that brings a module, None if none is installed."""
    return next((records[name] for name in names if name in records), None)


def _first(names: Sequence[str], records: Mapping[str, tuple[str, str]]) -> str | None:
    """Name and version of the first of these that is installed, None if none is."""
    return next((" ".join(records[name]) for name in names if name in records), None)


def _conda_packages(installation: Installation) -> dict[str, str]:
    """Version by module, of the packages that conda installed; their records' names tell it."""
    versions = {}
    for record in entries(installation.prefix / "conda-meta") if installation.kind is Kind.CONDA else ():
        name, version, _ = [*record.stem.rsplit("-", 2), "", ""][:3]
        if record.suffix == ".json" and version and name in _CONDA_MODULES:
            versions[_CONDA_MODULES[name]] = version
    return versions


def _package(module: str, folders: Sequence[Path]) -> str | None:
    places = (folder / module for folder in folders)
    return next((str(place) for place in places if found(place.is_dir)), None)


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _text(path: Path) -> str:
    """The beginning of a text file, "" where it can't be read."""
    try:
        # a pipe or a device in its place would never end
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(_MAX_TEXT_BYTES).decode(errors="replace")
    except OSError:
        return ""

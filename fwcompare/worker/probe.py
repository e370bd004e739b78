"""What a Python holds, told without importing any framework: `python -u probe.py BEGIN END`.

Runs by itself, inside the interpreter that is asked, with the standard library alone. Prints one JSON
object between the two random cookies, so that whatever else that interpreter prints does no harm. The
whole file parses on Python 3.6, and a Python that is too old says so itself.
"""

import os
import sys

OLDEST_PYTHON = (3, 9)


def _print_answer(text: str) -> None:
    # straight to the file descriptor: start-up files may have replaced sys.stdout
    os.write(1, ("\n%s:%s:%s\n" % (sys.argv[1], text, sys.argv[2])).encode("ascii"))


if sys.version_info < OLDEST_PYTHON:
    _print_answer('{"python": "%d.%d.%d"}' % tuple(sys.version_info[:3]))
    sys.exit(0)

if __name__ == "__main__":
    # beside this file are modules that must not shadow the interpreter's own
    _here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [_entry for _entry in sys.path if os.path.realpath(_entry) != _here]

import glob  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import sysconfig  # noqa: E402
from importlib import metadata, util  # noqa: E402
from typing import Any, Dict, List, Optional, Tuple  # noqa: E402

DISTRIBUTIONS = {
    "torch": ("torch",),
    "tensorflow": (
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-gpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "tensorflow-cpu-aws",
        "tf-nightly",
        "tf-nightly-cpu",
    ),
    "keras": ("keras", "keras-nightly"),
    "numpy": ("numpy",),
    "jax": ("jax",),
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "onnx": ("onnx",),
    "onnxscript": ("onnxscript",),
    "ai_edge_litert": ("ai-edge-litert",),
}
"""The distributions that bring each module."""

_CPU_DISTRIBUTION = re.compile("cpu|intel|macos")
JAX_CUDA_DISTRIBUTIONS = ("jax-cuda13-plugin", "jax-cuda12-plugin")
"""What JAX loads to use an NVIDIA GPU."""

CUDNN_DISTRIBUTIONS = ("nvidia-cudnn-cu13", "nvidia-cudnn-cu12", "nvidia-cudnn-cu11")
_LIBRARY_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/local/cuda*/lib64",
)
_COMPILERS = ("g++", "c++", "clang++")


def folder_of(module: str) -> Optional[str]:
    """The folder of an installed package, None if `import` would not find it; imports nothing."""
    try:
        spec = util.find_spec(module)
    except (ImportError, ValueError):  # something at start-up left a half-made module behind
        return None
    # a folder of that name without code is found as a namespace, which has no origin
    return os.path.dirname(spec.origin) if spec is not None and spec.origin else None


def distribution_of(module: str) -> Tuple[str, str]:
    """Name and version of the distribution that brings the module, both "" if there is no record."""
    for name in DISTRIBUTIONS[module]:
        try:
            return name, metadata.version(name) or ""
        except (metadata.PackageNotFoundError, KeyError):  # KeyError: a record without a version
            continue
    return "", ""


def first_installed(distributions: Tuple[str, ...]) -> Optional[str]:
    """Name and version of the first of these that is installed, None if none is."""
    for name in distributions:
        try:
            return "%s %s" % (name, metadata.version(name))
        except (metadata.PackageNotFoundError, KeyError):
            continue
    return None


def torch_cuda(folder: Optional[str]) -> Optional[str]:
    """The CUDA version that this torch was built for, None for a build without."""
    found = re.search(r"^cuda\b[^=\n]*=\s*['\"]([^'\"]+)", _read(folder, "version.py"), re.MULTILINE)
    return found.group(1) if found else None


def tensorflow_cuda(folder: Optional[str], distribution: str) -> Optional[str]:
    """The CUDA version that this TensorFlow was built for, by its own record or else its distribution's name.

    "unknown" if it was built for CUDA and does not tell the version; None for a build without.
    """
    record = _read(folder, os.path.join("python", "platform", "build_info.py"))
    found = re.search(r"['\"]is_cuda_build['\"]\s*[,:]\s*(True|False)", record)
    by_name = distribution and not _CPU_DISTRIBUTION.search(distribution)
    if not (found.group(1) == "True" if found else by_name):
        return None
    version = re.search(r"['\"]cuda_version['\"]\s*[,:]\s*['\"]([^'\"]+)", record)
    return version.group(1) if version else "unknown"


def cuda_libraries() -> Optional[str]:
    """Where the CUDA libraries that TensorFlow loads at run time are, None if none was found."""
    found = first_installed(CUDNN_DISTRIBUTIONS)
    if found:
        return found
    searched = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    for folder in [*filter(None, searched), os.path.join(sys.prefix, "lib"), *_LIBRARY_FOLDERS]:
        for library in sorted(glob.glob(os.path.join(folder, "libcudnn.so*"))):
            return library
    return None


def cpp_compiler() -> Optional[str]:
    """Absolute path of the C++ compiler that `torch.compile` can use on the CPU, None without one."""
    for name in (os.environ.get("CXX", ""), *_COMPILERS):
        found = shutil.which(name) if name else None
        if found:
            return os.path.abspath(found)
    return None


def python_header() -> Optional[str]:
    """Absolute path of this Python's own C header, without which `torch.compile` can't build; or None."""
    header = os.path.join(sysconfig.get_path("include"), "Python.h")
    return header if os.path.exists(header) else None


def describe() -> Dict[str, Any]:
    """All that is asked of an interpreter, ready for JSON; see `InterpreterInfo` for the fields."""
    folders = {module: folder_of(module) for module in DISTRIBUTIONS}
    records = {module: distribution_of(module) for module in DISTRIBUTIONS}
    tensorflow_distribution = records["tensorflow"][0]
    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "platform": platform.platform(),
        "versions": {
            module: records[module][1] or "unknown"
            for module, folder in folders.items()
            if folder is not None
        },
        "tensorflow_distribution": tensorflow_distribution,
        "torch_cuda": torch_cuda(folders["torch"]),
        "tensorflow_cuda": tensorflow_cuda(folders["tensorflow"], tensorflow_distribution),
        "cuda_libraries": cuda_libraries(),
        "jax_cuda": first_installed(JAX_CUDA_DISTRIBUTIONS),
        "onnxruntime_distribution": records["onnxruntime"][0],
        "compiler": cpp_compiler(),
        "python_header": python_header(),
        "site_packages": _site_packages(),
    }


def _site_packages() -> List[str]:
    paths = sysconfig.get_paths()
    return sorted({paths["purelib"], paths["platlib"]})


def _read(folder: Optional[str], name: str) -> str:
    """Text of a file of an installed package, "" if there is none."""
    if folder is None:
        return ""
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


if __name__ == "__main__":
    _print_answer(json.dumps(describe()))

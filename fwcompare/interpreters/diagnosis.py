"""What does not fit together on a machine, and what to do about it: pure functions over facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fwcompare.interpreters.installation import for_shell
from fwcompare.interpreters.probe import InterpreterInfo
from fwcompare.paths import tilde

OLDEST_DRIVER: Final = {11: "450.80.02", 12: "525.60.13", 13: "580.65.06"}
"""First NVIDIA driver for Linux that runs programs built for a CUDA major version ("Minor Version
Compatibility" in NVIDIA's CUDA Compatibility and the CUDA Toolkit's release notes, read 2026-11)."""

PYTHONS: Final = {"tensorflow": ((3, 10), (3, 13)), "torch": ((3, 10), (3, 15)), "keras": ((3, 11), (3, 14))}
"""First and last Python for which the newest release has packages (the classifiers of TensorFlow 2.21,
torch 2.13, Keras 3.15, read 2026-11); Keras is pure Python and names no last one: its backends' is meant."""

_BACKENDS: Final = ("tensorflow", "torch", "jax")
_GET_DRIVER: Final = "Install a newer driver (https://www.nvidia.com/drivers)"


@dataclass(frozen=True, slots=True)
class Held:
    """What an interpreter holds, and the modules that are wanted of it."""

    info: InterpreterInfo
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a machine.

    Attributes:
        app_python: Version of the Python that runs fwcompare.
        qt: Version of PySide6 that it has, None without.
        driver: Version of the NVIDIA driver, None without.
        gpu_count: NVIDIA GPUs that can be used.
        held: The interpreters that were probed, each once.
    """

    app_python: str
    qt: str | None
    driver: str | None
    gpu_count: int
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two things that do not fit.

    Attributes:
        name: What it is about, in a few words.
        finding: A sentence.
        remedy: What to do about it.
    """

    name: str
    finding: str
    remedy: str


def diagnose(facts: Facts) -> tuple[Mismatch, ...]:
    """All that does not fit together."""
    found = list(_qt(facts))
    for one in facts.held:
        found += [
            *_builds(facts, one.info),
            *_python(one),
            *_compiler(one),
            *_jax(one.info),
            *_keras(one.info),
        ]
    return tuple(found)


def _qt(facts: Facts) -> Iterator[Mismatch]:
    """None, True and False are counted before Python 3.12, and PySide6 6.12 gives back more than it took."""
    if facts.qt is not None and _numbers(facts.qt) >= (6, 12) and _numbers(facts.app_python) < (3, 12):
        yield Mismatch(
            "window",
            f"PySide6 {facts.qt} ends the window after some seconds on Python {facts.app_python}: it frees None.",
            'Install an older one (pip install "PySide6-Essentials<6.12"), or run fwcompare in Python 3.12.',
        )


def _builds(facts: Facts, info: InterpreterInfo) -> Iterator[Mismatch]:
    """Each framework's build against the driver and the GPUs."""
    builds = (("torch", "torch", info.torch_cuda), (_distribution(info), "tensorflow", info.tensorflow_cuda))
    for name, module, cuda in builds:
        if module not in info.versions:
            continue
        if cuda is None:
            yield from _cpu_build(facts, info, name)
        elif facts.driver is None:
            yield Mismatch(
                f"driver for {name}",
                f"{_named(info, name, module)} is built for CUDA{_version(cuda)}, and there is no NVIDIA driver: "
                "it runs on the CPU.",
                "Nothing, if the CPU is what you want; with an NVIDIA GPU install its driver and see that "
                "nvidia-smi lists it.",
            )
        elif (oldest := _oldest_driver(cuda)) and _numbers(facts.driver) < _numbers(oldest):
            yield Mismatch(
                f"driver for {name}",
                f"{_named(info, name, module)} is built for CUDA{_version(cuda)}, which needs driver {oldest} or "
                f"newer; this is {facts.driver}.",
                f"{_GET_DRIVER}, or a build of {name} for an older CUDA.",
            )


def _cpu_build(facts: Facts, info: InterpreterInfo, name: str) -> Iterator[Mismatch]:
    if not facts.gpu_count:
        return
    remedy = (
        "Install a CUDA build of torch there (https://pytorch.org/get-started/locally), or choose --device cpu."
        if name == "torch"
        else f"Replace it: {for_shell(info.interpreter)} -m pip uninstall {name} && "
        f'{for_shell(info.interpreter)} -m pip install "tensorflow[and-cuda]"'
    )
    yield Mismatch(
        f"GPU for {name}",
        f"There is an NVIDIA GPU, and {name} in {tilde(info.interpreter)} is built without CUDA.",
        remedy,
    )


def _python(one: Held) -> Iterator[Mismatch]:
    """Where a framework is missing because there is none for this Python."""
    info = one.info
    mine = _numbers(info.python)[:2]
    for module, (first, last) in PYTHONS.items():
        is_missing = module in one.wanted and module not in info.versions
        if not is_missing or not mine or first <= mine <= last:
            continue
        age = "too old" if mine < first else "too new"
        yield Mismatch(
            f"Python for {module}",
            f"{tilde(info.interpreter)} is Python {info.python}, {age} for the newest {module}.",
            f"Make an environment with Python {_dotted(first)} to {_dotted(last)} and assign it: "
            "fwcompare interpreters assign FRAMEWORK PATH",
        )


def _compiler(one: Held) -> Iterator[Mismatch]:
    info = one.info
    if "torch" not in one.wanted & info.versions.keys():
        return
    if info.compiler is None:
        yield Mismatch(
            "compiler for torch.compile",
            f"torch.compile needs a C++ compiler, and {tilde(info.interpreter)} finds none.",
            "Install g++ (Debian, Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++) or name one "
            "in CXX.",
        )
    elif info.python_header is None:
        yield Mismatch(
            "headers for torch.compile",
            f"torch.compile needs Python.h of {tilde(info.interpreter)}, and it is not installed.",
            f"Install it (Debian, Ubuntu: sudo apt install python{_dotted(_numbers(info.python)[:2])}-dev) or use "
            "a Python that has it.",
        )


def _jax(info: InterpreterInfo) -> Iterator[Mismatch]:
    """Measured: import of TensorFlow 0.3 s slower and 108 MiB larger, that of Keras on torch too."""
    others = [module for module in ("tensorflow", "keras") if module in info.versions]
    is_alone = not {"tensorflow", "torch"} & info.versions.keys()
    if "jax" in info.versions and others and not is_alone:
        yield Mismatch(
            "JAX beside TensorFlow",
            f"JAX {info.versions['jax']} in {tilde(info.interpreter)} is imported by {' and '.join(others)} as well, which "
            "costs about 0.3 s and 108 MiB; fwcompare keeps it away from what it measures.",
            "Give JAX an environment of its own, and assign it: fwcompare interpreters assign keras-jax PATH",
        )


def _keras(info: InterpreterInfo) -> Iterator[Mismatch]:
    if "keras" in info.versions and not any(module in info.versions for module in _BACKENDS):
        yield Mismatch(
            "backend for keras",
            f"keras {info.versions['keras']} in {tilde(info.interpreter)} has no backend: neither tensorflow nor "
            "torch is there.",
            f"Install one: {for_shell(info.interpreter)} -m pip install torch",
        )


def _distribution(info: InterpreterInfo) -> str:
    return info.tensorflow_distribution or "tensorflow"


def _named(info: InterpreterInfo, name: str, module: str) -> str:
    return f"{name} {info.versions[module]} in {tilde(info.interpreter)}"


def _oldest_driver(cuda: str) -> str | None:
    """None where the CUDA version is not known, or newer than this table."""
    numbers = _numbers(cuda)
    return OLDEST_DRIVER.get(numbers[0]) if numbers else None


def _version(cuda: str) -> str:
    return f" {cuda}" if _numbers(cuda) else ""


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: (2, 13, 0) of "2.13.0+cpu"."""
    told = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, told.group().split("."))) if told else ()


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))

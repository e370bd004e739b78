"""Which contenders can run here and, for each that can't, why and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from fwcompare.domain.contender import MODULES, Contender, Framework, Mode
from fwcompare.errors import InterpreterError
from fwcompare.interpreters.installation import for_shell
from fwcompare.interpreters.naming import assign_remedy
from fwcompare.interpreters.obstacle import Obstacle
from fwcompare.interpreters.probe import InterpreterInfo, Prober
from fwcompare.paths import tilde
from fwcompare.worker.probe import DISTRIBUTIONS, OLDEST_PYTHON

CPU: Final = "cpu"

_COMPILERS: Final = {Mode.COMPILE: "torch.compile", Mode.AOT: "AOTInductor"}
"""What needs a C++ compiler on the CPU, by the mode that uses it."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a contender can run on the device that was asked for.

    Attributes:
        reason: Why it can't run, "" if it can.
        remedy: What to do about that, "" if it can.
        versions: Version by module of what it uses, and of "python"; empty if its Python gave no answer.
        cuda_obstacle: Why it could not use an NVIDIA GPU, "" if it could.
        info: The probe's answer, None if there is none.
    """

    contender: Contender
    available: bool
    reason: str = ""
    remedy: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    cuda_obstacle: str = ""
    info: InterpreterInfo | None = None


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device that "auto" stands for, with a sentence that says why."""

    device: str
    why: str


def survey(
    contenders: Iterable[Contender], prober: Prober, device: str, refusal: Callable[[str], Obstacle | None]
) -> tuple[Availability, ...]:
    """The availability of each contender, in order; each interpreter is probed at most once.

    Args:
        contenders: What to look at.
        prober: Asks the interpreters.
        device: "cpu", or "cuda:" and the GPU's UUID.
        refusal: Why an interpreter may not be started, None if it may (`fwcompare.interpreters.consent`).
    """
    answers: dict[str, InterpreterInfo | Obstacle] = {}
    result = []
    for contender in contenders:
        asked = contender.interpreter or contender.framework  # none is assigned: each framework lacks its own
        if asked not in answers:
            answers[asked] = _ask(contender, prober, refusal)
        result.append(judge(contender, answers[asked], device))
    return tuple(result)


def choose_device(surveyed: Iterable[Availability], gpu: str | None) -> DeviceChoice:
    """The device for "auto": a GPU only if every contender that can run can run on it.

    Args:
        surveyed: The contenders that were asked for, surveyed for the CPU.
        gpu: UUID of the GPU, None if the machine has none.
    """
    if gpu is None:
        return DeviceChoice(CPU, "There is no NVIDIA GPU here that can be used.")
    candidates = [availability for availability in surveyed if availability.available]
    if not candidates:
        return DeviceChoice(CPU, "No contender can run here.")
    for availability in candidates:
        if availability.cuda_obstacle:
            why = f"{availability.contender.id} can't use the GPU: {availability.cuda_obstacle}"
            return DeviceChoice(CPU, why)
    return DeviceChoice(f"cuda:{gpu}", "There is an NVIDIA GPU and every contender can use it.")


def _ask(
    contender: Contender, prober: Prober, refusal: Callable[[str], Obstacle | None]
) -> InterpreterInfo | Obstacle:
    if not contender.interpreter:
        return Obstacle(
            f"No Python is assigned to {contender.framework}.",
            assign_remedy(contender.framework, contender.mode),
        )
    refused = refusal(contender.interpreter)
    if refused is not None:
        return refused
    try:
        return prober.probe(contender.interpreter)
    except InterpreterError as error:
        return Obstacle(error.message, error.remedy)


def judge(contender: Contender, answer: InterpreterInfo | Obstacle, device: str) -> Availability:
    """Whether a contender can run where its interpreter holds this.

    Args:
        contender: What would run.
        answer: What its interpreter holds, or why that is not known.
        device: "cpu", or "cuda:" and the GPU's UUID.
    """
    if isinstance(answer, Obstacle):
        return Availability(contender, available=False, reason=answer.reason, remedy=answer.remedy)
    missing = _missing_module(contender, answer)
    cuda = missing or _without_cuda(contender, answer)
    obstacle = (
        old_python(answer)
        or missing
        or _old_keras(contender, answer)
        or (_without_compiler(contender, answer) if device == CPU else cuda)
    )
    return Availability(
        contender,
        available=obstacle is None,
        reason=obstacle.reason if obstacle else "",
        remedy=obstacle.remedy if obstacle else "",
        versions=_versions(contender, answer),
        cuda_obstacle=cuda.reason if cuda else "",
        info=answer,
    )


def _versions(contender: Contender, info: InterpreterInfo) -> dict[str, str]:
    modules = (*MODULES[contender.framework], "numpy")
    return {"python": info.python} | {
        module: info.versions[module] for module in modules if module in info.versions
    }


def _missing_module(contender: Contender, info: InterpreterInfo) -> Obstacle | None:
    missing = [module for module in (*MODULES[contender.framework], "numpy") if module not in info.versions]
    if not missing:
        return None
    reason = f"{missing[0]} is not installed in {tilde(info.interpreter)}."
    if missing[0] == "jax" and {"torch", "tensorflow"} & info.versions.keys():
        return Obstacle(reason, _environment_for_jax(contender, info))
    return Obstacle(reason, _install(info, " ".join(DISTRIBUTIONS[module][0] for module in missing)))


def _environment_for_jax(contender: Contender, info: InterpreterInfo) -> str:
    """Beside TensorFlow or Keras on another backend JAX would change what they import."""
    make = f"{for_shell(info.interpreter)} -m venv ~/jax && ~/jax/bin/pip install keras jax"
    return f"Give JAX an environment of its own: {make} && fwcompare interpreters assign {contender.framework} ~/jax"


def old_python(info: InterpreterInfo) -> Obstacle | None:
    """Why nothing can run in a Python of this version, None if something can.

    A probed interpreter is never too old; one of which only the files were read may be.
    """
    version = tuple(map(int, re.findall(r"\d+", info.python)[:2]))
    if not version or version >= OLDEST_PYTHON:
        return None
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Obstacle(
        f"{tilde(info.interpreter)} is Python {info.python}, too old to measure in.",
        f"Name a Python {oldest} or newer.",
    )


def _old_keras(contender: Contender, info: InterpreterInfo) -> Obstacle | None:
    major = re.match(r"\d+", info.versions["keras"]) if "keras" in MODULES[contender.framework] else None
    if major is None or int(major.group()) >= 3:
        return None
    return Obstacle(
        f"Keras {info.versions['keras']} in {tilde(info.interpreter)} is too old: Keras 3 chooses its backend.",
        _install(info, '--upgrade "keras>=3"'),
    )


def _without_compiler(contender: Contender, info: InterpreterInfo) -> Obstacle | None:
    if contender.mode not in _COMPILERS:
        return None
    if info.compiler:
        return _without_header(contender, info)
    return Obstacle(
        f"{_COMPILERS[contender.mode]} needs a C++ compiler on the CPU, and there is no g++, c++ or clang++ on PATH.",
        "Install g++ (Debian, Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++) or set CXX.",
    )


def _without_header(contender: Contender, info: InterpreterInfo) -> Obstacle | None:
    if info.python_header:
        return None
    version = ".".join(info.python.split(".")[:2])
    return Obstacle(
        f"{_COMPILERS[contender.mode]} needs the C headers of {tilde(info.interpreter)}, and Python.h is not installed.",
        f"Install them (Debian, Ubuntu: sudo apt install python{version}-dev) or use a Python that has them.",
    )


def _without_cuda(contender: Contender, info: InterpreterInfo) -> Obstacle | None:
    return _CUDA_CHECKS[contender.framework](info)


def _torch_without_cuda(info: InterpreterInfo) -> Obstacle | None:
    if info.torch_cuda:
        return None
    return Obstacle(
        f"torch in {tilde(info.interpreter)} is built without CUDA.",
        "Use the CPU, or install a CUDA build of torch there (https://pytorch.org/get-started/locally).",
    )


def _tensorflow_without_cuda(info: InterpreterInfo) -> Obstacle | None:
    place = tilde(info.interpreter)
    name = info.tensorflow_distribution or "tensorflow"
    install = _install(info, '"tensorflow[and-cuda]"')
    if not info.tensorflow_cuda:
        # pip would put the other distribution's files over this one's, and leave both recorded
        uninstall = f"{for_shell(info.interpreter)} -m pip uninstall {name}"
        return Obstacle(
            f"{name} in {place} is built without CUDA.", f"Use the CPU, or: {uninstall} && {install}"
        )
    if info.cuda_libraries is None:
        return Obstacle(
            f"The CUDA libraries that tensorflow in {place} needs were not found.",
            f"Use the CPU, or: {install}",
        )
    return None


def _jax_without_cuda(info: InterpreterInfo) -> Obstacle | None:
    if info.jax_cuda:
        return None
    install = _install(info, '"jax[cuda13]"')
    return Obstacle(
        f"jax in {tilde(info.interpreter)} has no plugin for CUDA.", f"Use the CPU, or: {install}"
    )


def _onnxruntime_without_cuda(info: InterpreterInfo) -> Obstacle | None:
    name = info.onnxruntime_distribution or "onnxruntime"
    if name == "onnxruntime-gpu":
        return None
    # pip would put the other distribution's files over this one's, and leave both recorded
    uninstall = f"{for_shell(info.interpreter)} -m pip uninstall {name}"
    return Obstacle(
        f"{name} in {tilde(info.interpreter)} is built without CUDA.",
        f"Use the CPU, or: {uninstall} && {_install(info, 'onnxruntime-gpu')}",
    )


def _litert_without_cuda(_info: InterpreterInfo) -> Obstacle:
    return Obstacle("LiteRT has no way to an NVIDIA GPU from Python.", "Use the CPU, or leave LiteRT out.")


_CUDA_CHECKS: Final[dict[Framework, Callable[[InterpreterInfo], Obstacle | None]]] = {
    Framework.PYTORCH: _torch_without_cuda,
    Framework.TENSORFLOW: _tensorflow_without_cuda,
    Framework.KERAS_TENSORFLOW: _tensorflow_without_cuda,
    Framework.KERAS_TORCH: _torch_without_cuda,
    Framework.KERAS_JAX: _jax_without_cuda,
    Framework.ONNXRUNTIME: _onnxruntime_without_cuda,
    Framework.LITERT: _litert_without_cuda,
}
"""Why an interpreter could not use an NVIDIA GPU, by framework."""


def _install(info: InterpreterInfo, requirement: str) -> str:
    return f"{for_shell(info.interpreter)} -m pip install {requirement}"

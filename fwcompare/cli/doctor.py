"""The command `doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from rich import filesize

import fwcompare
from fwcompare.cli import exit_codes, wording
from fwcompare.domain.contender import MODULES, Framework
from fwcompare.interpreters.diagnosis import Facts, Held, diagnose
from fwcompare.paths import shareable, tilde
from fwcompare.report import SCHEMA

if TYPE_CHECKING:
    from fwcompare.cli.invocation import Invocation
    from fwcompare.cli.parts import Parts
    from fwcompare.domain.events import Scalar
    from fwcompare.interpreters.availability import Availability
    from fwcompare.interpreters.settings import Settings
    from fwcompare.paths import DataPaths

_PLACES: Final = {"container": "in a container", "virtual_machine": "in a virtual machine", "wsl": "in WSL"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: False where something is missing or in the way that a comparison may need.
        remedy: What to do about it, "" where nothing needs doing.
    """

    name: str
    ok: bool
    finding: str
    remedy: str = ""


def doctor(invocation: Invocation) -> int:
    """Print all checks."""
    checks = list(_checks(invocation.paths, invocation.parts()))
    for check in checks:
        mark = "ok  " if check.ok else "note"
        invocation.output.say(f"{mark}  {check.name}: {tilde(check.finding)}")
        if check.remedy:
            invocation.output.say(f"      {check.remedy}")
    invocation.output.answer(
        lambda: {"schema": SCHEMA, "checks": shareable([asdict(check) for check in checks]), "error": None}
    )
    return exit_codes.DONE


def _checks(paths: DataPaths, parts: Parts) -> Iterator[Check]:
    yield Check("fwcompare", ok=True, finding=f"{fwcompare.__version__}, data in {paths.data}")
    yield Check("python", ok=True, finding=f"{platform.python_version()} in {sys.executable}")
    yield Check("machine", ok=True, finding=_machine(parts.describe_machine()))
    yield Check(
        "threads",
        ok=True,
        finding=f"{parts.default_threads()} for each worker, unless --threads says otherwise",
    )
    yield _lock(parts.who_measures(paths))
    yield _gpu(parts)
    settings, problems = parts.load_settings(paths.settings_file)
    yield from (Check("settings", ok=False, finding=one, remedy="Correct the file.") for one in problems)
    surveyed = parts.survey(parts.all_contenders(settings), "cpu", settings)
    yield from _interpreters(settings, surveyed, parts)
    yield from _mismatches(surveyed, parts)
    has_gpu = bool(parts.gpus())
    yield from (_contender(one, has_gpu=has_gpu) for one in surveyed)


def _machine(described: Mapping[str, Scalar]) -> str:
    """What it is made of and what runs on it, in one line."""
    told = [wording.machine(described)]
    memory_bytes = described.get("memory_limit_bytes") or described.get("memory_bytes")
    if isinstance(memory_bytes, int):
        told.append(f"{filesize.decimal(memory_bytes)} of memory")
    if system := described.get("os_name") or described.get("os"):
        kernel = described.get("kernel")
        told.append(f"{system}, kernel {kernel}" if kernel else str(system))
    told += [text for name, text in _PLACES.items() if described.get(name)]
    return " · ".join(told)


def _lock(who: str) -> Check:
    if not who:
        return Check("lock", ok=True, finding="nobody is measuring on this machine")
    return Check(
        "lock", ok=False, finding=who, remedy="Wait until it is done: only one can measure at a time."
    )


def _gpu(parts: Parts) -> Check:
    reason = parts.gpu_unavailable_reason()
    if reason is not None:
        remedy = "To measure on an NVIDIA GPU, install its driver and see that nvidia-smi lists the GPU."
        return Check("gpu", ok=False, finding=reason, remedy=remedy)
    names = ", ".join(f"{gpu.index}: {gpu.name} ({gpu.uuid})" for gpu in parts.gpus())
    return Check("gpu", ok=True, finding=f"{names}; driver {parts.driver_version() or 'unknown'}")


def _interpreters(settings: Settings, surveyed: Iterable[Availability], parts: Parts) -> Iterator[Check]:
    own = [one for one in surveyed if not one.contender.named]  # what was put beside runs in other Pythons
    can_run = {one.contender.framework for one in own if one.available}
    for framework in Framework:
        assigned = settings.interpreters.get(framework)
        if assigned is None:
            here = framework in can_run
            lacks = "" if here else ", where it can't run: see its contenders below"
            finding = f"the Python of fwcompare itself{lacks}"
            yield Check(f"interpreter of {framework}", ok=here, finding=finding)
            continue
        refused = parts.interpreters.refusal(settings, assigned)
        yield Check(
            f"interpreter of {framework}",
            ok=refused is None,
            finding=assigned if refused is None else refused.reason,
            remedy=refused.remedy if refused else "",
        )


def _mismatches(surveyed: tuple[Availability, ...], parts: Parts) -> Iterator[Check]:
    """What does not fit together, or one line that says that all of it does."""
    held: dict[str, Held] = {}
    for one in surveyed:
        if one.info is not None:
            before = held.get(one.info.interpreter, Held(one.info, frozenset()))
            held[one.info.interpreter] = Held(one.info, before.wanted.union(MODULES[one.contender.framework]))
    facts = Facts(
        app_python=platform.python_version(),
        qt=_qt_version(),
        driver=parts.driver_version(),
        gpu_count=len(parts.gpus()),
        held=tuple(held.values()),
    )
    found = diagnose(facts)
    for mismatch in found:
        yield Check(mismatch.name, ok=False, finding=mismatch.finding, remedy=mismatch.remedy)
    if not found:
        yield Check("mismatches", ok=True, finding="driver, builds, compiler and Pythons fit together")


def _qt_version() -> str | None:
    try:
        return version("PySide6-Essentials")
    except PackageNotFoundError:
        return None


def _contender(one: Availability, *, has_gpu: bool) -> Check:
    if not one.available:
        return Check(one.contender.id, ok=False, finding=one.reason, remedy=one.remedy)
    versions = ", ".join(f"{name} {version}" for name, version in one.versions.items())
    gpu = f"; on the CPU alone: {one.cuda_obstacle}" if has_gpu and one.cuda_obstacle else ""
    return Check(one.contender.id, ok=True, finding=f"{versions}{gpu}")

"""From flags to a valid plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from fwcompare.domain.calibration import Margin
from fwcompare.domain.plan import DEFAULT_MARGIN, EARLY_STOPPERS, PRESETS, Effort, Plan, PresetName
from fwcompare.domain.workload import Precision, Scenario, Size, Task, Workload
from fwcompare.errors import InterpreterError, UsageError

if TYPE_CHECKING:
    from fwcompare.cli.parts import Parts
    from fwcompare.domain.contender import Contender
    from fwcompare.interpreters.availability import Availability
    from fwcompare.interpreters.settings import Settings
    from fwcompare.paths import DataPaths

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RunFlags:
    """What the user asked for, as it was written; None and () stand for the defaults."""

    workloads: Sequence[str] = ("mlp",)
    tasks: Sequence[str] = (Task.INFERENCE,)
    size: str = Size.SMALL
    batches: str | None = None
    precisions: str = Precision.FLOAT32
    contenders: Sequence[str] = ()
    device: str = "auto"
    preset: str = PresetName.QUICK
    rounds: int | None = None
    seconds_per_block: float | None = None
    threads: int | None = None
    seed: int = 0
    margin_percent: float | None = None
    stops_early: bool | None = None
    cool_down_s: float = 0.0
    cold: bool = False
    baseline: str | None = None
    scenario: str = Scenario.SINGLE_STREAM


@dataclass(frozen=True, slots=True)
class Candidates:
    """The contenders that were asked for, and the device on which they would run.

    Attributes:
        why: Sentence that says why this device was chosen, "" where the user chose it.
    """

    device: str
    why: str
    surveyed: tuple[Availability, ...]


def asked_for(names: Sequence[str], settings: Settings, parts: Parts) -> tuple[Contender, ...]:
    """The named contenders; without any name those that compete by default.

    Raises:
        UsageError: A name is unknown.
    """
    named = tuple(parts.parse_contender(name, settings) for name in names)
    return named or tuple(one for one in parts.all_contenders(settings) if one.is_default)


def find_candidates(
    contenders: Sequence[Contender], device: str, settings: Settings, parts: Parts
) -> Candidates:
    """Survey the contenders on the device that the user means.

    Raises:
        UsageError: The device is unknown.
    """
    if device != "auto":
        resolved = parts.resolve_device(device)
        return Candidates(resolved, "", parts.survey(contenders, resolved, settings))
    on_cpu = parts.survey(contenders, "cpu", settings)
    choice = parts.choose_device(on_cpu, next((gpu.uuid for gpu in parts.gpus()), None))
    surveyed = on_cpu if choice.device == "cpu" else parts.survey(contenders, choice.device, settings)
    return Candidates(choice.device, choice.why, surveyed)


def find_margin(flags: RunFlags, device: str, paths: DataPaths, parts: Parts) -> Margin:
    """The margin that the user names, else the one that this machine can decide on as far as that is known.

    Raises:
        UsageError: There is no such preset.
    """
    if flags.margin_percent is not None:
        return Margin(flags.margin_percent / 100, "as you said")
    return parts.known_margin(paths, device, choose(flags.preset, PresetName, "preset"))


def make_plan(
    flags: RunFlags,
    candidates: Candidates,
    settings: Settings,
    parts: Parts,
    margin: float = DEFAULT_MARGIN,
) -> Plan:
    """The plan that the flags describe.

    If one of them can run, the contenders that the user named are all in it, also where the survey found an
    obstacle: each of those ends with an outcome that says why. Without names it is whatever can run here.

    Raises:
        UsageError: A flag can't be used as it is.
        InterpreterError: No contender can run here.
    """
    able = [one.contender for one in candidates.surveyed if one.available]
    if not able:
        named = candidates.surveyed if flags.contenders else ()
        lacks = "".join(f" {one.contender.id}: {one.reason} {one.remedy}".rstrip() for one in named)
        raise InterpreterError(
            f"No contender can run here.{lacks}", "fwcompare contenders says what each of them lacks."
        )
    contenders = [one.contender for one in candidates.surveyed] if flags.contenders else able
    preset = choose(flags.preset, PresetName, "preset")
    stops_early = preset in EARLY_STOPPERS and not flags.cold  # starts are as many as were asked for
    try:
        return Plan(
            workloads=_workloads(flags, candidates.device, parts),
            contenders=tuple(contenders),
            preset=preset,
            effort=_effort(PRESETS[preset], flags),
            baseline=_baseline(flags.baseline, contenders, able, settings, parts),
            seed=flags.seed,
            threads=parts.default_threads() if flags.threads is None else flags.threads,
            margin=margin,
            stops_early=stops_early if flags.stops_early is None else flags.stops_early,
        )
    except ValueError as error:
        raise UsageError(
            f"This comparison can't be run: {error}.",
            "fwcompare run --help lists what can be said, fwcompare contenders what each of them can do.",
        ) from error


def choose(text: str, kind: type[_Choice], what: str) -> _Choice:
    """The member of an enum that the text names.

    Raises:
        UsageError: There is none; the remedy suggests the nearest.
    """
    return kind(_known(text, list(kind), what))


def _known(text: str, names: Iterable[str], what: str) -> str:
    choices = [str(name) for name in names]
    if text in choices:
        return text
    close = get_close_matches(text, choices, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise UsageError(f"There is no {what} {text!r}.", f"{hint}There is: {', '.join(choices)}.")


def _workloads(flags: RunFlags, device: str, parts: Parts) -> tuple[Workload, ...]:
    architectures = [_known(name, parts.architectures(), "workload") for name in flags.workloads]
    tasks = [choose(name, Task, "task") for name in flags.tasks]
    size = choose(flags.size, Size, "size")
    scenario = choose(flags.scenario, Scenario, "scenario")
    precisions = [choose(name.strip(), Precision, "precision") for name in flags.precisions.split(",")]
    for precision in precisions:
        if obstacle := parts.precision_obstacle(precision, device):
            raise UsageError(obstacle, "Choose another --precision or --device.")
    return tuple(
        Workload(architecture, task, size, batch, device, precision, scenario)
        for architecture in architectures
        for task in tasks
        for batch in _batches(flags.batches) or (parts.default_batch(architecture, size),)
        for precision in precisions
    )


def _batches(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(
            f"--batch {text!r} is no list of numbers.",
            "Write numbers with commas, for instance --batch 1,32.",
        ) from error


def _effort(effort: Effort, flags: RunFlags) -> Effort:
    if flags.rounds is not None:
        effort = replace(effort, rounds=flags.rounds)
    if flags.seconds_per_block is not None:
        effort = replace(effort, min_measure_s=flags.seconds_per_block)
    effort = replace(effort, cool_down_s=flags.cool_down_s)
    return effort.with_cold_starts() if flags.cold else effort


def _baseline(
    text: str | None,
    contenders: Sequence[Contender],
    able: Sequence[Contender],
    settings: Settings,
    parts: Parts,
) -> str:
    """Id of the baseline: the one that was named, else the first contender that can run."""
    if text is None:
        return able[0].id
    ids = [contender.id for contender in contenders]
    return _known(
        parts.parse_contender(text, settings).id, ids, "contender in this comparison for the baseline"
    )

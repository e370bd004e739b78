"""What the commands are made of, wired in one place."""

# ruff: noqa: PLC0415 - importing all rooms takes a moment, and --help needs none

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fwcompare.domain.calibration import Calibration, Margin
    from fwcompare.domain.contender import Contender
    from fwcompare.domain.events import Scalar
    from fwcompare.domain.plan import Plan, PresetName
    from fwcompare.domain.record import RunRecord
    from fwcompare.domain.workload import Precision
    from fwcompare.execution.devices import Gpu
    from fwcompare.execution.engine import Engine
    from fwcompare.execution.recovery import RecoveryReport
    from fwcompare.interpreters.availability import Availability, DeviceChoice
    from fwcompare.interpreters.overview import Interpreters
    from fwcompare.interpreters.settings import Settings
    from fwcompare.library.library import Library
    from fwcompare.paths import DataPaths


@dataclass(frozen=True, slots=True)
class Parts:
    """The functions of the other rooms that the commands call.

    Attributes:
        survey: Whether each contender can run on a device ("cpu", or "cuda:" and a UUID), in interpreters
            that the settings allow to be started.
        choose_device: The device that "auto" means, from what was surveyed for the CPU and the UUID
            of the first GPU.
        interpreters: Knows the Pythons that are here.
        known_margin: The margin that self-tests suggest for plans on a device with a preset.
        continuation_obstacle: Why rounds measured now would not fit to a record's; "" if they would.
        memory_budget_bytes: Memory that workers can take now, so that the machine does not begin to swap.
        who_measures: Sentence that names whoever is measuring on this machine, "" if nobody is.
    """

    open_engine: Callable[[DataPaths], Engine]
    estimate_s: Callable[[Plan], float]
    remaining_s: Callable[[RunRecord], float]
    describe_machine: Callable[[], dict[str, Scalar]]
    default_threads: Callable[[], int]
    gpus: Callable[[], tuple[Gpu, ...]]
    gpu_unavailable_reason: Callable[[], str | None]
    driver_version: Callable[[], str | None]
    resolve_device: Callable[[str], str]
    precision_obstacle: Callable[[Precision, str], str]
    load_settings: Callable[[Path], tuple[Settings, tuple[str, ...]]]
    parse_contender: Callable[[str, Settings], Contender]
    all_contenders: Callable[[Settings], tuple[Contender, ...]]
    survey: Callable[[Iterable[Contender], str, Settings], tuple[Availability, ...]]
    choose_device: Callable[[Iterable[Availability], str | None], DeviceChoice]
    interpreters: Interpreters
    architectures: Callable[[], tuple[str, ...]]
    default_batch: Callable[[str, str], int]
    read_snapshot: Callable[[Path], RunRecord]
    recover: Callable[[DataPaths], RecoveryReport]
    continuation_obstacle: Callable[[RunRecord, Sequence[Availability], Mapping[str, Scalar]], str]
    memory_budget_bytes: Callable[[], int]
    who_measures: Callable[[DataPaths], str]
    open_library: Callable[[DataPaths], Library]
    known_margin: Callable[[DataPaths, str, PresetName], Margin]
    save_calibration: Callable[[Path, str, Calibration], None]


def real_parts() -> Parts:
    """The parts of the product."""
    from fwcompare.execution import continuation, devices, engine, machine, recovery, schedule
    from fwcompare.execution.sources import memory
    from fwcompare.interpreters import availability, naming, overview, settings
    from fwcompare.library import library
    from fwcompare.storage import calibrations, snapshot
    from fwcompare.worker import workloads

    known = overview.real_interpreters()
    own = naming.own_interpreter()
    return Parts(
        open_engine=engine.Engine,
        estimate_s=schedule.estimate_s,
        remaining_s=schedule.remaining_s,
        describe_machine=machine.describe_machine,
        default_threads=machine.default_threads,
        gpus=devices.gpus,
        gpu_unavailable_reason=devices.gpu_unavailable_reason,
        driver_version=devices.driver_version,
        resolve_device=devices.resolve_device,
        precision_obstacle=lambda precision, device: devices.precision_obstacle(
            precision, device, devices.gpus()
        ),
        load_settings=settings.load_settings,
        parse_contender=lambda text, loaded: naming.parse_contender(text, loaded, own),
        all_contenders=lambda loaded: naming.all_contenders(loaded, own),
        survey=known.survey,
        choose_device=availability.choose_device,
        interpreters=known,
        architectures=workloads.architectures,
        default_batch=workloads.default_batch,
        read_snapshot=snapshot.read_snapshot,
        recover=recovery.recover,
        continuation_obstacle=continuation.obstacle,
        memory_budget_bytes=memory.budget_bytes,
        who_measures=_who_measures,
        open_library=library.Library,
        known_margin=_known_margin,
        save_calibration=calibrations.save_calibration,
    )


def _known_margin(paths: DataPaths, device: str, preset: PresetName) -> Margin:
    from fwcompare.execution.machine import describe_machine
    from fwcompare.stats.selftest import margin_for
    from fwcompare.storage.calibrations import load_calibrations

    return margin_for(load_calibrations(paths.calibrations_file, describe_machine()).get(device), preset)


def _who_measures(paths: DataPaths) -> str:
    from fwcompare.execution.lock import owner_of

    owner = owner_of(paths.lock_file)
    return f"{owner} is measuring on this machine." if owner else ""

"""A run as one JSON object: what `--json` prints, described by `resources/schema/run.schema.json`.

A figure that is missing is null, and its reason stands under the same name in the `unavailable` of
the object that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Final, TypeAlias

from fwcompare.domain.contender import Contender
from fwcompare.domain.events import EquivalenceChecked
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Scenario, Workload
from fwcompare.errors import FwcompareError
from fwcompare.paths import shareable, tilde
from fwcompare.stats.blocks import GROUPED, Look, no_percentiles, repeated
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.fairness import Fairness, fairness_of
from fwcompare.stats.gates import gates_of
from fwcompare.stats.quantiles import latencies_ns, median, percentile, too_few
from fwcompare.stats.scaling import sweeps
from fwcompare.stats.starts import starts_of
from fwcompare.stats.summary import GPU_MEMORY, gpu_memory_bytes, summarise
from fwcompare.stats.tails import metric_ratios

SCHEMA: Final = 1
"""Version of the JSON objects; it grows when a key changes its meaning or goes away."""

JSON: TypeAlias = Mapping[str, "JSON"] | Sequence["JSON"] | str | int | float | bool | None

_Known: TypeAlias = tuple[JSON, str]
"""A figure, and the reason to give if it is None."""


def report(
    record: RunRecord, look: Look, snapshot: str | None, error: FwcompareError | None = None
) -> dict[str, JSON]:
    """The object of `run --json` and `show --json`.

    Args:
        record: The run, also one that was cancelled, failed or is still going on.
        look: Gives the figures of a block.
        snapshot: Path of its file, None if there is none.
        error: What went wrong with the run as a whole.
    """
    content: dict[str, JSON] = {
        "schema": SCHEMA,
        "environment": _environment(record),
        "plan": _plan(record.plan),
        "fairness": _fairness(fairness_of(record)),
        "cancelled": record.cancelled,
        "stopped_early": record.precise,
        "history": [asdict(one) for one in record.history],
        "blocks": [_block(block, record, look) for block in record.blocks],
        "equivalence": _equivalence(record),
        "comparisons": [asdict(comparison) for comparison in compare_all(record, look)],
        "metric_ratios": [asdict(ratio) for ratio in metric_ratios(record, look)],
        "summaries": [asdict(summary) for summary in summarise(record, look)],
        "scaling": [asdict(point) for sweep in sweeps(record, look) for point in sweep.points],
        "starts": [asdict(start) for start in starts_of(record)],
        "snapshot": snapshot,
        "error": error_object(error),
    }
    return {name: shareable(value) for name, value in content.items()}


def failure(error: FwcompareError, *, cancelled: bool = False) -> dict[str, JSON]:
    """The same object where there is no run to report: every key, and the error."""
    nothing: dict[str, JSON] = {
        "schema": SCHEMA,
        "environment": None,
        "plan": None,
        "fairness": None,
        "cancelled": cancelled,
        "stopped_early": {},
        "history": [],
        "blocks": [],
        "equivalence": [],
        "comparisons": [],
        "metric_ratios": [],
        "summaries": [],
        "scaling": [],
        "starts": [],
        "snapshot": None,
        "error": error_object(error),
    }
    return nothing


def error_object(error: FwcompareError | None) -> JSON:
    """An error as {message, remedy}, None if there is none."""
    if error is None:
        return None
    return {"message": shareable(error.message), "remedy": shareable(error.remedy)}


def _with_reasons(known: Mapping[str, _Known], more: Mapping[str, str] | None = None) -> dict[str, JSON]:
    """The figures, and under `unavailable` the reason of each that is None; a reason in `more` is better."""
    reasons = {name: reason for name, (value, reason) in known.items() if value is None}
    values = {name: value for name, (value, _) in known.items()}
    return {**values, "unavailable": {**reasons, **(more or {})}}


def _environment(record: RunRecord) -> JSON:
    cut_off = "the run has not ended, or was cut off"
    return {
        "app_version": record.app_version,
        "run_id": record.run_id,
        "started_utc": record.started_utc,
        **_with_reasons({"finished_utc": (record.finished_utc, cut_off)}),
        "machine": record.machine,
        "contenders": [_contender(contender, record.blocks) for contender in record.plan.contenders],
    }


def _contender(contender: Contender, blocks: Sequence[BlockRecord]) -> JSON:
    """What the contender ran with, as its first worker that got so far has read it back."""
    told = next((block for block in blocks if block.contender == contender.id and block.versions), None)
    silent = "no worker of this contender came so far as to tell"
    return {
        "contender": contender.id,
        "framework": contender.framework,
        "mode": contender.mode,
        "interpreter": contender.interpreter,
        **_with_reasons(
            {
                "versions": (told.versions if told else None, silent),
                "settings": (told.settings if told else None, silent),
                "packages": (told.packages if told else None, silent),
                "variables": (told.variables if told else None, silent),
                "device": ((told.device or None) if told else None, silent),
            }
        ),
    }


def _plan(plan: Plan) -> JSON:
    effort = plan.effort
    return {
        "workloads": [workload.id for workload in plan.workloads],
        "contenders": [contender.id for contender in plan.contenders],
        "baseline": plan.baseline,
        "preset": plan.preset,
        "rounds": effort.rounds,
        "seconds_per_block": effort.min_measure_s,
        "min_iterations": effort.min_iterations,
        "min_warm_up_s": effort.min_warm_up_s,
        "max_warm_up_s": effort.max_warm_up_s,
        "repeats_disturbed": effort.repeats_disturbed,
        "cool_down_s": effort.cool_down_s,
        "empties_caches": effort.empties_caches,
        "seed": plan.seed,
        "threads": plan.threads,
        "margin": plan.margin,
        "stops_early": plan.stops_early,
    }


def _fairness(found: Fairness) -> JSON:
    differs = {
        name: {tilde(contender): value for contender, value in values.items()}
        for name, values in found.differs.items()
    }
    tracks = {track.value: ids for track, ids in found.tracks.items()}
    return {"tracks": tracks, "held": found.held, "differs": differs, "untold": found.untold}


def _block(block: BlockRecord, record: RunRecord, look: Look) -> JSON:
    workload = next(one for one in record.plan.workloads if one.id == block.workload)
    phases = {f"phases_ns.{phase}": _phase(block, phase) for phase in Phase}
    peaks = {f"phases_peak_rss_bytes.{phase}": _peak(block, phase) for phase in Phase}
    figures = _with_reasons(
        {**phases, **peaks, **_figures(block, workload, look), **_course(block, look)}, block.unavailable
    )
    phases_ns = {phase.value: figures.pop(f"phases_ns.{phase}") for phase in Phase}
    peaks_bytes = {phase.value: figures.pop(f"phases_peak_rss_bytes.{phase}") for phase in Phase}
    return {
        "contender": block.contender,
        "workload": block.workload,
        "architecture": workload.architecture,
        "task": workload.task,
        "size": workload.size,
        "batch": workload.batch,
        "precision": workload.precision,
        "device": workload.device,
        "scenario": workload.scenario,
        "iterations_per_sample": block.iterations_per_sample,
        "round": block.round,
        "block": block.block,
        "repeated": block.block in repeated(record.blocks),
        "reason": block.reason
        or (block.outcome.sentence if block.outcome and block.outcome.is_failure else ""),
        "remedy": block.outcome.remedy if block.outcome else "",
        "compile_cache": block.compile_cache,
        "n": len(block.latency),
        "counters": block.counters,
        "phases_ns": phases_ns,
        "phases_peak_rss_bytes": peaks_bytes,
        **_gates(block, record, look),
        **figures,
    }


def _gates(block: BlockRecord, record: RunRecord, look: Look) -> dict[str, JSON]:
    """What disturbed the block, and why other disturbances could not be looked for."""
    found = gates_of(block, record, look)
    return {
        "gates": [
            {"code": gate.code, "level": gate.level, "sentence": gate.sentence, "remedy": gate.code.remedy}
            for gate in found.gates
        ],
        "gates_unchecked": {code.value: reason for code, reason in found.unchecked.items()},
    }


def _course(block: BlockRecord, look: Look) -> dict[str, _Known]:
    """How the latencies of the block went and scattered."""
    course, spread = look(block).course, look(block).spread
    few = "too few iterations to tell" if len(block.latency) else _UNTIMED
    return {
        "steadiness": (course.label if course else None, few),
        "shift_at": (course.shift if course else None, "the level did not change" if course else few),
        "relative_iqr": (spread.relative_iqr if spread else None, _UNTIMED),
        "mild_outliers": (spread.mild if spread else None, _UNTIMED),
        "severe_outliers": (spread.severe if spread else None, _UNTIMED),
    }


def _figures(block: BlockRecord, workload: Workload, look: Look) -> dict[str, _Known]:
    latencies = latencies_ns([block.latency])
    refused = no_percentiles([block], look)
    tail_reason = (refused or too_few(90, latencies.size)) if latencies.size else _UNTIMED
    is_grouped = workload.scenario is Scenario.THROUGHPUT and latencies.size > 0
    memory = memory_of(block, workload)
    return {
        "outcome": (block.outcome, "the block has not ended, or the run was cut off in it"),
        "median_ns": (None if is_grouped else median(latencies), GROUPED if is_grouped else _UNTIMED),
        "p90_ns": (None if refused else percentile(latencies, 90), tail_reason),
        "peak_rss_bytes": memory["peak_rss_bytes"],
        "import_rss_bytes": memory["import_rss_bytes"],
        "gpu_memory_bytes": memory["gpu_memory_bytes"],
        "repeats": (block.repeats, "this block runs no other one once more"),
        "cool_down_ns": (block.cool_down_ns, "no cool-down before this block was recorded"),
        "mode_proof": (block.mode_proof, _TOO_EARLY),
        "mode_proved": (block.mode_proved, _TOO_EARLY),
        "warm_up_iterations": (block.warm_up_iterations, _TOO_EARLY),
        "steady": (block.steady, _TOO_EARLY),
    }


def memory_of(block: BlockRecord, workload: Workload) -> dict[str, tuple[int | None, str]]:
    """The memory of a block by the names of `docs/method.md`, each figure with why there is none."""
    peaks = [phase.peak_rss_bytes for phase in block.phases.values() if phase.peak_rss_bytes is not None]
    imported = block.phases.get(Phase.IMPORT)
    lived = imported is not None and imported.duration_ns is not None
    no_size = "the memory of the process could not be read" if lived else _TOO_EARLY
    return {
        "peak_rss_bytes": (max(peaks, default=None), _NO_PEAK if lived else _TOO_EARLY),
        "import_rss_bytes": (imported.rss_bytes if imported else None, no_size),
        **{
            name: (block.counters.get(name), block.unavailable.get(name, "the worker did not tell it"))
            for name in MEMORY_COUNTERS
        },
        "gpu_memory_bytes": _gpu_memory(block, workload),
    }


MEMORY_COUNTERS: Final = (
    "host_unique_bytes",
    "framework_allocated_peak_bytes",
    "framework_reserved_peak_bytes",
)
"""The counters of memory that the workers themselves read."""

_NO_PEAK: Final = "this system keeps no peak of a process's memory"
_UNTIMED: Final = "no iteration was timed"
_TOO_EARLY: Final = "the worker did not get so far"


def _phase(block: BlockRecord, phase: Phase) -> _Known:
    record = block.phases.get(phase)
    if record:
        return record.duration_ns, "the worker did not finish this phase"
    if phase is Phase.COMPILE and Phase.FIRST_CALL in block.phases:
        return None, "nothing is compiled in this mode"
    return None, _TOO_EARLY


def _peak(block: BlockRecord, phase: Phase) -> _Known:
    """The highest resident memory in a phase; a worker can't read it before it is there."""
    record = block.phases.get(phase)
    if record is None or record.duration_ns is None:
        return None, _phase(block, phase)[1]
    return record.peak_rss_bytes, "it is read from the import on" if phase is Phase.SPAWN else _NO_PEAK


def _gpu_memory(block: BlockRecord, workload: Workload) -> tuple[int | None, str]:
    on_cpu = workload.gpu_uuid is None
    reason = "the workload runs on the CPU" if on_cpu else "no reading was taken while the block ran"
    return gpu_memory_bytes(block), block.unavailable.get(GPU_MEMORY, reason)


def _equivalence(record: RunRecord) -> JSON:
    """The worst check of each quantity, over the blocks of each contender and workload."""
    rows = [
        ((block.contender, block.workload, check.quantity), check)
        for block in record.blocks
        for check in block.equivalence
    ]
    grouped = groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0])
    return [
        _check(contender, workload, [check for _, check in group])
        for (contender, workload, _), group in grouped
    ]


def _check(contender: str, workload: str, checks: Sequence[EquivalenceChecked]) -> JSON:
    def badness(check: EquivalenceChecked) -> tuple[bool, bool, float]:
        return not check.passed, check.relative_error is None, check.relative_error or 0.0

    worst = max(checks, key=badness)
    return {
        "contender": contender,
        "workload": workload,
        "quantity": worst.quantity,
        "limit": worst.limit,
        "passed": worst.passed,
        **_with_reasons({"relative_error": (worst.relative_error, "the contender's value is not finite")}),
    }

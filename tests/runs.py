"""Builders of runs that were never measured; whatever a test does not name is plain and sound."""

from __future__ import annotations

from array import array

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import CompileCache
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.view import RunView
from fwcompare.stats.blocks import figures_of

WORKLOAD = Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu")
BASELINE = Contender(Framework.PYTORCH, Mode.EAGER, "/usr/bin/python3")
CONTENDER = Contender(Framework.TENSORFLOW, Mode.FUNCTION, "/usr/bin/python3")


def plan(**changes) -> Plan:
    """Two contenders in one workload, baseline first, quick."""
    fields = {
        "workloads": (WORKLOAD,),
        "contenders": (BASELINE, CONTENDER),
        "preset": PresetName.QUICK,
        "effort": PRESETS[PresetName.QUICK],
        "baseline": BASELINE.id,
        "seed": 0,
        "threads": 1,
    }
    return Plan(**(fields | changes))


def latency(*durations_ns: int) -> Series:
    """One chunk of latencies, one after the other."""
    return Series(
        (array("q", [index * 10**9 for index in range(len(durations_ns))]),), (array("q", durations_ns),)
    )


def block(contender: Contender, round: int, *durations_ns: int, **changes) -> BlockRecord:  # noqa: A002
    """A finished block with these latencies."""
    fields = {
        "block": round * 2 + (contender != BASELINE),
        "contender": contender.id,
        "workload": WORKLOAD.id,
        "round": round,
        "started_ns": 1_000,
        "compile_cache": CompileCache.COLD if round == 0 else CompileCache.WARM,
        "finished_ns": 2_000,
        "outcome": Outcome.OK,
        "mode_proof": "1 graph",
        "mode_proved": True,
        "steady": True,
        "latency": latency(*durations_ns),
    }
    return BlockRecord(**(fields | changes))


def record(*blocks: BlockRecord, **changes) -> RunRecord:
    """A finished run with these blocks."""
    fields = {
        "run_id": "run",
        "started_utc": "2026-01-02T03:04:05Z",
        "started_ns": 0,
        "app_version": "0.1.0",
        "plan": plan(),
        "machine": {"system": "Linux"},
        "blocks": blocks,
        "finished_utc": "2026-01-02T03:05:05Z",
    }
    return RunRecord(**(fields | changes))


def view_of(run: RunRecord, **changes) -> RunView:
    """The run as a window sees it, over if it knows its end."""
    return RunView(run, figures_of(run.blocks), **({"finished": run.finished_utc is not None} | changes))

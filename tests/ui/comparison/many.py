"""Runs with several contenders and workloads, with some of everything that can happen."""

from __future__ import annotations

from array import array
from random import Random

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import CompileCache, EquivalenceChecked
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series
from fwcompare.domain.workload import Size, Task, Workload

PYTHON = "/usr/bin/python3"
CONTENDERS = (
    Contender(Framework.PYTORCH, Mode.EAGER, PYTHON),
    Contender(Framework.PYTORCH, Mode.COMPILE, PYTHON),
    Contender(Framework.TENSORFLOW, Mode.FUNCTION, PYTHON),
    Contender(Framework.TENSORFLOW, Mode.XLA, PYTHON),
    Contender(Framework.KERAS_TENSORFLOW, Mode.DEFAULT, PYTHON),
    Contender(Framework.KERAS_TORCH, Mode.DEFAULT, PYTHON),
)
WORKLOADS = (
    Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu"),
    Workload("cnn", Task.TRAINING, Size.SMALL, 32, "cuda:GPU-1"),
)
MS = 1_000_000


def plan() -> Plan:
    return Plan(
        workloads=WORKLOADS,
        contenders=CONTENDERS,
        preset=PresetName.QUICK,
        effort=PRESETS[PresetName.QUICK],
        baseline=CONTENDERS[0].id,
        seed=0,
        threads=1,
    )


def block(  # noqa: PLR0917
    number: int,
    contender: Contender,
    workload: Workload,
    round: int,  # noqa: A002
    typical_ms: float,
    random: Random,
    outcome: Outcome | None = Outcome.OK,
) -> BlockRecord:
    """A block whose latencies scatter by some per cent around the typical one."""
    start = number * 10**10
    durations = array(
        "q", [max(1, round_(random.gauss(typical_ms, typical_ms / 20) * MS)) for _ in range(60)]
    )
    times = array("q", [start + 5_000 + index for index in range(60)])
    is_measured = outcome is Outcome.OK
    compiles = contender.mode is not Mode.EAGER
    phases = {
        Phase.SPAWN: PhaseRecord(start, 50 * MS),
        Phase.IMPORT: PhaseRecord(start + 1_000, 900 * MS, 200 * 2**20, 210 * 2**20),
        **(
            {Phase.COMPILE: PhaseRecord(start + 2_000, 3_000 * MS, 250 * 2**20, 300 * 2**20)}
            if compiles
            else {}
        ),
        Phase.FIRST_CALL: PhaseRecord(start + 3_000, 2 * MS, 260 * 2**20, 280 * 2**20),
        Phase.MEASURE: PhaseRecord(start + 5_000, 100 if outcome else None, 260 * 2**20, 320 * 2**20),
    }
    gpu = {
        "gpu_utilization_percent": Series((times,), (array("d", [40.0] * 60),)),
        "gpu_process_memory_bytes": Series((times,), (array("d", [2.0**30] * 60),)),
    }
    return BlockRecord(
        block=number,
        contender=contender.id,
        workload=workload.id,
        round=round,
        started_ns=start,
        compile_cache=CompileCache.WARM if round else CompileCache.COLD,
        finished_ns=start + 10_000 if outcome else None,
        outcome=outcome,
        phases=phases,
        versions={"torch": "2.13.0"},
        settings={"intra_op_threads": 1, "tf32": False, "memory_growth": None},
        device=workload.device,
        mode_proof="1 graph",
        mode_proved=True,
        steady=True,
        equivalence=(
            EquivalenceChecked(number, 0, "output", 1e-7, 1e-4, outcome is not Outcome.OUTPUT_MISMATCH),
        ),
        latency=Series((times,), (durations,)) if is_measured else Series(),
        resources=gpu if workload.device != "cpu" else {},
        unavailable={} if workload.device != "cpu" else {"gpu_utilization_percent": "not available: no GPU"},
        counters={"framework_allocated_peak_bytes": 1024},
    )


def round_(value: float) -> int:
    return int(value + 0.5)


def grown_run(seed: int, rounds: int = 3) -> RunRecord:
    """A finished run; one contender crashes, one gives other outputs, one fails in its first round alone."""
    random = Random(seed)
    fates = {CONTENDERS[3].id: Outcome.CRASHED, CONTENDERS[4].id: Outcome.OUTPUT_MISMATCH}
    blocks: list[BlockRecord] = []
    for number_of_round in range(rounds):
        for workload in WORKLOADS:
            for place, contender in enumerate(CONTENDERS):
                outcome = fates.get(contender.id, Outcome.OK)
                if contender is CONTENDERS[5] and number_of_round == 0:
                    outcome = Outcome.HUNG
                blocks.append(
                    block(len(blocks), contender, workload, number_of_round, 1 + place / 2, random, outcome)
                )
    return RunRecord(
        run_id=f"run-{seed}",
        started_utc="2026-01-02T03:04:05Z",
        started_ns=0,
        app_version="0.1.0",
        plan=plan(),
        machine={"cpu_model": "Some CPU"},
        blocks=tuple(blocks),
        finished_utc="2026-01-02T03:05:05Z",
    )

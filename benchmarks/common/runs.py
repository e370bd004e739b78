"""Blocks measured by the product's engine, and by plain scripts in processes of their own, in turns."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.engine import Engine
from fwcompare.execution.machine import default_threads
from fwcompare.execution.references import prepare_inputs
from fwcompare.paths import paths_in
from fwcompare.stats.quantiles import latencies_ns
from fwcompare.worker.workloads import default_batch

CHILDREN = Path(__file__).parents[1] / "children"
WAIT_S = 3600.0
SEED = 0
"""Of weights and inputs."""

EAGER = Contender(Framework.PYTORCH, Mode.EAGER, sys.executable)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Times:
    """What one process measured."""

    median_ns: float
    p99_ns: float


class Measuring:
    """The product's engine with folders and a lock of its own, so that no user's run is touched."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fwcompare-benchmark-")
        folder = Path(self._folder.name)
        self._paths = replace(paths_in(folder / "data"), lock_file=folder / "lock")
        self._engine = Engine(self._paths)

    def __enter__(self) -> Self:
        self._engine.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._engine.close()
        self._folder.cleanup()

    def inputs(self, work: Workload) -> Path:
        """The folder of the weights and inputs that blocks start from: the time of an iteration depends on the values."""
        return prepare_inputs(work, SEED, self._paths.cache)

    def run(self, plan: Plan, earlier: RunRecord | None = None) -> RunRecord:
        """Measure this plan, or the rounds that it adds to an earlier run.

        Raises:
            RuntimeError: It did not end, or a block of it failed.
        """
        self._engine.run(plan, earlier=earlier)
        self._engine.wait(WAIT_S)
        view = self._engine.view()
        if view is None or not view.finished or view.error is not None:
            raise RuntimeError(f"The run did not end well: {view.error if view else 'it never began'}")
        return require_measured(view.record)


def require_measured(record: RunRecord) -> RunRecord:
    """The record, if all its blocks were measured.

    Raises:
        RuntimeError: A block failed.
    """
    failed = [
        f"{one.contender}: {one.reason} {one.error} {one.log}"
        for one in record.blocks
        if one.outcome is not Outcome.OK
    ]
    if failed or not record.blocks:
        raise RuntimeError("; ".join(failed) or "The run has no blocks.")
    return record


def workload(architecture: str, size: str, task: str = "inference") -> Workload:
    """A workload on the CPU with its usual batch."""
    return Workload(architecture, Task(task), Size(size), default_batch(architecture, size), "cpu")


def plan_of(
    workloads: Sequence[Workload],
    contenders: Sequence[Contender],
    effort: Effort,
    *,
    seed: int = SEED,
    threads: int | None = None,
) -> Plan:
    """A plan whose baseline is the first contender; the product's default of threads."""
    return Plan(
        workloads=tuple(workloads),
        contenders=tuple(contenders),
        preset=PresetName.QUICK,
        effort=effort,
        baseline=contenders[0].id,
        seed=seed,
        threads=threads or default_threads(),
    )


def one_block(measure_s: float, warm_up_s: float) -> Effort:
    """The effort of a plan that measures everything once."""
    return Effort(1, min_measure_s=measure_s, min_iterations=10, min_warm_up_s=warm_up_s)


def times_of(block: BlockRecord) -> Times:
    """What a block measured."""
    values = latencies_ns([block.latency])
    return Times(float(np.median(values)), float(np.percentile(values, 99)))


def child(
    program: Path | str,
    *arguments: object,
    environment: Mapping[str, str] | None = None,
    interpreter: str = sys.executable,
) -> Any:
    """What a Python program of a process of its own prints as its last line, in JSON.

    Args:
        program: Its file, or "-m" with the module as first argument.
        arguments: What it is started with.
        environment: Its whole environment, None: this process's.
        interpreter: The Python that runs it.

    Raises:
        RuntimeError: It failed.
    """
    done = subprocess.run(
        [interpreter, program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=CHILDREN.parents[1],
    )
    if done.returncode:
        raise RuntimeError(f"{program} {arguments} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def bare(measuring: Measuring, work: Workload, method: str, measure_s: float, warm_up_s: float) -> Times:
    """The same module in PyTorch alone, timed by `benchmarks/children/stopwatch.py`."""
    inputs = measuring.inputs(work)
    found = child(
        CHILDREN / "stopwatch.py",
        *(method, work.architecture, work.size, inputs, default_threads(), warm_up_s, measure_s),
    )
    return Times(**found)


def in_turns(rounds: int, measures: Mapping[str, Callable[[], T]], seed: int = 0) -> dict[str, list[T]]:
    """Every measure once a round, each round in an order of its own."""
    dice = random.Random(seed)  # noqa: S311 - an order, no secret
    found: dict[str, list[T]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name in dice.sample(list(measures), len(measures)):
            found[name].append(measures[name]())
    return found

"""Whether our adapters are as fast as what each framework's own users write (`benchmarks/experts`).

For every workload and contender: median of our block over that of a plain script with the framework alone,
each in fresh processes, in turns.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks.common.results import Length, Report, options, ratio_row
from benchmarks.common.runs import Measuring, child, in_turns, one_block, plan_of, times_of, workload
from fwcompare.domain.contender import MODES, Contender, Framework
from fwcompare.domain.workload import Workload
from fwcompare.execution.machine import default_threads

AIM = 1.02
INTERPRETERS = {Framework.KERAS_JAX: str(Path(__file__).parents[1] / ".venvs/jax/bin/python")}
"""The Python of a framework that is not in the environment of this one."""

SCOPES = {
    Length.SMOKE: (("mlp",), ("tiny",), ("inference",)),
    Length.SHORT: (("cnn",), ("small",), ("inference", "training")),
    Length.FULL: (
        ("mlp", "cnn", "lstm", "transformer", "gan", "dynamic"),
        ("tiny", "small"),
        ("inference", "training"),
    ),
}
"""Architectures, sizes and tasks."""


def contenders(length: Length) -> list[Contender]:
    """Those that compete by default; then, at full length, those that one has to choose."""
    everybody = [
        Contender(framework, mode, INTERPRETERS.get(framework, sys.executable))
        for framework, modes in MODES.items()
        for mode in modes
    ]
    competing = [one for one in everybody if one.is_default or length is Length.FULL]
    return sorted(competing, key=lambda one: not one.is_default)


def pairs(length: Length) -> list[tuple[Workload, Contender]]:
    """What is computed, and by whom."""
    workloads = [workload(*scope) for scope in product(*SCOPES[length])]
    return [
        (work, contender)
        for work, contender in product(workloads, contenders(length))
        if not contender.obstacle_to(work.task, work.architecture)
    ]


def ours_ns(
    measuring: Measuring, contender: Contender, work: Workload, measure_s: float, warm_up_s: float
) -> float:
    """Median of one block of ours."""
    record = measuring.run(plan_of([work], [contender], one_block(measure_s, warm_up_s)))
    return times_of(record.blocks[0]).median_ns


def experts_ns(
    measuring: Measuring, contender: Contender, work: Workload, caches: str, seconds: tuple[float, float]
) -> float:
    """Median of the expert's script, with the same weights and inputs and as many threads."""
    inputs = measuring.inputs(work)
    script, _, backend = contender.framework.partition("-")
    threads = default_threads()
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "NPROC": str(threads),  # all that JAX takes for its threads
        "KERAS_BACKEND": backend or "tensorflow",
        "TORCHINDUCTOR_CACHE_DIR": caches,
        "CUDA_VISIBLE_DEVICES": "",
    }
    return float(
        child(
            "-m",
            f"benchmarks.experts.{script}",
            *(contender.mode, work.architecture, work.task, work.size, inputs, threads, *seconds),
            environment=environment,
            interpreter=contender.interpreter,
        )
    )


def main() -> None:
    chosen = options("adapters", __doc__)
    report = Report("adapters", chosen)
    rounds = chosen.choose(1, 3, 6)
    seconds = (chosen.choose(50, 700, 2_000) / 1e3, chosen.choose(50, 500, 1_500) / 1e3)
    with Measuring() as measuring, tempfile.TemporaryDirectory() as caches:
        for work, contender in pairs(chosen.length):
            found = in_turns(
                rounds,
                {
                    "ours": partial(ours_ns, measuring, contender, work, *seconds),
                    "expert": partial(experts_ns, measuring, contender, work, caches, seconds),
                },
            )
            name = f"{work.architecture}/{work.task}/{work.size}, {contender.id}"
            report.add(ratio_row(name, found["expert"], found["ours"], AIM))
    report.write(rounds=rounds, measure_s=seconds[0])


if __name__ == "__main__":
    main()

"""Whether our adapters are as fast as what each framework's own users write (`benchmarks/experts`).

For every workload and contender: median of our block over that of a plain script with the framework alone,
each in fresh processes, in turns.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import product

from benchmarks.common.results import Length, Report, options, ratio_row
from benchmarks.common.runs import Measuring, child, in_turns, one_block, plan_of, times_of, workload
from fwcompare.domain.contender import NO_TRAINING_OF, Contender, Framework, Mode
from fwcompare.domain.workload import Workload
from fwcompare.execution.machine import default_threads

AIM = 1.02
EXPERTS = {
    Framework.PYTORCH: ("pytorch", (Mode.EAGER, Mode.COMPILE)),
    Framework.TENSORFLOW: ("tensorflow", (Mode.EAGER, Mode.FUNCTION, Mode.XLA)),
    Framework.KERAS_TENSORFLOW: ("keras", (Mode.DEFAULT, Mode.XLA)),
    Framework.KERAS_TORCH: ("keras", (Mode.DEFAULT,)),
}
"""The script of each framework, and the modes that it knows."""

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


def contenders() -> Iterator[Contender]:
    """All that have an expert."""
    for framework, (_, modes) in EXPERTS.items():
        for mode in modes:
            yield Contender(framework, mode, sys.executable)


def workloads(length: Length) -> list[Workload]:
    """What is computed."""
    return [
        workload(name, size, task)
        for name, size, task in product(*SCOPES[length])
        if task == "inference" or name not in NO_TRAINING_OF
    ]


def ours_ns(
    measuring: Measuring, contender: Contender, work: Workload, measure_s: float, warm_up_s: float
) -> float:
    """Median of one block of ours."""
    record = measuring.run(plan_of([work], [contender], one_block(measure_s, warm_up_s)))
    return times_of(record.blocks[0]).median_ns


def experts_ns(
    contender: Contender, work: Workload, caches: str, measure_s: float, warm_up_s: float
) -> float:
    """Median of the expert's script, with as many threads."""
    script, _ = EXPERTS[contender.framework]
    threads = default_threads()
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "KERAS_BACKEND": contender.framework.removeprefix("keras-"),
        "TORCHINDUCTOR_CACHE_DIR": caches,
        "CUDA_VISIBLE_DEVICES": "",
    }
    return float(
        child(
            "-m",
            f"benchmarks.experts.{script}",
            *(contender.mode, work.architecture, work.task, work.size, threads, measure_s, warm_up_s),
            environment=environment,
        )
    )


def main() -> None:
    chosen = options("adapters", __doc__)
    report = Report("adapters", chosen)
    rounds = chosen.choose(1, 3, 6)
    seconds = (chosen.choose(50, 700, 2_000) / 1e3, chosen.choose(50, 500, 1_500) / 1e3)
    with Measuring() as measuring, tempfile.TemporaryDirectory() as caches:
        for work, contender in product(workloads(chosen.length), contenders()):
            found = in_turns(
                rounds,
                {
                    "ours": partial(ours_ns, measuring, contender, work, *seconds),
                    "expert": partial(experts_ns, contender, work, caches, *seconds),
                },
            )
            name = f"{work.architecture}/{work.task}/{work.size}, {contender.id}"
            report.add(ratio_row(name, found["expert"], found["ours"], AIM))
    report.write(rounds=rounds, measure_s=seconds[0])


if __name__ == "__main__":
    main()

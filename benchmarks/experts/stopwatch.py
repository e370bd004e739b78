"""What the experts' scripts share: their arguments, warm-up, a stopwatch around each call."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fwcompare.worker import workloads


@dataclass(frozen=True)
class Job:
    """What a script is to do: python -m … MODE ARCHITECTURE TASK SIZE THREADS MEASURE_S WARM_UP_S.

    Attributes:
        spec: The sizes; the one thing that the scripts have from fwcompare.
    """

    mode: str
    architecture: str
    task: str
    spec: Any
    threads: int
    measure_s: float
    warm_up_s: float

    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        """A batch and its labels."""
        dice = np.random.default_rng(0)
        x = dice.standard_normal((self.spec.batch, *self.spec.input_shape), dtype=np.float32)
        x *= min(1.0, self.spec.input_variance * self.spec.batch) ** 0.5
        return x, dice.integers(self.spec.classes, size=self.spec.batch)


def job() -> Job:
    """What the arguments say."""
    mode, architecture, task, size, threads, measure_s, warm_up_s = sys.argv[1:]
    spec = workloads.spec(architecture, size)
    return Job(mode, architecture, task, spec, int(threads), float(measure_s), float(warm_up_s))


def report(call: Callable[[], Any], asked: Job) -> None:
    """Call until warm, then with a stopwatch, and print the median in JSON."""
    call()
    _durations_ns(call, asked.warm_up_s)
    print(json.dumps(float(np.median(_durations_ns(call, asked.measure_s)))))


def _durations_ns(call: Callable[[], Any], seconds: float) -> list[int]:
    clock = time.perf_counter_ns
    durations_ns: list[int] = []
    end_ns = clock() + int(seconds * 1e9)
    while not durations_ns or clock() < end_ns:
        start_ns = clock()
        call()
        durations_ns.append(clock() - start_ns)
    return durations_ns

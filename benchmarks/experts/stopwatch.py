"""What the experts' scripts share: their arguments, warm-up, a stopwatch around each call."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

import numpy as np

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import make_arrays
from fwcompare.worker import warmup, workloads

MAX_WARM_UP_S = 30.0
"""As long as a block of ours at most."""

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """What a script is to do: python -m … MODE ARCHITECTURE TASK SIZE THREADS MEASURE_S WARM_UP_S.

    Attributes:
        spec: The sizes; with the numbers of a loop, see `numbers`, all that the scripts have from fwcompare.
    """

    mode: str
    architecture: str
    task: str
    size: str
    spec: Any
    threads: int
    measure_s: float
    warm_up_s: float

    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        """A batch and its labels, or the real examples that it is told apart from."""
        if self.architecture == "dynamic":
            arrays = self._arrays()
            return arrays["x"], arrays["labels"]
        dice = np.random.default_rng(0)
        x = dice.standard_normal((self.spec.batch, *self.spec.input_shape), dtype=np.float32)
        x *= min(1.0, self.spec.input_variance * self.spec.batch) ** 0.5
        if self.architecture == "gan":
            return x, dice.uniform(-1, 1, (self.spec.batch, self.spec.classes)).astype(np.float32)
        return x, dice.integers(self.spec.classes, size=self.spec.batch)

    def numbers(self) -> list[np.ndarray]:
        """Weights as fwcompare draws them, for a loop whose turns follow from weights and batch; else none."""
        if self.architecture != "dynamic":
            return []
        return [array for name, array in self._arrays().items() if name.startswith("parameter/")]

    def _arrays(self) -> dict[str, np.ndarray]:
        work = Workload(self.architecture, Task(self.task), Size(self.size), self.spec.batch, "cpu")
        return make_arrays(work, 0)


def job() -> Job:
    """What the arguments say."""
    mode, architecture, task, size, threads, measure_s, warm_up_s = sys.argv[1:]
    spec = workloads.spec(architecture, size)
    return Job(mode, architecture, task, size, spec, int(threads), float(measure_s), float(warm_up_s))


def in_child(function: Callable[..., T], *arguments: Any) -> T:
    """What it returns in a process of its own, so that what it imports is not in this one."""
    with ProcessPoolExecutor(1, get_context("spawn")) as child:
        return child.submit(function, *arguments).result()


def report(call: Callable[[], Any], asked: Job) -> None:
    """Call until steady, then with a stopwatch, and print the median in JSON."""
    call()
    _warm_up(call, asked.warm_up_s)
    print(json.dumps(float(np.median(_durations_ns(call, asked.measure_s)))))


def _warm_up(call: Callable[[], Any], seconds: float) -> None:
    """At least so long, and until the medians of three windows agree: what settles later would pass for slow."""
    windows: list[warmup.Window] = []
    give_up_ns = time.perf_counter_ns() + int(MAX_WARM_UP_S * 1e9)
    while len(windows) < 4 or (not warmup.is_steady(windows) and time.perf_counter_ns() < give_up_ns):
        windows.append(warmup.summarise(_durations_ns(call, seconds / 4), 0))


def _durations_ns(call: Callable[[], Any], seconds: float) -> list[int]:
    clock = time.perf_counter_ns
    durations_ns: list[int] = []
    end_ns = clock() + int(seconds * 1e9)
    while not durations_ns or clock() < end_ns:
        start_ns = clock()
        call()
        durations_ns.append(clock() - start_ns)
    return durations_ns

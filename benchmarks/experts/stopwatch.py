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

from fwcompare.worker import warmup, workloads
from fwcompare.worker.inputs import Inputs, read_inputs

MAX_WARM_UP_S = 30.0
"""As long as a block of ours at most."""

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """What a script is to do: python -m … MODE ARCHITECTURE TASK SIZE INPUTS THREADS MEASURE_S WARM_UP_S.

    Attributes:
        spec: The sizes.
        inputs: The weights and examples of our adapters, as the time of a step depends on the values:
            with other ones training took up to a tenth longer.
    """

    mode: str
    architecture: str
    task: str
    size: str
    spec: Any
    inputs: Inputs
    threads: int
    measure_s: float
    warm_up_s: float

    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        """A batch and its labels, or the real examples that it is told apart from."""
        return self.inputs.x.copy(), self.inputs.labels.copy()  # what is read may not be written to

    def weights(self, framework: str) -> list[np.ndarray]:
        """The initial weights, in the framework's layout and order."""
        layout = workloads.implementation(self.architecture, framework).layout(self.spec)
        native: list[np.ndarray] = layout.to_native(self.inputs.parameters)
        return native


def job() -> Job:
    """What the arguments say."""
    mode, architecture, task, size, inputs, threads, *seconds = sys.argv[1:]
    spec = workloads.spec(architecture, size)
    return Job(mode, architecture, task, size, spec, read_inputs(inputs), int(threads), *map(float, seconds))


def in_child(function: Callable[..., T], *arguments: Any) -> T:
    """What it returns in a process of its own, so that what it imports is not in this one."""
    with ProcessPoolExecutor(1, get_context("spawn")) as child:
        return child.submit(function, *arguments).result()


def report(call: Callable[[], Any], asked: Job) -> None:
    """Call until steady, then with a stopwatch, and print the median in JSON."""
    call()
    warmup.until_steady(call, lambda: 0, (asked.warm_up_s, MAX_WARM_UP_S), lambda: None)
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

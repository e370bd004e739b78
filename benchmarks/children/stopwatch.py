"""A module of fwcompare in PyTorch alone, timed by a bare stopwatch loop or by PyTorch's own Timer.

python stopwatch.py stopwatch|timer ARCHITECTURE SIZE BATCH THREADS WARM_UP_S MEASURE_S
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils.benchmark import Timer

from fwcompare.worker import workloads


def module_call(architecture: str, size: str, batch: int) -> Callable[[], Any]:
    """One inference."""
    spec = workloads.spec(architecture, size)
    implementation = workloads.implementation(architecture, "pytorch")
    model = implementation.build(spec).eval()
    images = np.random.default_rng(0).standard_normal((batch, *spec.input_shape), dtype=np.float32)
    x = torch.from_numpy(implementation.layout(spec).to_input(images))
    call: Callable[[], Any] = torch.inference_mode()(partial(model, x))
    return call


def stopwatch(call: Callable[[], Any], seconds: float) -> dict[str, float]:
    """Call for so long, the clock read around each call."""
    clock = time.perf_counter_ns
    durations_ns = []
    end_ns = clock() + int(seconds * 1e9)
    while (start_ns := clock()) < end_ns:
        call()
        durations_ns.append(clock() - start_ns)
    return {
        "median_ns": float(np.median(durations_ns)),
        "p99_ns": float(np.percentile(durations_ns, 99)),
    }


def timer(call: Callable[[], Any], seconds: float, threads: int) -> dict[str, float]:
    """What `torch.utils.benchmark` says; its samples are means of many calls, so it knows no p99."""
    measured = Timer("call()", globals={"call": call}, num_threads=threads).blocked_autorange(
        min_run_time=seconds
    )
    return {"median_ns": 1e9 * measured.median, "p99_ns": float("inf")}


def main() -> None:
    method, architecture, size, batch, threads, warm_up_s, measure_s = sys.argv[1:]
    torch.set_num_threads(int(threads))
    call = module_call(architecture, size, int(batch))
    stopwatch(call, float(warm_up_s))
    if method == "timer":
        found = timer(call, float(measure_s), int(threads))
    else:
        found = stopwatch(call, float(measure_s))
    print(json.dumps(found))


if __name__ == "__main__":
    main()

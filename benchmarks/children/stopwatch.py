"""A module of fwcompare in PyTorch alone, timed by a bare stopwatch loop or by PyTorch's own Timer.

python stopwatch.py stopwatch|timer ARCHITECTURE SIZE INPUTS THREADS WARM_UP_S MEASURE_S
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
from fwcompare.worker.inputs import read_inputs


def module_call(architecture: str, size: str, folder: str) -> Callable[[], Any]:
    """One inference, with the weights and inputs of that folder."""
    spec = workloads.spec(architecture, size)
    implementation = workloads.implementation(architecture, "pytorch")
    inputs, layout = read_inputs(folder), implementation.layout(spec)
    model = implementation.build(spec).eval()
    with torch.no_grad():
        for target, value in zip(model.parameters(), layout.to_native(inputs.parameters), strict=True):
            target.copy_(torch.from_numpy(value.copy()))
    return partial(model, torch.from_numpy(layout.to_input(inputs.x.copy())))


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
    method, architecture, size, inputs, threads, warm_up_s, measure_s = sys.argv[1:]
    torch.set_num_threads(int(threads))
    call = module_call(architecture, size, inputs)
    with torch.inference_mode():
        stopwatch(call, float(warm_up_s))
        if method == "timer":
            found = timer(call, float(measure_s), int(threads))
        else:
            found = stopwatch(call, float(measure_s))
    print(json.dumps(found))


if __name__ == "__main__":
    main()

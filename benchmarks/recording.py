"""What it costs the worker to time and record one iteration: its loop around nothing, less a bare loop.

The worker is a real one in a process of its own; this script reads its messages as fast as they come, and
throws them away. What sending them costs is included. Nothing that times each iteration can cost less than
reading the clock twice.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.common.results import Report, Row, Unit, options, ratio_row
from benchmarks.common.runs import CHILDREN, child, in_turns, workload
from fwcompare.execution.launch import WORKER_PROGRAM
from fwcompare.execution.references import prepare_inputs
from fwcompare.worker.wire import BlockRequest, encode_request

AIM_NS = 250
WORKLOAD = workload("mlp", "tiny")


def request(inputs: Path, seconds: float) -> BlockRequest:
    """To measure so long."""
    return BlockRequest(
        framework="pytorch",
        mode="eager",
        architecture=WORKLOAD.architecture,
        task=WORKLOAD.task,
        size=WORKLOAD.size,
        batch=WORKLOAD.batch,
        precision=WORKLOAD.precision,
        device="cpu",
        threads=1,
        inputs=str(inputs),
        min_measure_s=seconds,
        min_iterations=1,
        min_warm_up_s=0.1,
        max_warm_up_s=5.0,
    )


def recorded_ns(inputs: Path, seconds: float) -> float:
    """Nanoseconds for each iteration of the worker's measured loop, around an iteration that does nothing.

    Raises:
        RuntimeError: The worker did not measure.
    """
    ours, theirs = socket.socketpair()
    command = [sys.executable, CHILDREN / "known_work.py", WORKER_PROGRAM, theirs.fileno(), os.getpid()]
    environment = {**os.environ, "FWCOMPARE_BYTES": "0"}
    with (
        ours,
        subprocess.Popen(
            list(map(str, command)), pass_fds=[theirs.fileno()], env=environment, stderr=subprocess.PIPE
        ) as worker,
    ):
        theirs.close()
        ours.sendall(encode_request(request(inputs, seconds)))
        messages = _rare_messages(ours)
        output = worker.communicate()[1]
    measured = [one for one in messages if one["type"] == "PhaseFinished" and one["phase"] == "measure"]
    results = [one for one in messages if one["type"] == "ResultReported"]
    if not measured or not results:
        raise RuntimeError(f"The worker did not measure: {messages[-2:]} {output.decode()}")
    return float(measured[0]["duration_ns"] / results[0]["iterations"])


def _rare_messages(channel: socket.socket) -> list[dict[str, Any]]:
    """All messages but the samples."""
    with channel.makefile("rb") as lines:
        return [json.loads(line) for line in lines if b'"SamplesMeasured"' not in line[:40]]


def main() -> None:
    chosen = options("recording", __doc__)
    report = Report("recording", chosen)
    rounds, seconds = chosen.choose(1, 15, 40), chosen.choose(50, 1_000, 2_000) / 1e3
    with tempfile.TemporaryDirectory() as folder:
        inputs = prepare_inputs(WORKLOAD, 0, Path(folder))
        found = in_turns(
            rounds,
            {
                "ours": partial(recorded_ns, inputs, seconds),
                "bare": partial(child, CHILDREN / "bare_loop.py", "bare", seconds),
                "clocked": partial(child, CHILDREN / "bare_loop.py", "clocked", seconds),
            },
        )
    costs, floors = (
        [other - bare for other, bare in zip(found[name], found["bare"], strict=True)]
        for name in ("ours", "clocked")
    )
    for name, values, aim in (
        ("one iteration of nothing in a bare loop", found["bare"], None),
        ("one iteration of nothing in the worker's loop", found["ours"], None),
        ("what recording costs: the difference", costs, AIM_NS),
        ("the floor: what reading the clock twice costs", floors, None),
    ):
        middle = statistics.median(values)
        report.add(Row(name, Unit.NANOSECONDS, rounds, middle, min(values), max(values), aim))
    report.add(ratio_row("the worker's loop over the bare loop", found["bare"], found["ours"]))
    report.write(measure_s=seconds, interval="of times: the fastest and slowest round")


if __name__ == "__main__":
    main()

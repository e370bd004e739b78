"""Child process of the adapters' tests: one framework, all its modes, as the worker calls it.

Usage: contender_child.py FRAMEWORK PRECISION MODE[/ARCHITECTURE][,…] STATEMENT FOLDER…
With an ARCHITECTURE a mode runs that one's folders alone.
STATEMENT (or "") is executed once the device is up, with the adapter as `adapter`. Each FOLDER holds the inputs of one workload and is named ARCHITECTURE-TASK-SIZE-…; one JSON object comes
out on the last line: environment, and for each mode and folder the checks and the proof.
"""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.workload import Task
from fwcompare.worker import equivalence, inputs
from fwcompare.worker.adapters import ADAPTERS, IncompatibleError
from fwcompare.worker.wire import BlockRequest

FRAMEWORKS = {"torch", "tensorflow", "keras", "jax", "onnx", "onnxruntime", "ai_edge_litert"}

REQUEST = BlockRequest(
    framework="",
    mode="",
    architecture="",
    task="",
    size="",
    batch=0,
    precision="float32",
    device="cpu",
    threads=1,
    inputs="",
    min_measure_s=1.0,
    min_iterations=1,
    min_warm_up_s=0.0,
    max_warm_up_s=1.0,
)


def _block_or_error(adapter, request):
    """The block, or why this framework can't do it here."""
    try:
        return _block(adapter, request)
    except IncompatibleError as error:
        return {"obstacle": str(error)}


def _block(adapter, request):
    """What the worker does with one block, less the measurement."""
    if "torch._dynamo" in sys.modules:  # its counts are the process's, and a worker's process has one block
        sys.modules["torch._dynamo"].utils.counters.clear()
    given = inputs.read_inputs(request.inputs)
    program = adapter.build(request, given)
    with program.running():
        return _checked(program, given, request)


def _checked(program, given, request):
    compiled_before = program.compile_count()
    program.iterate()
    program.iterate()
    compiled = program.compile_count()
    proof = program.prove_mode()
    checks = equivalence.check(program, given, request.task, request.precision)
    again = equivalence.check(program, given, request.task, request.precision)
    return {
        "infers": "torch" in sys.modules and sys.modules["torch"].is_inference_mode_enabled(),
        "compiles": program.compiles,
        "compiled_by_first_calls": compiled - compiled_before,
        "compiled_later": program.compile_count() - compiled,
        "proved": proof.proved,
        "evidence": proof.evidence,
        "checks": {check.quantity: check.relative_error for check in checks},
        "too_exact": equivalence.too_exact(checks, request.precision),
        "passed": all(check.passed for check in checks),
        "passed_again": all(check.passed for check in again),
        "weights_back": all(
            (read == first).all()
            for read, first in zip(program.read_parameters(), given.parameters, strict=True)
        ),
        "counters": asdict(program.counters()),
    }


def main(framework, precision, modes, statement, folders):
    from importlib import import_module  # noqa: PLC0415 - as late as in the worker

    adapter = import_module(f"fwcompare.worker.adapters.{ADAPTERS[framework]}")
    base = replace(REQUEST, framework=framework, precision=precision, mode=modes[0].partition("/")[0])
    environment = adapter.init_device(base)
    exec(statement, {"adapter": adapter})
    blocks = {}
    for mode, _, only in (
        mode.partition("/") for mode in modes
    ):  # the eager one first: a process that compiled anything can't prove it
        for folder in folders:
            architecture, task, size, *_ = Path(folder).name.split("-")
            contender = Contender(Framework(framework), Mode(mode), "")
            if (only and architecture != only) or contender.obstacle_to(Task(task), architecture):
                continue
            request = replace(base, mode=mode, architecture=architecture, task=task, size=size, inputs=folder)
            blocks[f"{mode}/{architecture}/{task}"] = _block_or_error(adapter, request)
    return {
        "environment": asdict(environment),
        "blocks": blocks,
        "frameworks": sorted(name for name in FRAMEWORKS if sys.modules.get(name)),
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:3], sys.argv[3].split(","), sys.argv[4], sys.argv[5:])))

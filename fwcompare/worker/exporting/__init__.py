"""Models for the runtimes: exported by the framework that they come from, in a process of its own.

Two frameworks in one process would disturb each other and falsify its memory, so the worker starts a child
that exports and ends (`export`), and then loads the files with the runtime alone. What the child prints goes
to the worker's log. It belongs to the worker's process group, and dies with the worker.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Tuple

import numpy as np

from ..adapters import IncompatibleError
from ..inputs import read_inputs
from ..wire import BlockRequest

if TYPE_CHECKING:
    from ..workloads import Layout

MODEL_FILE = "model"
INPUT_FILE = "input.npy"
INPUT, OUTPUT = "x", "logits"
"""Names of the model's input and output, where the format has names."""


class Exporter(NamedTuple):
    """Who exports for a runtime.

    Attributes:
        module: In this folder; it offers `export(request, inputs, path)`, which writes the model and
            returns the layout of its input.
        title: What it does, for messages.
        needs: The modules that must be there, with what to install for them.
    """

    module: str
    title: str
    needs: Tuple[Tuple[str, str], ...]


EXPORTERS = {
    "onnxruntime": Exporter(
        "from_pytorch",
        "PyTorch's export to ONNX",
        (("torch", "torch"), ("onnx", "onnx"), ("onnxscript", "onnxscript")),
    ),
    "litert": Exporter(
        "from_tensorflow", "TensorFlow's conversion to LiteRT", (("tensorflow", "tensorflow"),)
    ),
}
"""By the runtime's name."""


class Exported:
    """A folder with an exported model and its input, gone with this object or when it is closed.

    Attributes:
        model: Path of the model.
    """

    def __init__(self) -> None:
        # The folder in which the core starts a worker is private to the run, and gone after it in any case.
        self._folder = tempfile.TemporaryDirectory(prefix="exported-", dir=os.getcwd())
        self.model = os.path.join(self._folder.name, MODEL_FILE)

    def close(self) -> None:
        """Delete both."""
        self._folder.cleanup()

    def input(self) -> np.ndarray:
        """The input batch as the model wants it."""
        array: np.ndarray = np.load(os.path.join(self._folder.name, INPUT_FILE))
        return array


def require_exporter(framework: str) -> None:
    """See that what exports for this runtime is installed; nothing is imported.

    Raises:
        IncompatibleError: It is not.
    """
    exporter = EXPORTERS[framework]
    missing = [distribution for module, distribution in exporter.needs if find_spec(module) is None]
    if missing:
        raise IncompatibleError(
            f"{exporter.title} needs {' and '.join(missing)}, not installed in {sys.executable}. "
            f"Install it: {sys.executable} -m pip install {' '.join(missing)}"
        )


def export(request: BlockRequest) -> Exported:
    """Export the workload's model in a child process, and wait for its end.

    Raises:
        IncompatibleError: This model can't be exported here, or not for what is asked.
        ChildProcessError: The child was killed.
    """
    if request.task != "inference":
        raise IncompatibleError(
            f"{request.framework} runs the forward pass only. Choose the task inference for it."
        )
    exported = Exported()
    try:
        _run_child(request, exported.model)
    except (IncompatibleError, OSError):
        exported.close()
        raise
    return exported


def _run_child(request: BlockRequest, model: str) -> None:
    exporter = EXPORTERS[request.framework]
    bootstrap = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
    child = subprocess.run(
        [sys.executable, "-u", "-X", "faulthandler", bootstrap, "export", str(os.getpid())],
        input=json.dumps({"path": model, "request": asdict(request)}).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    sys.stderr.buffer.write(child.stdout)
    sys.stderr.flush()
    if child.returncode < 0:
        raise ChildProcessError(
            f"{exporter.title} was ended by signal {-child.returncode}. If memory ran out, close other programs or "
            "choose a smaller size."
        )
    if child.returncode:
        lines = child.stdout.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        raise IncompatibleError(
            f"{exporter.title} failed: {lines[-1].strip().rstrip('.')}. The log of the block has the rest; leave "
            f"{request.framework} out, or install other versions."
        )


def serve(order: str) -> None:
    """Export one model: what the child does with what `export` wrote to it.

    Raises:
        Exception: Whatever the exporting framework raises; its traceback goes to the log.
    """
    told = json.loads(order)
    request = BlockRequest(**told["request"])
    inputs = read_inputs(request.inputs)
    exporter = importlib.import_module("." + EXPORTERS[request.framework].module, __name__)
    layout: Layout = exporter.export(request, inputs, told["path"])
    folder = os.path.dirname(told["path"])
    np.save(os.path.join(folder, INPUT_FILE), np.ascontiguousarray(layout.to_input(inputs.x)))

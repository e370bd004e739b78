"""LiteRT (TensorFlow Lite's successor) on the model that TensorFlow converted, on the CPU.

The input is set once, as the others have theirs on the device; LiteRT keeps it while it runs.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Dict

from ai_edge_litert.interpreter import Interpreter

from .. import exporting
from ..probe import distribution_of
from . import Environment, IncompatibleError, ModeProof, common
from .exported import ExportedProgram

if TYPE_CHECKING:
    import numpy as np

    from ..inputs import Inputs
    from ..wire import BlockRequest

_TITLE = "LiteRT"
_DELEGATE = "DELEGATE"
"""Name of the operation that stands for a part of the graph that a delegate has taken over."""


class LiteSession:
    """See `exported.Session`."""

    def __init__(self, exported: exporting.Exported, threads: int) -> None:
        self._interpreter = Interpreter(model_path=exported.model, num_threads=threads)
        self._interpreter.allocate_tensors()
        (given,), (wanted,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._interpreter.set_tensor(given["index"], exported.input())
        self._output = wanted["index"]
        self.run = self._interpreter.invoke

    def output(self) -> np.ndarray:
        """The logits of the last iteration."""
        logits: np.ndarray = self._interpreter.get_tensor(self._output)
        return logits

    def prove(self) -> ModeProof:
        """A delegate leaves the operations that it took over in the list, and adds one for each part."""
        names = [operation["op_name"] for operation in _operations(self._interpreter)]
        parts = names.count(_DELEGATE)
        return ModeProof(
            len(names) > parts > 0,
            f"an interpreter of {_TITLE} on a converted graph of {len(names) - parts} operations; parts that XNNPACK, its "
            f"delegate for the CPU, took over: {parts}",
        )


def init_device(request: BlockRequest) -> Environment:
    """See that all is there. Threads are given to each interpreter, which does not tell them again.

    Raises:
        IncompatibleError: A GPU or another precision is asked for, or there is nothing that converts.
    """
    if request.device != "cpu":
        raise IncompatibleError("LiteRT has no way to an NVIDIA GPU from Python: choose the device cpu.")
    common.require_float32(request.framework, request.precision)
    exporting.require_exporter(request.framework)
    settings: Dict[str, Any] = {
        "intra_op_threads": request.threads,
        "inter_op_threads": 1,
        "precision": "float32",
        "loss_scale": None,
        "tf32": False,
        "onednn": False,
        "cudnn_benchmark": None,
        "deterministic": None,
        "memory_growth": None,
        **common.thread_variables(),
    }
    return Environment(_versions(), settings, "cpu")


def build(request: BlockRequest, inputs: Inputs) -> ExportedProgram:
    """Let TensorFlow convert the model; the first iteration loads it."""
    load = partial(LiteSession, threads=request.threads)
    return ExportedProgram(exporting.export(request), load, inputs.parameters, _TITLE)


def is_out_of_memory(_error: BaseException) -> bool:
    """There is no device whose memory could run out."""
    return False


def _operations(interpreter: Any) -> Any:
    """The only list of operations that there is has no public name; TensorFlow's own tools read it too."""
    return interpreter._get_ops_details()  # noqa: SLF001


def _versions() -> Dict[str, str]:
    return common.versions(
        ai_edge_litert=version("ai-edge-litert"), tensorflow=distribution_of("tensorflow")[1]
    )

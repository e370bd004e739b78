"""ONNX Runtime on the model that PyTorch exported: its input is bound to the device once, and so is the output."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Dict

import onnxruntime

from .. import exporting
from . import Environment, IncompatibleError, ModeProof, common
from .exported import ExportedProgram

if TYPE_CHECKING:
    import numpy as np

    from ..inputs import Inputs
    from ..wire import BlockRequest

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_PROVIDER_OPTIONS: Dict[str, Dict[str, str]] = {"cpu": {}, "cuda": {"use_tf32": "0"}}
_TITLE = "ONNX Runtime"
_TELL_WHERE = "session.record_ep_graph_assignment_info"


class OnnxSession:
    """See `exported.Session`."""

    def __init__(self, exported: exporting.Exported, device: str, threads: int) -> None:
        self._provider = _PROVIDERS[device]
        self._session = onnxruntime.InferenceSession(
            exported.model,
            _options(threads),
            providers=[(self._provider, _PROVIDER_OPTIONS[device])],
        )
        self._binding = self._session.io_binding()
        self._binding.bind_ortvalue_input(
            exporting.INPUT, onnxruntime.OrtValue.ortvalue_from_numpy(exported.input(), device, 0)
        )
        self._binding.bind_output(exporting.OUTPUT, device, 0)
        run = partial(self._session.run_with_iobinding, self._binding)
        self.run = common.then(run, self._binding.synchronize_outputs) if device == "cuda" else run

    def output(self) -> np.ndarray:
        """The logits of the last iteration."""
        logits: np.ndarray = self._binding.copy_outputs_to_cpu()[0]
        return logits

    def prove(self) -> ModeProof:
        """Read back: an execution provider that can't be loaded is silently replaced by that of the CPU."""
        providers = self._session.get_providers()
        counted = _nodes(self._session)
        where = (
            ", ".join(f"{count} on {name}" for name, count in counted.items()) or "not told by this version"
        )
        return ModeProof(
            providers[0] == self._provider and (not counted or self._provider in counted),
            f"a session of {_TITLE} with {' before '.join(providers)}; nodes of the graph: {where}",
        )


def init_device(request: BlockRequest) -> Environment:
    """See that all is there, and what a session will be made with.

    Raises:
        IncompatibleError: There is no usable GPU, nothing that exports, or another precision is asked for.
    """
    common.require_float32(request.framework, request.precision)
    exporting.require_exporter(request.framework)
    if request.device == "cuda":
        _require_cuda()
    options = _options(request.threads)
    settings = {
        "intra_op_threads": options.intra_op_num_threads,
        "inter_op_threads": options.inter_op_num_threads,
        "precision": "float32",
        "loss_scale": None,
        "tf32": _PROVIDER_OPTIONS[request.device].get("use_tf32", "0") != "0",
        "onednn": False,  # ONNX Runtime brings kernels of its own (MLAS)
        "cudnn_benchmark": True if request.device == "cuda" else None,  # the default of its cuDNN searches
        "deterministic": options.use_deterministic_compute,
        "memory_growth": True if request.device == "cuda" else None,  # its arena has no other way
        "graph_optimization": options.graph_optimization_level.name,
        **common.thread_variables(),
    }
    return Environment(_versions(), settings, request.device)


def build(request: BlockRequest, inputs: Inputs) -> ExportedProgram:
    """Let PyTorch export the model; the first iteration loads it."""
    load = partial(OnnxSession, device=request.device, threads=request.threads)
    return ExportedProgram(exporting.export(request), load, inputs.parameters, _TITLE)


def is_out_of_memory(error: BaseException) -> bool:
    """True if the GPU's memory ran out; the classes of ONNX Runtime's errors don't tell."""
    text = str(error)
    return "CUDA" in text and ("out of memory" in text or "Failed to allocate memory" in text)


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry(_TELL_WHERE, "1")
    return options


def _nodes(session: Any) -> Dict[str, int]:
    """How many nodes of the graph each execution provider got; empty where the version does not tell."""
    counted: Dict[str, int] = {}
    if hasattr(session, "get_provider_graph_assignment_info"):
        for part in session.get_provider_graph_assignment_info():
            counted[part.ep_name] = counted.get(part.ep_name, 0) + len(part.get_nodes())
    return counted


def _require_cuda() -> None:
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries, where pip installed them
    if _PROVIDERS["cuda"] in onnxruntime.get_available_providers():
        return
    raise IncompatibleError(
        f"ONNX Runtime {onnxruntime.__version__} was built without CUDA. Install onnxruntime-gpu instead of "
        "onnxruntime, or choose the device cpu."
    )


def _versions() -> Dict[str, str]:
    exporter = {name: version(name) for name in ("torch", "onnx", "onnxscript")}
    return common.versions(onnxruntime=onnxruntime.__version__, **exporter)

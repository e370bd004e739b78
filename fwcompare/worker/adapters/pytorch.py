"""PyTorch: modes "eager", "compile" and those in `captured`."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

import numpy as np
import torch
from torch.nn import functional as F

from .. import workloads
from . import Counters, Environment, IncompatibleError, ModeProof, captured, common, torch_precision

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ..inputs import Inputs
    from ..wire import BlockRequest


_EXPLANATION = "Explanation: "
"""Begins the line in which Dynamo says in a sentence what it can't do."""


class TorchProgram:
    """A PyTorch model with its weights and inputs on the device: see `Program`."""

    def __init__(
        self,
        model: torch.nn.Module,
        layout: workloads.Layout,
        initial: List[np.ndarray],
        iterate: Callable[[], Any],
        request: BlockRequest,
    ) -> None:
        self._model = model
        self._layout = layout
        self._initial = initial
        self._request = request
        self.compiles = request.mode == "compile"
        self.iterate = iterate
        self.reset_parameters()

    def running(self) -> AbstractContextManager[Any]:
        """See `mode_of`."""
        return mode_of(self._request.task)

    def output(self, result: torch.Tensor) -> np.ndarray:
        """Logits (batch, classes) of an inference iteration."""
        logits: np.ndarray = result.float().cpu().numpy()
        return logits

    def loss(self, result: torch.Tensor) -> float:
        """Loss of a training iteration."""
        return float(result.item())

    def read_parameters(self) -> List[np.ndarray]:
        """Copies of the parameters, in canonical order and layout."""
        native = [parameter.detach().cpu().numpy().copy() for parameter in self._model.parameters()]
        return self._layout.to_canonical(native)

    def reset_parameters(self) -> None:
        """Put the initial weights back, in place."""
        with torch.no_grad():
            for parameter, value in zip(self._model.parameters(), self._layout.to_native(self._initial)):
                parameter.copy_(torch.tensor(value))

    def compile_count(self) -> int:
        """Graphs compiled in this process so far."""
        return compiled_graphs()

    def prove_mode(self) -> ModeProof:
        """Eager: nothing was compiled. Compiled: every graph was, and none was broken."""
        return prove_compiled() if self.compiles else prove_eager()

    def counters(self) -> Counters:
        """What the caching allocator says."""
        return counters(self._request.device)


class CapturedProgram(TorchProgram):
    """A model whose forward pass is captured by the first iteration; see `captured`."""

    def __init__(
        self,
        capture: Callable[[], captured.Captured],
        iterate_with: Callable[[Any], Callable[[], Any]],
        **others: Any,
    ) -> None:
        self._capture = capture
        self._iterate_with = iterate_with
        self._captured: Optional[captured.Captured] = None
        super().__init__(iterate=self._capture_and_iterate, **others)
        self.compiles = True

    def _capture_and_iterate(self) -> Any:
        self._captured = self._capture()
        self.iterate = self._iterate_with(self._captured.forward)
        for _ in range(self._captured.calls - 1):
            self.iterate()
        return self.iterate()

    def compile_count(self) -> int:
        """How often the model was captured."""
        return int(self._captured is not None)

    def prove_mode(self) -> ModeProof:
        """One more call tells: what was captured ran, and the model did not."""
        if self._captured is None:
            return ModeProof(False, "nothing was captured")
        runs: List[None] = []
        hook = self._model.register_forward_hook(lambda *_: runs.append(None))
        self.iterate()
        hook.remove()
        if runs:
            return ModeProof(False, f"nothing was captured: the model itself ran {len(runs)} times")
        is_captured, what = self._captured.describe()
        return ModeProof(is_captured, f"{what} ran instead of the model")


def init_device(request: BlockRequest) -> Environment:
    """Make all settings, bring up the device, read everything back.

    TF32 is off unless it is what was asked for. The choice of algorithms is left to cuDNN
    (`benchmark`, as TensorFlow always does) and need not be deterministic, because that is how both are
    used; the equivalence check bounds what it may change.

    Raises:
        IncompatibleError: There is no usable GPU, or no compiler for a mode that needs one.
    """
    _require_device(request.device)
    if request.mode in ("compile", "aot"):
        _require_compiler(request.mode)
    torch.set_num_threads(request.threads)
    torch.set_num_interop_threads(1)
    torch_precision.configure(request.precision)
    torch.backends.cudnn.benchmark = True
    torch.use_deterministic_algorithms(False)
    if request.device == "cuda":
        torch.zeros(1, device="cuda")
        synchronise()
    return Environment(_versions(), _settings(request), _device_name(request.device))


def build(request: BlockRequest, inputs: Inputs) -> TorchProgram:
    """Build the model, load the weights, place the inputs on the device.

    Raises:
        IncompatibleError: There are no kernels for this precision here.
    """
    spec = workloads.spec(request.architecture, request.size)
    implementation = workloads.implementation(request.architecture, "pytorch")
    layout: workloads.Layout = implementation.layout(spec)
    model: torch.nn.Module = implementation.build(spec).to(request.device)
    torch_precision.require_kernels(model, request)
    # Copied before the layout makes a view of it, so that the memory format survives.
    x = torch.from_numpy(layout.to_input(inputs.x.copy())).to(request.device)
    model.train(request.task == "training")
    labels = torch.from_numpy(inputs.labels.copy()).to(request.device)
    cast = torch_precision.casting(request)
    make_step = getattr(implementation, "training_step", _plain_step_in(request))

    def iterate_with(forward: Any, wrap: Callable[[Any], Any] = _unchanged) -> Callable[[], Any]:
        if model.training:
            iterate = make_step(model, forward, wrap, x, labels)
        else:
            iterate = partial(wrap(cast(forward)), x)
        return common.then(iterate, synchronise) if request.device == "cuda" else iterate

    others = {"model": model, "layout": layout, "initial": inputs.parameters, "request": request}
    if request.mode in captured.CAPTURES:
        whole = torch_precision.holding_casts(model, request) if request.mode == "aot" else model
        # By another example than the one that is computed: what depends on the values must not be frozen.
        example = torch.zeros_like(x)
        return CapturedProgram(
            partial(captured.capture, request.mode, whole, example), iterate_with, **others
        )
    wrap = torch.compile if request.mode == "compile" else _unchanged
    return TorchProgram(iterate=iterate_with(model, wrap), **others)


def mode_of(task: str) -> AbstractContextManager[Any]:
    """What a loop is run in: to enter it anew in each iteration would take 2 microseconds of each."""
    return nullcontext() if task == "training" else torch.inference_mode()


def is_out_of_memory(error: BaseException) -> bool:
    """True if the device's memory ran out: by class, or for the CPU and CUDA's libraries by message."""
    text = str(error)
    return isinstance(error, torch.cuda.OutOfMemoryError) or (
        isinstance(error, RuntimeError)
        and any(
            sign in text
            for sign in (
                "CUDA error: out of memory",
                "CUDA_ERROR_OUT_OF_MEMORY",
                "ALLOC_FAILED",
                "DefaultCPUAllocator: can't allocate memory",
            )
        )
    )


def synchronise() -> None:
    """Wait for the GPU."""
    torch.cuda.synchronize()


def counters(device: str) -> Counters:
    """Peaks of the caching allocator: what tensors took, and what it held for them."""
    if device != "cuda":
        reason = "PyTorch counts the memory of GPUs only"
        names = ("framework_allocated_peak_bytes", "framework_reserved_peak_bytes")
        return Counters({}, dict.fromkeys(names, reason))
    return Counters(
        {
            "framework_allocated_peak_bytes": torch.cuda.max_memory_allocated(),
            "framework_reserved_peak_bytes": torch.cuda.max_memory_reserved(),
        },
        {},
    )


def compiled_graphs() -> int:
    """Graphs that `torch.compile` has captured in this process."""
    if "torch._dynamo" not in sys.modules:
        return 0
    return int(sys.modules["torch._dynamo"].utils.counters["stats"]["unique_graphs"])


def prove_eager() -> ModeProof:
    """Eager means that nothing was compiled."""
    graphs = compiled_graphs()
    return ModeProof(graphs == 0, f"torch.compile captured {graphs} graphs")


def prove_compiled() -> ModeProof:
    """Compiled means that each graph went through the compiler, and no part was left to Python."""
    counts = sys.modules["torch._dynamo"].utils.counters
    graphs = compiled_graphs()
    compiled = int(counts["aot_autograd"]["ok"])
    breaks = sum(counts["graph_break"].values())
    counted = f"torch.compile captured {graphs} and compiled {compiled} graphs, with {breaks} graph breaks"
    if graphs >= 1 and compiled == graphs and breaks == 0:
        return ModeProof(True, counted)
    left = "left partly eager" if graphs else "left eager"
    return ModeProof(False, f"{left}: {_why_left_eager(counts) or counted}")


def _why_left_eager(counts: Any) -> str:
    """What Dynamo said of the first code that it left to Python, "" if it said nothing.

    Where it leaves the whole function alone, some versions count it as "unimplemented" and as no break.
    """
    reasons: List[str] = [*counts["graph_break"], *counts["unimplemented"]]
    if not reasons:
        return ""
    lines = [line.strip() for line in reasons[0].splitlines()]
    explained = [line[len(_EXPLANATION) :] for line in lines if line.startswith(_EXPLANATION)]
    return (explained or lines)[0].rstrip(".")


def _unchanged(function: Any) -> Any:
    return function


def _plain_step_in(request: BlockRequest) -> Callable[..., Callable[[], torch.Tensor]]:
    """Makes the plain step; wrapped (that is, compiled) are the model with its loss, and through them the way back."""

    def make_step(
        model: torch.nn.Module,
        forward: Any,
        wrap: Callable[[Any], Any],
        x: torch.Tensor,
        labels: torch.Tensor,
    ) -> Callable[[], torch.Tensor]:
        optimizer = torch.optim.SGD(model.parameters(), lr=workloads.LEARNING_RATE)
        update = torch_precision.updating(optimizer, request)

        def loss_of(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            return F.cross_entropy(forward(x), labels)

        wrapped = wrap(torch_precision.casting(request)(loss_of))

        def step() -> torch.Tensor:
            optimizer.zero_grad(set_to_none=True)
            loss: torch.Tensor = wrapped(x, labels)
            update(loss)
            return loss

        return step

    return make_step


def _require_device(device: str) -> None:
    if device != "cuda" or torch.cuda.is_available():
        return
    if torch.version.cuda is None:
        raise IncompatibleError(
            f"PyTorch {torch.__version__} was built without CUDA. Install a CUDA build (see pytorch.org), "
            "or choose the device cpu."
        )
    raise IncompatibleError(
        f"PyTorch {torch.__version__} finds no GPU that it can use. Install an NVIDIA driver that supports "
        f"CUDA {torch.version.cuda}, or choose the device cpu."
    )


def _require_compiler(mode: str) -> None:
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if sys.platform != "win32" and shutil.which(compiler) is None:
        raise IncompatibleError(
            f"The mode {mode} needs a C++ compiler, and {compiler} is not on the path. Install it "
            "(Debian and Ubuntu: apt-get install g++), or choose the mode eager."
        )


def _versions() -> Dict[str, str]:
    found: Dict[str, Optional[str]] = {"torch": torch.__version__, "cuda": torch.version.cuda}
    if torch.version.cuda is not None:
        found["cudnn"] = str(torch.backends.cudnn.version())
    return common.versions(**{name: version for name, version in found.items() if version is not None})


def _settings(request: BlockRequest) -> Dict[str, Any]:
    return {
        "intra_op_threads": torch.get_num_threads(),
        "inter_op_threads": torch.get_num_interop_threads(),
        **torch_precision.settings(request),
        "onednn": torch.backends.mkldnn.is_available(),
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "memory_growth": True if request.device == "cuda" else None,  # the caching allocator has no other way
        **common.thread_variables(),
    }


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "cpu"

"""The real worker with a 'framework' made of NumPy: real phases, real checks, no gigabytes.

Run like an interpreter: its last three arguments are the worker's start file, the file descriptor and
the parent's pid. `serve` takes the place of the adapter that the request names.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any

PACKAGE = "_fwcompare_worker"


def load_bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", sys.argv[-3])
    bootstrap = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(bootstrap)
    sys.path[:] = path  # the bootstrap removes its own folder, which is not on this script's path
    return bootstrap


class NumpyProgram:
    """Inference or training in float64, so exactly what the reference computes."""

    compiles = False

    def __init__(self, request: Any, inputs: Any) -> None:
        workloads = importlib.import_module(PACKAGE + ".workloads")
        self.training = importlib.import_module(PACKAGE + ".workloads.training")
        self.reference = workloads.implementation(request.architecture, "reference")
        self.spec = workloads.spec(request.architecture, request.size)
        self.inputs = inputs
        self.iterate = self.infer if request.task == "inference" else self.train
        self.reset_parameters()

    def running(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def reset_parameters(self) -> None:
        self.parameters = [parameter.astype(float) for parameter in self.inputs.parameters]

    def infer(self) -> Any:
        return self.reference.forward(self.spec, self.parameters, self.inputs.x.astype(float))[0]

    def train(self) -> float:
        logits, tape = self.reference.forward(self.spec, self.parameters, self.inputs.x.astype(float))
        loss, gradient = self.training.softmax_cross_entropy(logits, self.inputs.labels)
        gradients = self.reference.backward(self.spec, self.parameters, tape, gradient)
        self.parameters = [
            parameter - 0.1 * gradient for parameter, gradient in zip(self.parameters, gradients, strict=True)
        ]
        return loss

    def output(self, result: Any) -> Any:
        return result

    def loss(self, result: Any) -> float:
        return float(result)

    def read_parameters(self) -> list[Any]:
        return [parameter.astype("f4") for parameter in self.parameters]

    def compile_count(self) -> int:
        return 0

    def prove_mode(self) -> Any:
        return importlib.import_module(PACKAGE + ".adapters").ModeProof(True, "NumPy has one mode")

    def counters(self) -> Any:
        reason = {"framework_allocated_peak_bytes": "NumPy counts nothing"}
        return importlib.import_module(PACKAGE + ".adapters").Counters({}, reason)


def serve(
    program: type[NumpyProgram] = NumpyProgram, extra_settings: Callable[[], dict[str, Any]] = dict
) -> None:
    """Serve one request with this program instead of the framework's.

    Args:
        extra_settings: Called in the phase "device_init"; reported beside the usual settings.
    """
    bootstrap = load_bootstrap()
    bootstrap.load_package()
    adapters = importlib.import_module(PACKAGE + ".adapters")

    def init_device(request: Any) -> Any:
        versions = {
            "python": platform.python_version(),
            "numpy": importlib.import_module("numpy").__version__,
        }
        return adapters.Environment(
            versions, {"intra_op_threads": request.threads, **extra_settings()}, "cpu"
        )

    adapter = ModuleType(PACKAGE + ".adapters.numpy_adapter")
    adapter.init_device = init_device
    adapter.build = program
    adapter.is_out_of_memory = lambda error: "CUDA out of memory" in str(error)
    sys.modules[adapter.__name__] = adapter
    adapters.ADAPTERS.update(dict.fromkeys(adapters.ADAPTERS, "numpy_adapter"))
    sys.argv = sys.argv[-3:]
    sys.exit(bootstrap.main())


if __name__ == "__main__":
    serve()

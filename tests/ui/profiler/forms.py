"""What a form can be filled with, without looking at this machine."""

from __future__ import annotations

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.execution.devices import Gpu
from fwcompare.interpreters.availability import Availability
from ui.profiler.planning import FormOptions

PYTHON = "/usr/bin/python3"
GPU = Gpu(0, "GPU-1234", "A card", 8 << 30, (9, 0))

OPTIONS = FormOptions(
    architectures=("mlp", "cnn"),
    default_batches={(name, size): 32 for name in ("mlp", "cnn") for size in ("tiny", "small", "base")},
    gpu_reason="not available: no NVIDIA driver was found",
    default_threads=3,
    max_threads=4,
)


def available(framework: Framework, mode: Mode, **changes) -> Availability:
    fields = {"available": True, "versions": {"torch": "2.13.0"}}
    return Availability(Contender(framework, mode, PYTHON), **(fields | changes))


EAGER = available(Framework.PYTORCH, Mode.EAGER)
COMPILED = available(Framework.PYTORCH, Mode.COMPILE, cuda_obstacle="torch is built without CUDA.")
CHOSEN_ONLY = available(Framework.KERAS_TORCH, Mode.COMPILE)
MISSING = available(
    Framework.TENSORFLOW,
    Mode.FUNCTION,
    available=False,
    reason="tensorflow is not installed in /usr/bin/python3.",
    remedy="/usr/bin/python3 -m pip install tensorflow",
    versions={},
)
SURVEYED = (EAGER, COMPILED, MISSING)

"""JAX, as the backend of Keras: its device, threads and counters."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Optional

import jax

from . import Counters, Environment, IncompatibleError, common

if TYPE_CHECKING:
    from ..wire import BlockRequest

_POOL_THREAD = "tf_XLAEigen"
"""Name of the threads among which XLA divides an operation on the CPU, as Linux shows it."""

_ALLOCATED, _RESERVED = "framework_allocated_peak_bytes", "framework_reserved_peak_bytes"


def init_device(request: BlockRequest) -> Environment:
    """Make all settings, bring up the device, read everything back.

    TF32 is off, because the maths must be float32 everywhere. How many threads XLA has on the CPU is set
    by an environment variable (NPROC) before the worker starts; JAX itself has no setting for it.

    Raises:
        IncompatibleError: There is no usable GPU, or another precision is asked for.
    """
    common.require_float32(request.framework, request.precision)
    jax.config.update("jax_default_matmul_precision", "highest")
    if request.device == "cuda":
        _require_gpu()
    else:
        jax.config.update("jax_platforms", "cpu")
    jax.block_until_ready(jax.numpy.zeros(1))
    return Environment(common.versions(jax=jax.__version__), _settings(request.device), _device_name())


def synchronise(model: Any) -> None:
    """Wait until the parameters of a Keras model are there: JAX hands out arrays before they are computed."""
    jax.block_until_ready([variable.value for variable in model.trainable_variables])


def counters(device: str) -> Counters:
    """Peaks of XLA's allocator."""
    if device != "cuda":
        reason = "JAX counts the memory of GPUs only"
        return Counters({}, dict.fromkeys((_ALLOCATED, _RESERVED), reason))
    told = jax.devices()[0].memory_stats() or {}
    names = {_ALLOCATED: "peak_bytes_in_use", _RESERVED: "peak_pool_bytes"}
    values = {ours: int(told[theirs]) for ours, theirs in names.items() if theirs in told}
    missing = [name for name in names if name not in values]
    return Counters(values, dict.fromkeys(missing, f"JAX {jax.__version__} does not tell it"))


def is_out_of_memory(error: BaseException) -> bool:
    """True if XLA ran out of the device's memory."""
    return isinstance(error, jax.errors.JaxRuntimeError) and "RESOURCE_EXHAUSTED" in str(error)


def _require_gpu() -> None:
    if jax.default_backend() == "gpu":
        return
    raise IncompatibleError(
        f"JAX {jax.__version__} finds no GPU that it can use. Install jax[cuda13] or jax[cuda12] and an NVIDIA "
        "driver that supports it, or choose the device cpu."
    )


def _settings(device: str) -> Dict[str, Any]:
    return {
        "intra_op_threads": _pool_threads(),
        "inter_op_threads": None,  # XLA runs a program's operations one after the other
        "precision": "float32",
        "loss_scale": None,
        "tf32": jax.config.jax_default_matmul_precision != "highest",
        "onednn": None,  # XLA's own choice
        "cudnn_benchmark": True if device == "cuda" else None,  # XLA tunes unless XLA_FLAGS forbid it
        "deterministic": "--xla_gpu_deterministic_ops=true" in os.environ.get("XLA_FLAGS", ""),
        "memory_growth": _memory_growth() if device == "cuda" else None,
        **common.thread_variables(),
    }


def _memory_growth() -> bool:
    return os.environ.get("XLA_PYTHON_CLIENT_PREALLOCATE", "true").lower() in ("0", "false")


def _pool_threads() -> Optional[int]:
    """Size of XLA's pool, counted; None where the system does not show threads."""
    folder = "/proc/self/task"
    try:
        names = [_name(os.path.join(folder, thread)) for thread in os.listdir(folder)]
    except OSError:
        return None
    return names.count(_POOL_THREAD) or None


def _name(thread: str) -> str:
    with open(os.path.join(thread, "comm")) as stream:
        return stream.read().strip()


def _device_name() -> str:
    return str(jax.devices()[0].device_kind)

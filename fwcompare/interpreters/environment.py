"""The environment variables that a worker gets: an allow-list of the caller's, then our own.

Settings that change how a framework runs are never inherited: no MKL, OMP, XLA or TORCH variable of
the caller reaches a worker, so that two comparisons differ only in what their snapshots say. What is
left out on purpose: LD_PRELOAD (another allocator is another measurement), XDG_* and proxies (workers
neither share caches nor use the network), and PYTHONHASHSEED, which stays random because blocks must
differ from each other as processes do in real life.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.installation import Installation, Kind
from fwcompare.paths import tilde

_INHERITED: Final = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "CUDA_HOME", "CUDA_PATH", "CC", "CXX"),
        # without these a pyenv shim would start another Python than it does in the user's shell
        *("PYENV_ROOT", "PYENV_VERSION"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "USERNAME"),
        *("NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
    }
)
_INHERITED_PREFIX: Final = "LC_"
_LIBRARY_PATHS: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TORCHINDUCTOR_COMPILE_THREADS",
)
TEMPORARY: Final = "TMPDIR"
"""Where a worker finds its folder for temporary files, which must be there before it starts."""

_CACHE_FOLDERS: Final = {
    "TORCHINDUCTOR_CACHE_DIR": "inductor",
    "TRITON_CACHE_DIR": "triton",
    "PYTORCH_KERNEL_CACHE_PATH": "torch-kernels",
    "CUDA_CACHE_PATH": "cuda",
    # also keeps the user's ~/.keras/keras.json (float type, image layout, backend) out
    "KERAS_HOME": "keras",
    # TensorFlow writes a file for each function that it converts, and a worker that is ended leaves them behind
    TEMPORARY: "tmp",
}
_FIXED: Final = {
    # the worker's threads are a budget: one operation at a time, with all of them
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "TF_CUDNN_USE_AUTOTUNE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "1",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
}
_JAX_PREALLOCATES: Final = "XLA_PYTHON_CLIENT_PREALLOCATE"
_JAX_THREADS: Final = "NPROC"  # XLA has as many threads on the CPU as this says
_KERAS_BACKENDS: Final = {
    Framework.TENSORFLOW: "tensorflow",
    Framework.KERAS_TENSORFLOW: "tensorflow",
    Framework.KERAS_TORCH: "torch",
    Framework.KERAS_JAX: "jax",
    Framework.LITERT: "tensorflow",  # that of the process that converts its model
}

ALLOWED_ENVIRONMENT_VARIABLES: Final = frozenset(
    {
        *_THREAD_VARIABLES,
        *_FIXED,
        *(_JAX_PREALLOCATES, _JAX_THREADS),
        *("CUDA_VISIBLE_DEVICES", "KERAS_BACKEND", "CXX", "PYTHONUNBUFFERED", "PYTHONNOUSERSITE"),
    }
)
"""The variables that a snapshot may hold: those that fwcompare sets itself, less the folders of caches,
which are private to the run and gone after it."""


def clean_environment(base: Mapping[str, str], *, installation: Installation) -> dict[str, str]:
    """What any Python is started with: the allowed part of the caller's environment, made fit for it.

    Args:
        base: The caller's environment.
        installation: The Python that is started.
    """
    environment = {
        name: value
        for name, value in base.items()
        if name in _INHERITED or name.startswith(_INHERITED_PREFIX)
    }
    environment |= {"PYTHONUNBUFFERED": "1"}
    for name in _LIBRARY_PATHS:
        _restore_library_path(environment, base, name)
    if installation.kind is Kind.VENV:
        environment["PYTHONNOUSERSITE"] = "1"
    if installation.kind is Kind.CONDA:
        entries = [*map(str, installation.path_entries), base.get("PATH", os.defpath)]
        environment |= {"PATH": os.pathsep.join(entries), "CONDA_PREFIX": str(installation.prefix)}
    return environment


def worker_environment(
    base: Mapping[str, str],
    *,
    framework: Framework,
    threads: int,
    device: str,
    cache: Path,
    installation: Installation,
    compiler: str | None = None,
) -> dict[str, str]:
    """The complete environment of a worker; pure.

    Args:
        base: The caller's environment.
        framework: Decides Keras's backend, and what JAX is told.
        threads: Threads that the worker may use.
        device: "cpu", or "cuda:" and the GPU's UUID.
        cache: Folder for compile caches, private to the run or block.
        installation: The Python that is started.
        compiler: C++ compiler that was found for this Python (`InterpreterInfo.compiler`). It is
            named because `torch.compile` would look for $CXX or g++ alone.
    """
    environment = clean_environment(base, installation=installation) | _FIXED
    environment |= dict.fromkeys(_THREAD_VARIABLES, str(threads))
    environment |= {name: str(cache / folder) for name, folder in _CACHE_FOLDERS.items()}
    environment["CUDA_VISIBLE_DEVICES"] = device.removeprefix("cuda:") if device != "cpu" else ""
    if framework in _KERAS_BACKENDS:
        environment["KERAS_BACKEND"] = _KERAS_BACKENDS[framework]
    if framework is Framework.KERAS_JAX:
        environment |= {_JAX_THREADS: str(threads), _JAX_PREALLOCATES: "false"}
    if compiler:
        environment["CXX"] = compiler
    return environment


def shareable_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of a worker's environment that a snapshot may hold, with `~` for the home folder."""
    return {
        name: tilde(value)
        for name, value in sorted(environment.items())
        if name in ALLOWED_ENVIRONMENT_VARIABLES
    }


def _restore_library_path(environment: dict[str, str], base: Mapping[str, str], name: str) -> None:
    """Undo what a frozen application did that started us: its start-up code keeps the old value in `…_ORIG`."""
    original = base.get(f"{name}_ORIG")
    if original:
        environment[name] = original
    elif original == "":
        environment.pop(name, None)

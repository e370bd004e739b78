"""What the adapters share, whatever the framework."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any, Callable, Dict, Tuple

import numpy as np

from . import IncompatibleError

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Set by whoever starts the worker: the libraries read them once, when they are loaded."""


def block_jax() -> None:
    """Make JAX look absent, where it is installed beside the framework.

    TensorFlow and Keras import it for conversions that no workload uses, which costs 100 MiB and 0.3 s
    of whatever is measured. None in `sys.modules` makes an import fail as if it were not there, which
    both expect.
    """
    sys.modules.setdefault("jax", None)  # type: ignore[arg-type]


def require_float32(framework: str, precision: str) -> None:
    """For frameworks whose adapter has no other precision.

    Raises:
        IncompatibleError: Another one is asked for.
    """
    if precision != "float32":
        raise IncompatibleError(
            f"{framework} runs in float32 only here. Choose the precision float32, or leave {framework} out."
        )


def versions(**others: str) -> Dict[str, str]:
    """Versions by distribution name, with those of Python and NumPy."""
    return {"python": platform.python_version(), "numpy": np.__version__, **others}


def thread_variables() -> Dict[str, Any]:
    """The thread settings of OpenMP and the BLAS libraries as this process sees them; None if unset."""
    return {name.lower(): os.environ.get(name) for name in THREAD_VARIABLES}


def then(call: Callable[[], Any], synchronise: Callable[[], Any]) -> Callable[[], Any]:
    """The call, and after it the wait until the device has done what it was given; `halves` takes them apart."""

    def synchronised() -> Any:
        result = call()
        synchronise()
        return result

    synchronised.halves = call, synchronise  # type: ignore[attr-defined]  # no cost in each call, as an object has
    return synchronised


def halves(iterate: Callable[[], Any]) -> Tuple[Callable[[], Any], Callable[[], Any]]:
    """What hands one iteration to the device, and what waits until the device has done all that it was given.

    An iteration that was not made by `then` has waited when it returns: then there is nothing to wait for.
    """
    found: Tuple[Callable[[], Any], Callable[[], Any]] = getattr(iterate, "halves", (iterate, _nothing))
    return found


def _nothing() -> None:
    """The device has nothing left to do."""

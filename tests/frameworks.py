"""The Python in which tests find each framework."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from fwcompare.domain.contender import MODULES, Framework

_JAX_PYTHON = Path(__file__).parents[1] / ".venvs/jax/bin/python"
"""Of the environment that `.ci/setup` makes for JAX."""


def python_with(framework: Framework) -> str | None:
    """Path of a Python that holds all that the framework needs, None if there is none."""
    if framework is Framework.KERAS_JAX and _JAX_PYTHON.exists():
        return str(_JAX_PYTHON)
    return sys.executable if all(map(find_spec, MODULES[framework])) else None

"""Contenders in child processes, one for each framework (two can't share one)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from fwcompare.domain.contender import Framework
from tests.frameworks import python_with

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("contender_child.py")

SLOW = {(Framework.KERAS_TORCH, "compile"): "mlp", (Framework.PYTORCH, "aot"): "mlp"}
"""Modes that take long to compile, and the one architecture for which they do so here."""


def run(framework, *arguments, **environment):
    """Run Python with that framework's environment, its compile caches and JAX's absence apart."""
    python = python_with(framework)
    if python is None:
        pytest.skip(f"{framework} is not installed")
    given = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KERAS_BACKEND": framework.partition("-")[2] or "tensorflow",
        "NPROC": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        **environment,
    }
    child = subprocess.run(
        [python, *arguments], check=False, env=given, capture_output=True, text=True, timeout=1800
    )
    assert child.returncode == 0, child.stderr[-4000:]
    return child.stdout.splitlines()[-1]


def run_blocks(framework, modes, folders, first="", precision="float32", **environment):
    arguments = [str(CHILD), framework, precision, ",".join(modes), first, *map(str, folders)]
    return json.loads(run(framework, *arguments, **environment))

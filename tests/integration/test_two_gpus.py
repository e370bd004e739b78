"""A machine with two GPUs, from the flag to the worker: the real binding over an NVML of our own making."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fwcompare.execution.sources import Channel
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import APPLICATION, CHILDREN

SOURCE = Path(__file__).with_name("two_gpus.c")

FIRST, SECOND = "GPU-aaaa-1111", "GPU-bbbb-2222"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("g++") is None,
    reason="needs Linux and g++; `make test` installs it for root",
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a `libnvidia-ml.so.1`."""
    folder = tmp_path_factory.mktemp("driver")
    command = ["g++", "-x", "c++", "-shared", "-fPIC", "-w", "-o", folder / "libnvidia-ml.so.1"]
    wrapped = folder / "nvml.cpp"
    wrapped.write_text(f'extern "C" {{\n#include "{SOURCE}"\n}}\n')
    subprocess.run([*command, wrapped], check=True)
    return folder


def fwcompare(driver: Path, folder: Path, *argv: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON object of a command."""
    command = [sys.executable, "-c", APPLICATION, str(folder / "lock"), *argv]
    done = subprocess.run(
        [*command, "--data-dir", str(folder / "data"), "--json"],
        env={**os.environ, "LD_LIBRARY_PATH": str(driver)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(
    ("device", "uuid", "memory_gib"),
    [("cuda", FIRST, 1), ("cuda:0", FIRST, 1), ("cuda:1", SECOND, 2), ("cuda:GPU-bbbb", SECOND, 2)],
)
def test_worker_and_counters_get_the_gpu_that_was_named(
    driver: Path, tmp_path: Path, device: str, uuid: str, memory_gib: int
) -> None:
    python = tmp_path / "python"
    python.write_text(
        f"""#!/bin/sh
case "$*" in *probe.py*) # of a build of PyTorch for CUDA
  "{sys.executable}" "$@" | sed 's/"torch_cuda": null/"torch_cuda": "13.0"/'; exit ;;
esac
env >"{tmp_path / "environment"}"
exec "{sys.executable}" "{CHILDREN / "numpy_worker.py"}" "$@"
"""
    )
    python.chmod(0o755)
    short = (
        "--size",
        "tiny",
        "--rounds",
        "1",
        "--seconds-per-block",
        "0.5",
        "--threads",
        "1",
        "--allow-interpreters",
    )

    code, run = fwcompare(
        driver, tmp_path, "run", "--device", device, "--contender", f"pytorch:eager@{python}", *short
    )

    assert (code, run["error"]) == (0, None)
    variables = (tmp_path / "environment").read_text().splitlines()
    assert f"CUDA_VISIBLE_DEVICES={uuid}" in variables
    assert "CUDA_DEVICE_ORDER=PCI_BUS_ID" in variables, "so that numbers mean the same to CUDA and NVML"
    block = read_snapshot(next(tmp_path.glob("data/snapshots/*"))).blocks[-1]  # a disturbed one is repeated
    assert set(block.resources[Channel.GPU_MEMORY_BYTES].value[0]) == {memory_gib << 30}
    assert "too old" in block.unavailable[Channel.GPU_PROCESS_MEMORY_BYTES], "a call this driver lacks"


@pytest.mark.parametrize("device", ["cuda:2", "cuda:GPU-cccc", "cuda:MIG-1"])
def test_a_gpu_that_is_not_there_is_refused_with_those_that_are(
    driver: Path, tmp_path: Path, device: str
) -> None:
    code, answer = fwcompare(driver, tmp_path, "contenders", "--device", device)

    assert code == 2
    assert answer["error"]["message"] == f"There is no GPU {device[5:]!r} on this machine."
    assert answer["error"]["remedy"] == (
        f"Choose one of: 0 (First card, {FIRST}), 1 (Second card, {SECOND})."
    )


def test_auto_is_the_cpu_while_a_contender_has_a_cpu_build(driver: Path, tmp_path: Path) -> None:
    _, answer = fwcompare(driver, tmp_path, "contenders")

    assert answer["device"] == "cpu"

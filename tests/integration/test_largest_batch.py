"""The largest batch and the throughput scenario through the real engine and fresh worker processes."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.workload import Scenario, Size
from fwcompare.execution.engine import Engine
from fwcompare.execution.largest_batch import Trial, search, trial_of, trial_plan
from fwcompare.paths import DataPaths
from fwcompare.stats.blocks import OVERHEAD
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import APPLICATION, TINY, finish, plan_of

ROOT = Path(__file__).parents[2]
needs_torch = pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="needs PyTorch")


def test_every_batch_is_tried_by_a_fresh_worker(engine: Engine, child: Callable[[str], str]) -> None:
    """GIVEN a worker with room for 100 examples THEN 100 are found, and the reason is its own."""
    contender = Contender(Framework.PYTORCH, Mode.EAGER, child("fits_so_many"))
    pids = set()

    def run(batch: int) -> Trial:
        view = finish(engine, trial_plan(contender, replace(TINY, batch=batch), 1, None))
        pids.add(view.record.blocks[0].pid)
        return trial_of(view.record)

    found = search(run, 90, 1000)

    assert (found.largest.batch, found.stopper.batch) == (100, 101)
    assert found.stopper.outcome is Outcome.OOM_HOST
    assert f"no room for {found.stopper.batch} examples" in found.stopper.reason
    assert len(pids) == len(found.trials)
    assert found.largest.memory_bytes > 0 or sys.platform != "linux"


@needs_torch
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_real_torch_runs_out_of_a_small_limit(engine: Engine) -> None:
    """GIVEN 500 MB WHEN PyTorch is to hold 2¹⁹ examples of 784 numbers THEN it ends as out of memory."""
    contender = Contender(Framework.PYTORCH, Mode.EAGER, sys.executable)

    small = trial_of(finish(engine, trial_plan(contender, TINY, 1, 500_000_000)).record)
    large = trial_of(
        finish(engine, trial_plan(contender, replace(TINY, batch=1 << 19), 1, 500_000_000)).record
    )

    assert small.fits, small.reason
    assert large.outcome is Outcome.OOM_HOST, large.reason


@pytest.mark.skipif(not importlib.util.find_spec("tensorflow"), reason="needs TensorFlow")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_real_tensorflow_crashes_for_want_of_memory(paths: DataPaths) -> None:
    """GIVEN 700 MB WHEN TensorFlow copies 150 MB of inputs THEN it waits ten seconds for memory and does without."""
    contender = Contender(Framework.TENSORFLOW, Mode.EAGER, sys.executable)
    workload = replace(TINY, size=Size.SMALL, batch=50_000)

    with Engine(paths) as engine:
        trial = trial_of(finish(engine, trial_plan(contender, workload, 1, 700_000_000)).record)

    assert trial.outcome is Outcome.OOM_HOST, trial.reason


@needs_torch
def test_the_command_says_at_least_where_all_fits(tmp_path: Path) -> None:
    words = ("--size", "tiny", "--contender", "pytorch:eager", "--device", "cpu", "--limit", "16", "--json")
    command = [sys.executable, "-c", APPLICATION, str(tmp_path / "lock"), "largest-batch", *words]
    ended = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    jsonschema.validate(
        found, json.loads((ROOT / "resources/schema/largest-batch.schema.json").read_text(encoding="utf-8"))
    )
    (row,) = found["contenders"]
    assert (row["largest_batch"], row["is_at_least"], row["stopped_by"]) == (16, True, None)
    assert [trial["batch"] for trial in row["trials"]] == [8, 16]
    assert not list((tmp_path / "data").rglob("*.fwsnap"))
    assert not list((tmp_path / "data").rglob("trial-*"))


@pytest.mark.parametrize("kind", ["numpy", pytest.param("torch", marks=needs_torch)])
def test_groups_are_timed_in_the_throughput_scenario(
    engine: Engine, child: Callable[[str], str], kind: str
) -> None:
    interpreter = child("numpy_worker") if kind == "numpy" else sys.executable
    plan = plan_of(interpreter, workload=replace(TINY, scenario=Scenario.THROUGHPUT))

    view = finish(engine, plan)

    (block,) = read_snapshot(view.snapshot).blocks
    assert block.outcome is Outcome.OK, block.log + block.traceback
    assert block == view.record.blocks[0]
    assert 1 < block.iterations_per_sample <= 256
    assert len(block.latency) >= 5
    assert block.counters[OVERHEAD] > 0


def test_single_stream_times_one_iteration_and_the_clock(engine: Engine, child: Callable[[str], str]) -> None:
    (block,) = finish(engine, plan_of(child("numpy_worker"))).record.blocks

    assert block.iterations_per_sample == 1
    assert block.counters[OVERHEAD] > 0

"""The contenders that need more than PyTorch and TensorFlow, through the engine: JAX, ONNX Runtime, LiteRT."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.contender import MODULES, Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.engine import Engine
from fwcompare.paths import paths_in
from fwcompare.storage.snapshot import read_snapshot
from tests.frameworks import python_with

EFFORT = Effort(rounds=1, min_measure_s=0.1, min_iterations=5, min_warm_up_s=0.2, max_warm_up_s=1.0)
EXPECTED = {
    Framework.KERAS_JAX: "it chose jit_compile=True",
    Framework.ONNXRUNTIME: "with CPUExecutionProvider; nodes of the graph: 3 on CPUExecutionProvider",
    Framework.LITERT: "of 2 operations; parts that XNNPACK, its delegate for the CPU, took over: 1",
}
"""What the proof of the mode says of the perceptron."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """What a snapshot holds of a run of those that are here."""
    folder = tmp_path_factory.mktemp("runtimes")
    paths = replace(paths_in(folder / "data"), lock_file=folder / "lock")
    contenders = tuple(
        Contender(framework, Mode.DEFAULT, python)
        for framework in EXPECTED
        if (python := python_with(framework))
    )
    if not contenders:
        pytest.skip("needs JAX, ONNX Runtime or LiteRT; `make test` installs them")
    plan = Plan(
        workloads=(Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu"),),
        contenders=contenders,
        preset=PresetName.QUICK,
        effort=EFFORT,
        baseline=contenders[0].id,
        seed=0,
        threads=1,
    )
    with Engine(paths) as engine:
        engine.run(plan)
        assert engine.wait(600.0)
        view = engine.view()
    assert view.error is None
    assert not list((folder / "data").rglob("exported-*")), "what was exported is gone with the worker"
    return read_snapshot(view.snapshot)


def test_each_computes_the_same_and_proves_what_ran(record: RunRecord) -> None:
    for block in record.blocks:
        assert block.outcome is Outcome.OK, (block.contender, block.reason, block.traceback, block.log)
        assert block.mode_proved, block.mode_proof
        assert EXPECTED[Framework(block.contender.partition(":")[0])] in block.mode_proof
        assert all(check.passed for check in block.equivalence)
        assert set(block.phases) == set(Phase)
        assert block.settings["intra_op_threads"] == 1


def test_a_runtime_s_own_memory_is_without_that_of_the_exporter(record: RunRecord) -> None:
    """Torch or TensorFlow alone take more than this when they are imported."""
    for block in record.blocks:
        if not block.contender.startswith("keras"):
            assert block.phases[Phase.MEASURE].peak_rss_bytes < 200 << 20, block.contender


def test_the_versions_of_the_runtime_and_of_what_exported_are_kept(record: RunRecord) -> None:
    for block in record.blocks:
        framework = Framework(block.contender.partition(":")[0])
        assert set(MODULES[framework]) <= set(block.versions)

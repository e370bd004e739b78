"""The whole way with the real frameworks: every contender, from a plan to a snapshot that can be reopened."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from fwcompare.domain.contender import MODES, Contender, Framework, Mode
from fwcompare.domain.events import CompileCache, Event
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.engine import Engine
from fwcompare.execution.session import Session
from fwcompare.paths import paths_in
from fwcompare.stats.comparison import compare
from fwcompare.storage.codec import encode_event
from fwcompare.storage.journal import Journal, read_journal
from fwcompare.storage.snapshot import pack, read_snapshot

EFFORT = Effort(rounds=1, min_measure_s=0.1, min_iterations=5, min_warm_up_s=0.2, max_warm_up_s=1.0)
WORKLOADS = (
    Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu"),
    Workload("cnn", Task.TRAINING, Size.TINY, 4, "cpu"),
    Workload("lstm", Task.INFERENCE, Size.TINY, 4, "cpu"),
)
LEFT_EAGER = ("pytorch:compile", WORKLOADS[2].id)
"""`torch.compile` leaves `nn.LSTM` as it is, and the proof of the mode says so."""

EVERYONE = tuple(
    Contender(framework, mode, sys.executable) for framework, modes in MODES.items() for mode in modes
)
CONTENDERS = tuple(one for one in EVERYONE if one.is_default)
COMPILING = {Mode.COMPILE, Mode.FUNCTION, Mode.XLA}
TIMEOUT_S = 1800.0

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "tensorflow", "keras")),
    reason="needs PyTorch, TensorFlow and Keras; `make test` installs them",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunRecord, Path, Path]:
    """The record, the snapshot, and a copy of the journal of one run with all contenders."""
    folder = tmp_path_factory.mktemp("real")
    paths = replace(paths_in(folder / "data"), lock_file=folder / "lock")
    plan = Plan(
        workloads=WORKLOADS,
        contenders=CONTENDERS,
        preset=PresetName.QUICK,
        effort=EFFORT,
        baseline="pytorch:eager",
        seed=0,
        threads=1,
    )
    copy = folder / "copy.ndjson"

    class CopiedJournal(Journal):
        """The journal of a finished run is deleted; this one leaves a second copy."""

        def append(self, event: Event) -> None:
            super().append(event)
            with copy.open("ab") as stream:
                stream.write(encode_event(event))

    with pytest.MonkeyPatch.context() as patch, Engine(paths) as engine:
        patch.setattr("fwcompare.execution.comparison.Journal", CopiedJournal)
        engine.run(plan)
        assert engine.wait(TIMEOUT_S)
        view = engine.view()
    assert view.error is None
    return view.record, view.snapshot, copy


def test_every_contender_computes_the_same_in_the_mode_that_was_asked_for(
    run: tuple[RunRecord, Path, Path],
) -> None:
    record, _, _ = run
    assert len(record.blocks) == len(WORKLOADS) * len(CONTENDERS)
    for block in record.blocks:
        assert block.outcome is Outcome.OK, (block.contender, block.reason, block.traceback, block.log)
        left_eager = (block.contender, block.workload) == LEFT_EAGER
        assert block.mode_proved is not left_eager, (block.contender, block.mode_proof)
        assert block.mode_proof.startswith("left eager: ") == left_eager
        assert block.equivalence
        assert all(check.passed for check in block.equivalence)


def test_every_figure_is_there_or_has_a_reason(run: tuple[RunRecord, Path, Path]) -> None:
    record, _, _ = run
    for block in record.blocks:
        mode = Mode(block.contender.partition(":")[2])
        expected = set(Phase) - (set() if mode in COMPILING else {Phase.COMPILE})
        if block.contender != "keras-tensorflow:default":  # compiles a tf.function of its own accord
            assert set(block.phases) == expected, block.contender
        assert all(phase.duration_ns is not None for phase in block.phases.values())
        assert block.phases[Phase.IMPORT].peak_rss_bytes > 50 << 20
        assert len(block.latency) >= EFFORT.min_iterations
        assert len(block.resources["rss_bytes"]) > 0
        assert block.settings["intra_op_threads"] == 1
        assert "numpy" in block.versions
        assert block.unavailable["gpu_utilization_percent"].startswith("not available")


def test_the_first_block_of_a_contender_compiles_cold(run: tuple[RunRecord, Path, Path]) -> None:
    assert {block.compile_cache for block in run[0].blocks} == {CompileCache.COLD}


def test_the_journal_replays_to_the_same_record_and_snapshot(run: tuple[RunRecord, Path, Path]) -> None:
    record, snapshot, journal = run
    session = Session()
    reader = read_journal(journal)
    for event in reader:
        session.apply(event)
    assert reader.lost_lines == 0
    assert session.record() == record
    assert pack(read_snapshot(snapshot)) == pack(record)


def test_the_reopened_snapshot_says_the_same(run: tuple[RunRecord, Path, Path], root: Path) -> None:
    record, snapshot, _ = run
    assert compare(read_snapshot(snapshot)) == compare(record)
    command = [sys.executable, "-m", "fwcompare", "show", str(snapshot), "--json"]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=root).stdout)
    jsonschema.validate(shown, json.loads((root / "resources/schema/run.schema.json").read_text()))
    assert len(shown["blocks"]) == len(record.blocks)
    assert len(shown["comparisons"]) == 2 * len(WORKLOADS) * (len(CONTENDERS) - 1)  # of latency and energy
    assert str(Path.home()) not in json.dumps(shown)


def test_the_second_block_compiles_warm(tmp_path: Path) -> None:
    """GIVEN two rounds of torch.compile THEN the second finds what the first left in the private cache."""
    plan = Plan(
        workloads=WORKLOADS[:1],
        contenders=(Contender(Framework.PYTORCH, Mode.COMPILE, sys.executable),),
        preset=PresetName.QUICK,
        effort=replace(EFFORT, rounds=2),
        baseline="pytorch:compile",
        seed=0,
        threads=1,
    )
    paths = replace(paths_in(tmp_path / "data"), lock_file=tmp_path / "lock")
    with Engine(paths) as engine:
        engine.run(plan)
        assert engine.wait(TIMEOUT_S)
        blocks = engine.view().record.blocks
    assert [block.compile_cache for block in blocks] == [CompileCache.COLD, CompileCache.WARM]
    assert [block.outcome for block in blocks] == [Outcome.OK, Outcome.OK]

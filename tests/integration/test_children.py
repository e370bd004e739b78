"""Workers that misbehave: each ends in its named outcome, the rest goes on, nothing is left running."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord
from fwcompare.domain.workload import Precision
from fwcompare.execution.engine import Engine
from fwcompare.execution.processes import is_alive
from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.memory import available_memory_bytes
from fwcompare.execution.view import RunView
from fwcompare.paths import DataPaths
from tests.integration.plans import EFFORT, IMPATIENT, TINY, WAIT_S, finish, plan_of

Child = Callable[[str], str]


def blocks_of(engine: Engine, child: Child, name: str) -> tuple[BlockRecord, BlockRecord]:
    """Run a good contender and a bad one; returns their blocks after nothing is left running."""
    plan = plan_of(child("numpy_worker"), child(name))
    view = finish(engine, plan)
    assert view.error is None
    assert running_of(view) == []
    good, bad = sorted(view.record.blocks, key=lambda block: block.contender != plan.baseline)
    assert good.outcome is Outcome.OK
    assert len(good.latency) >= EFFORT.min_iterations
    return good, bad


@pytest.mark.parametrize(
    ("name", "outcome", "said"),
    [
        ("exits_silently", Outcome.LOST_CHANNEL, "status 0 in the phase spawn"),
        ("raises", Outcome.USER_ERROR, "RuntimeError in the phase warm_up: the operator is not implemented"),
        ("segfaults", Outcome.CRASHED, "SIGSEGV"),
        ("aborts", Outcome.ABORTED, "SIGABRT"),
        ("kills_itself", Outcome.KILLED_EXTERNAL, "SIGKILL"),
        ("hangs", Outcome.HUNG, "in the phase measure"),
        ("stops_itself", Outcome.HUNG, "in the phase measure"),
        ("sends_garbage", Outcome.PROTOCOL_ERROR, ""),
        ("sends_long_line", Outcome.PROTOCOL_ERROR, "1048576"),
        ("sends_nan", Outcome.PROTOCOL_ERROR, ""),
        ("speaks_old_protocol", Outcome.PROTOCOL_ERROR, "protocol 0"),
        ("reports_twice", Outcome.PROTOCOL_ERROR, ""),
        ("floods_hellos", Outcome.PROTOCOL_ERROR, "Hello"),
        ("runs_out_of_memory", Outcome.OOM_HOST, "MemoryError"),
        ("computes_wrongly", Outcome.OUTPUT_MISMATCH, "output"),
        ("too_old", Outcome.ENV_INCOMPATIBLE, "3.9"),
    ],
)
def test_bad_ends(engine: Engine, child: Child, name: str, outcome: Outcome, said: str) -> None:
    _, bad = blocks_of(engine, child, name)
    assert bad.outcome is outcome, bad.reason
    assert said in bad.reason


def test_a_missing_interpreter_can_not_be_launched(engine: Engine, child: Child, tmp_path: Path) -> None:
    view = finish(engine, plan_of(child("numpy_worker"), str(tmp_path / "no-such-python")))
    outcomes = {block.contender: block.outcome for block in view.record.blocks}
    assert outcomes == {"pytorch:eager": Outcome.OK, "pytorch:compile": Outcome.LAUNCH_FAILED}


def test_output_is_kept_as_log_and_harms_nothing(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "prints_to_stdout")
    assert bad.outcome is Outcome.OK
    assert "a framework's greeting on stdout" in bad.log
    assert "not UTF-8" in bad.log
    assert "something on stderr" in bad.log
    assert "\0" not in bad.log


def test_the_last_words_of_a_crash_are_kept(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "aborts")
    assert "check failed: impossible shape" in bad.log
    _, bad = blocks_of(engine, child, "raises")
    assert "in infer" in bad.traceback


def test_a_hung_worker_shows_its_stacks(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "hangs")
    assert "hangs.py" in bad.log
    assert "most recent call first" in bad.log


@pytest.mark.parametrize(("limit", "outcome"), [(4 << 30, Outcome.OOM_HOST), (None, Outcome.ABORTED)])
def test_an_abort_for_want_of_memory(
    paths: DataPaths, child: Child, limit: int | None, outcome: Outcome
) -> None:
    """THEN it is told as such where memory was limited; on a machine with enough of it the size may be wrong."""
    with Engine(paths, floor_bytes=0) as engine:
        view = finish(engine, replace(plan_of(child("is_refused_memory")), memory_limit_bytes=limit))

    (block,) = view.record.blocks
    assert block.outcome is outcome, block.log
    assert ("std::bad_alloc" in block.reason) is (outcome is Outcome.OOM_HOST)


def test_device_memory_that_runs_out(engine: Engine, child: Child) -> None:
    workload = replace(TINY, device="cuda:GPU-1")
    view = finish(engine, plan_of(child("fills_the_gpu"), workload=workload))
    assert [block.outcome for block in view.record.blocks] == [Outcome.OOM_DEVICE]


def test_a_mode_that_was_not_proved_is_reported(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "falls_back")
    assert (bad.outcome, bad.mode_proved, bad.mode_proof) == (Outcome.OK, False, "0 graphs compiled")


def test_a_precision_that_the_result_is_too_exact_for_was_not_proved(engine: Engine, child: Child) -> None:
    low = replace(TINY, precision=Precision.BFLOAT16)

    (block,) = finish(engine, plan_of(child("numpy_worker"), workload=low)).record.blocks

    assert (block.outcome, block.mode_proved) == (Outcome.OK, False)
    assert block.mode_proof.startswith("computed in float32 instead of bfloat16: output differs by ")


def test_every_counter_has_a_reading_or_a_reason(engine: Engine, child: Child) -> None:
    """Also in a block that is over before the slower counters were due for the first time."""
    for block in blocks_of(engine, child, "exits_silently"):
        assert set(Channel) <= block.resources.keys() | block.unavailable.keys(), block.contender


def test_a_run_after_a_cancelled_one_is_not_cancelled(engine: Engine, child: Child) -> None:
    engine.run(plan_of(child("numpy_worker"), effort=replace(EFFORT, min_measure_s=600.0)))
    wait_until_measuring(engine)
    engine.cancel()
    view = finish(engine, plan_of(child("numpy_worker")))
    assert not view.record.cancelled
    assert [block.outcome for block in view.record.blocks] == [Outcome.OK]


def test_a_flood_of_samples_is_taken_in_whole(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "floods_samples")
    assert bad.outcome is Outcome.OK
    assert len(bad.latency) == 100_000


def test_a_flood_of_log_keeps_its_end(engine: Engine, child: Child) -> None:
    _, bad = blocks_of(engine, child, "floods_log")
    assert bad.outcome is Outcome.OK
    assert bad.log.endswith("the last line")
    assert len(bad.log) < 1 << 20


def test_a_grandchild_in_its_own_session_is_ended(engine: Engine, child: Child) -> None:
    """`blocks_of` looks for processes that carry the run's mark."""
    _, bad = blocks_of(engine, child, "leaves_grandchild")
    assert bad.outcome is Outcome.OK


def test_the_memory_guard_ends_a_worker_before_the_machine_suffers(paths: DataPaths, child: Child) -> None:
    floor_bytes = available_memory_bytes() - (1 << 30)
    with Engine(paths, deadlines=IMPATIENT, floor_bytes=floor_bytes) as engine:
        _, bad = blocks_of(engine, child, "eats_memory")
    assert bad.outcome is Outcome.OOM_HOST
    assert "MiB of memory were left" in bad.reason


def test_a_contender_whose_failure_is_final_gets_no_second_block(engine: Engine, child: Child) -> None:
    plan = plan_of(child("numpy_worker"), child("computes_wrongly"), effort=replace(EFFORT, rounds=3))
    record = finish(engine, plan).record
    assert [block.outcome for block in record.blocks].count(Outcome.OK) == 3
    assert [block.outcome for block in record.blocks].count(Outcome.OUTPUT_MISMATCH) == 1
    assert record.stopped == {("pytorch:compile", TINY.id): Outcome.OUTPUT_MISMATCH}


def test_three_failures_of_a_kind_are_enough(engine: Engine, child: Child) -> None:
    plan = plan_of(child("exits_silently"), effort=replace(EFFORT, rounds=5))
    record = finish(engine, plan).record
    assert [block.outcome for block in record.blocks] == [Outcome.LOST_CHANNEL] * 3


def running_of(view: RunView) -> list[int]:
    """Processes that still carry the mark of this run, wherever its folder was."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("FWCOMPARE_RUN", "").endswith(view.record.run_id) and is_alive(process):
                found.append(process.pid)
    return found


def wait_until_measuring(engine: Engine) -> None:
    """Returns when some block measures; polls the view as the window's timer does."""
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.05)):
        view = engine.view()
        if view and view.record.blocks and Phase.MEASURE in view.record.blocks[-1].phases:
            return
        pause.wait(0.05)
    raise AssertionError("no block began to measure")


def test_cancel_climbs_the_ladder_and_saves(engine: Engine, child: Child) -> None:
    """SIGTERM is ignored, so only SIGKILL can have ended it."""
    engine.run(plan_of(child("ignores_sigterm"), effort=replace(EFFORT, rounds=4)))
    wait_until_measuring(engine)
    engine.cancel()
    assert engine.wait(WAIT_S)
    view = engine.view()
    assert view.record.cancelled
    assert view.snapshot.is_file()
    (block,) = view.record.blocks
    assert (block.outcome, block.exit_code) == (Outcome.CANCELLED, -signal.SIGKILL)
    assert len(block.latency) > 0
    assert running_of(view) == []


def test_a_worker_that_listens_is_asked_and_nothing_more(engine: Engine, child: Child) -> None:
    engine.run(plan_of(child("numpy_worker"), effort=replace(EFFORT, min_measure_s=600.0)))
    wait_until_measuring(engine)
    engine.cancel()
    assert engine.wait(WAIT_S)
    (block,) = engine.view().record.blocks
    assert (block.outcome, block.exit_code) == (Outcome.CANCELLED, 0)
    assert len(block.latency) > 0


def test_two_engines_do_not_measure_at_once(engine: Engine, paths: DataPaths, child: Child) -> None:
    long = replace(EFFORT, min_measure_s=600.0)
    engine.run(plan_of(child("numpy_worker"), effort=long))
    wait_until_measuring(engine)
    with Engine(paths) as other:
        view = finish(other, plan_of(child("numpy_worker")))
    assert str(os.getpid()) in str(view.error)
    assert view.record.blocks == ()
    engine.cancel()
    assert engine.wait(WAIT_S)

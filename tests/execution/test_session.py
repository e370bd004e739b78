"""The state of a run, event by event."""

from __future__ import annotations

import sys
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import (
    BlockFinished,
    BlockStarted,
    Bye,
    CancelRequested,
    CompileCache,
    ContenderStopped,
    CountersRead,
    EnvironmentReported,
    EquivalenceChecked,
    Hello,
    ModeProved,
    PhaseFinished,
    PhaseStarted,
    ResourceSampled,
    ResourcesUnavailable,
    ResultReported,
    RunFinished,
    Rung,
    RunStarted,
    SamplesMeasured,
    StopStepped,
    WarmedUp,
    WorkerCancelled,
    WorkerFailed,
)
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.errors import ProtocolError
from fwcompare.execution import session as session_module
from fwcompare.execution.session import Session
from fwcompare.storage.journal import read_journal
from fwcompare.storage.snapshot import read_snapshot

RECORDINGS = Path(__file__).parents[1] / "recordings"

WORKLOAD = Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu")
EAGER = Contender(Framework.PYTORCH, Mode.EAGER, "/opt/python")
GRAPH = Contender(Framework.TENSORFLOW, Mode.FUNCTION, "/opt/python")
PLAN = Plan((WORKLOAD,), (EAGER, GRAPH), PresetName.QUICK, PRESETS[PresetName.QUICK], EAGER.id, 1, 1)

RUN = RunStarted("id", 100, "2026-11-22T14:02:03Z", "0.1.0", PLAN, {"cores": 2})
BLOCK = BlockStarted(0, 200, EAGER.id, WORKLOAD.id, 0, CompileCache.COLD)
HELLO = Hello(0, 250, 1, 4711, "3.11.7")
MEASURING = PhaseStarted(0, 300, Phase.MEASURE)
MEASURED = PhaseFinished(0, 400, Phase.MEASURE, 95, 10, 20)
SAMPLES = SamplesMeasured(0, 350, 0, (310, 320), (7, 8))
RESULT = ResultReported(0, 450, 2)
BYE = Bye(0, 460)
END = BlockFinished(0, 500, Outcome.OK, "", 0, "a log\n")
OVER = RunFinished(900, "2026-11-22T14:03:03Z", cancelled=False)
WHOLE = (RUN, BLOCK, HELLO, MEASURING, SAMPLES, MEASURED, RESULT, BYE, END, OVER)


def after(*events):
    session = Session()
    for event in events:
        session.apply(event)
    return session


def block_after(*events):
    return after(RUN, BLOCK, *events).record().blocks[0]


def test_there_is_no_record_before_the_run_starts():
    assert Session().running is None
    with pytest.raises(ProtocolError, match="does not begin with RunStarted"):
        Session().record()


def test_a_run_starts_as_it_was_planned():
    record = after(RUN).record()
    assert (record.run_id, record.started_ns, record.app_version) == ("id", 100, "0.1.0")
    assert record.plan is PLAN
    assert record.machine == {"cores": 2}
    assert (record.blocks, record.stopped, record.cancelled, record.finished_utc) == ((), {}, False, None)


def test_a_whole_run():
    record = after(*WHOLE).record()
    (block,) = record.blocks
    assert record.finished_utc == "2026-11-22T14:03:03Z"
    assert not record.cancelled
    assert (block.outcome, block.exit_code, block.log, block.finished_ns) == (Outcome.OK, 0, "a log\n", 500)
    assert block.phases == {
        Phase.SPAWN: PhaseRecord(200, 50),
        Phase.MEASURE: PhaseRecord(300, 95, 10, 20),
    }
    assert block.latency == Series((array("q", (310, 320)),), (array("q", (7, 8)),))


def test_a_block_that_just_started_waits_for_its_worker():
    block = block_after()
    assert block == after(RUN, BLOCK).running
    assert (block.contender, block.workload, block.round) == (EAGER.id, WORKLOAD.id, 0)
    assert block.compile_cache is CompileCache.COLD
    assert block.phases == {Phase.SPAWN: PhaseRecord(200)}
    assert block.outcome is None
    assert block.pid is None


def test_what_the_worker_says_is_kept():
    first = EquivalenceChecked(0, 1, "loss_after_1", 1e-6, 1e-4, passed=True)
    second = EquivalenceChecked(0, 2, "loss_after_5", None, 1e-4, passed=False)
    block = block_after(
        HELLO,
        EnvironmentReported(0, 1, {"torch": "2.13.0"}, {"tf32": False}, "cpu"),
        ModeProved(0, 1, proved=True, evidence="no graph"),
        first,
        second,
        WarmedUp(0, 1, 40, steady=False),
    )
    assert block.pid == 4711
    assert (block.versions, block.settings, block.device) == ({"torch": "2.13.0"}, {"tf32": False}, "cpu")
    assert (block.mode_proved, block.mode_proof) == (True, "no graph")
    assert block.equivalence == (first, second)
    assert (block.warm_up_iterations, block.steady) == (40, False)


def test_counters_and_reasons_of_worker_and_sampler_come_together():
    block = block_after(
        ResourcesUnavailable(0, 1, {"power_w": "no driver"}),
        HELLO,
        CountersRead(0, 1, {"allocated": 5}, {"reserved": "not kept"}),
        CountersRead(0, 2, {"peak": 6}, {}),
    )
    assert block.counters == {"allocated": 5, "peak": 6}
    assert block.unavailable == {"power_w": "no driver", "reserved": "not kept"}


def test_resource_samples_make_a_series_for_each_channel():
    block = block_after(
        ResourceSampled(0, 210, {"rss_bytes": 5.0}),
        ResourceSampled(0, 220, {"rss_bytes": 6.0, "power_w": 70.5}),
    )
    assert block.resources == {
        "rss_bytes": Series((array("q", (210, 220)),), (array("d", (5.0, 6.0)),)),
        "power_w": Series((array("q", (220,)),), (array("d", (70.5,)),)),
    }
    assert block.resources["rss_bytes"].value[0].typecode == "d"


def test_a_failed_worker_says_why_and_the_open_phase_stays_open():
    failed = WorkerFailed(0, 320, Outcome.USER_ERROR, "ValueError", "no", "Traceback\n")
    block = block_after(HELLO, MEASURING, failed, BYE, replace(END, outcome=Outcome.USER_ERROR, exit_code=1))
    assert (block.error, block.traceback) == ("ValueError: no", "Traceback\n")
    assert block.phases[Phase.MEASURE].duration_ns is None
    assert block_after(HELLO, replace(failed, message="")).error == "ValueError"


def test_a_worker_that_dies_at_once_leaves_the_spawn_open():
    block = block_after(replace(END, outcome=Outcome.LAUNCH_FAILED, exit_code=None))
    assert block.phases == {Phase.SPAWN: PhaseRecord(200)}
    assert block.outcome is Outcome.LAUNCH_FAILED


def test_the_rung_is_shown_while_it_is_used():
    asked, killed = StopStepped(0, 1, Rung.ASKING), StopStepped(0, 2, Rung.KILLING)
    assert block_after(asked).stopping is Rung.ASKING
    assert block_after(asked, killed).stopping is Rung.KILLING
    assert block_after(asked, killed, END).stopping is None


@pytest.mark.parametrize("terminal", [RESULT, WorkerCancelled(0, 450)])
def test_teardown_may_come_before_or_after_the_terminal_message(terminal):
    down = (PhaseStarted(0, 451, Phase.TEARDOWN), PhaseFinished(0, 452, Phase.TEARDOWN, 1, None, None))
    before = block_after(HELLO, MEASURING, SAMPLES, MEASURED, *down, terminal, BYE)
    behind = block_after(HELLO, MEASURING, SAMPLES, MEASURED, terminal, *down, BYE)
    assert before.phases == behind.phases
    assert before.phases[Phase.TEARDOWN] == PhaseRecord(451, 1)


def test_teardown_may_begin_while_a_phase_is_open_because_the_phase_failed():
    block = block_after(HELLO, MEASURING, PhaseStarted(0, 310, Phase.TEARDOWN))
    assert block.phases[Phase.MEASURE].duration_ns is None
    assert Phase.TEARDOWN in block.phases


def test_cancelling_shows_at_once_and_stays():
    session = after(RUN, CancelRequested(150))
    assert session.record().cancelled
    session.apply(OVER)
    assert session.record().cancelled
    assert after(RUN, replace(OVER, cancelled=True)).record().cancelled


def test_a_stopped_contender_is_kept_with_the_reason():
    stopped = ContenderStopped(600, GRAPH.id, WORKLOAD.id, Outcome.OUTPUT_MISMATCH)
    assert after(RUN, stopped).record().stopped == {(GRAPH.id, WORKLOAD.id): Outcome.OUTPUT_MISMATCH}


def test_the_last_reading_of_the_sampler_may_come_late():
    late = ResourceSampled(0, 510, {"rss_bytes": 5.0})
    session = after(RUN, BLOCK, END)
    before = session.record()
    session.apply(late)
    assert session.record() is before
    session.apply(replace(BLOCK, block=1))
    session.apply(late)
    assert session.running.resources == {}


ILLEGAL = {
    "block before the run": ((), BLOCK, "does not begin with RunStarted"),
    "message before the run": ((), HELLO, "does not begin with RunStarted"),
    "run twice": ((RUN,), RUN, "started already"),
    "anything after the end": ((RUN, OVER), CancelRequested(1), "is over"),
    "block after the end": ((RUN, OVER), BLOCK, "is over"),
    "end twice": ((RUN, OVER), OVER, "is over"),
    "end while a block runs": ((RUN, BLOCK), OVER, "a block is running"),
    "two blocks at once": ((RUN, BLOCK), replace(BLOCK, block=1), "a block is running"),
    "a number twice": ((RUN, BLOCK, END), BLOCK, "used already"),
    "unknown contender": ((RUN,), replace(BLOCK, contender="me"), "no such contender"),
    "unknown workload": ((RUN,), replace(BLOCK, workload="work"), "no such workload"),
    "hello twice": ((RUN, BLOCK, HELLO), HELLO, "hello already"),
    "hello of another block": ((RUN, BLOCK), replace(HELLO, block=1), "block 1 is not running"),
    "hello without a block": ((RUN,), HELLO, "block 0 is not running"),
    "hello before the start": ((RUN, BLOCK), replace(HELLO, at_ns=199), "before the start"),
    "phase before hello": ((RUN, BLOCK), MEASURING, "not said hello"),
    "phase twice": ((RUN, BLOCK, HELLO, MEASURING, MEASURED), MEASURING, "was there already"),
    "spawn by the worker": ((RUN, BLOCK, HELLO), replace(MEASURING, phase=Phase.SPAWN), "was there already"),
    "phase within a phase": (
        (RUN, BLOCK, HELLO, MEASURING),
        replace(MEASURING, phase=Phase.BUILD),
        "measure is not over",
    ),
    "end of no phase": ((RUN, BLOCK, HELLO), MEASURED, "measure does not run"),
    "end of another phase": (
        (RUN, BLOCK, HELLO, MEASURING),
        replace(MEASURED, phase=Phase.BUILD),
        "build does not run",
    ),
    "end of a phase twice": ((RUN, BLOCK, HELLO, MEASURING, MEASURED), MEASURED, "does not run"),
    "samples before measuring": ((RUN, BLOCK, HELLO), SAMPLES, "nothing is measured yet"),
    "samples twice": ((RUN, BLOCK, HELLO, MEASURING, SAMPLES), SAMPLES, "sample 2 comes next, not 0"),
    "samples with a gap": (
        (RUN, BLOCK, HELLO, MEASURING),
        replace(SAMPLES, first_index=1),
        "sample 0 comes next",
    ),
    "result that lost samples": ((RUN, BLOCK, HELLO, MEASURING), RESULT, "0 samples came, not 2"),
    "result twice": ((*WHOLE[:7],), RESULT, "how the block ended already"),
    "samples after the result": ((*WHOLE[:7],), replace(SAMPLES, first_index=2), "ended already"),
    "phase after the result": ((*WHOLE[:7],), replace(MEASURING, phase=Phase.BUILD), "ended already"),
    "failure after the result": (
        (*WHOLE[:7],),
        WorkerFailed(0, 455, Outcome.USER_ERROR, "E", "", ""),
        "ended already",
    ),
    "bye without a result": ((RUN, BLOCK, HELLO), BYE, "not said how the block ended"),
    "bye twice": ((*WHOLE[:8],), BYE, "ended already"),
    "teardown after bye": ((*WHOLE[:8],), PhaseStarted(0, 470, Phase.TEARDOWN), "ended already"),
    "message after the block": ((*WHOLE[:9],), BYE, "block 0 is not running"),
    "end of a block twice": ((*WHOLE[:9],), END, "block 0 is not running"),
    "rung without a block": ((RUN,), StopStepped(0, 1, Rung.ASKING), "block 0 is not running"),
    "reading of a block to come": ((RUN, BLOCK), ResourceSampled(1, 1, {}), "block 1 is not running"),
    "reading without a block": ((RUN,), ResourceSampled(0, 1, {}), "block 0 is not running"),
}


@pytest.mark.parametrize(("before", "event", "reason"), ILLEGAL.values(), ids=ILLEGAL.keys())
def test_what_is_out_of_order_is_refused_and_changes_nothing(before, event, reason):
    session = after(*before)
    known = session.record() if before else None
    with pytest.raises(ProtocolError, match=reason) as caught:
        session.apply(event)
    assert str(caught.value).endswith(".")
    if known is not None:
        assert session.record() is known


def test_a_refused_message_does_not_move_the_worker_on():
    session = after(RUN, BLOCK, HELLO, MEASURING)
    with pytest.raises(ProtocolError):
        session.apply(RESULT)  # it says 2 iterations, and none came
    session.apply(SAMPLES)
    session.apply(RESULT)


def test_a_record_never_changes_and_finished_blocks_stay_the_same_object():
    session = after(*WHOLE[:5])
    early = session.record()
    early_samples = len(early.blocks[0].latency)
    for event in (replace(SAMPLES, first_index=2), MEASURED, replace(RESULT, iterations=4), BYE, END):
        session.apply(event)
    assert early.blocks[0].outcome is None
    assert len(early.blocks[0].latency) == early_samples == 2
    finished = session.record().blocks[0]
    session.apply(replace(BLOCK, block=1, round=1))
    session.apply(replace(HELLO, block=1))
    assert session.record().blocks[0] is finished
    assert len(finished.latency) == 4


def test_a_million_samples_stay_cheap_to_look_at():
    session = after(*WHOLE[:4])
    batch = tuple(range(16_384))
    for number in range(62):
        session.apply(SamplesMeasured(0, 1, number * 16_384, batch, batch))
    record = session.record()
    assert session.record() is record  # nothing is built when it is asked for
    session.apply(ResourceSampled(0, 1, {"rss_bytes": 1.0}))
    latency = session.record().blocks[0].latency
    assert len(latency) == 62 * 16_384
    assert len(latency.time_ns) == 62
    shared = zip(record.blocks[0].latency.time_ns, latency.time_ns, strict=True)
    assert all(before is now for before, now in shared)


def test_small_batches_do_not_make_many_chunks():
    session = after(*WHOLE[:4])
    for number in range(3_000):
        session.apply(SamplesMeasured(0, 1, number, (number,), (number,)))
        session.apply(ResourceSampled(0, number, {"rss_bytes": float(number)}))
    block = session.running
    for series in (block.latency, block.resources["rss_bytes"]):
        assert [len(chunk) for chunk in series.time_ns] == [1024, 1024, 952]
        assert [number for chunk in series.value for number in chunk] == list(range(3_000))


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 8))
def test_chunks_hold_what_came_in_its_order(lengths, chunk_length):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session_module, "CHUNK_LENGTH", chunk_length)
        session = after(*WHOLE[:4])
        sent = []
        for length in lengths:
            batch = tuple(range(len(sent), len(sent) + length))
            session.apply(SamplesMeasured(0, 1, len(sent), batch, batch))
            sent.extend(batch)
    latency = session.running.latency
    assert [number for chunk in latency.value for number in chunk] == sent
    assert len(latency) == len(sent)
    assert all(len(chunk) >= chunk_length for chunk in latency.time_ns[:-1])


@given(st.lists(st.sampled_from([*WHOLE, *(event for _, event, _ in ILLEGAL.values())]), max_size=60))
def test_any_sequence_is_taken_or_refused_and_what_was_finished_stays(events):
    session = Session()
    finished = ()
    for event in events:
        try:
            session.apply(event)
        except ProtocolError:
            continue
        blocks = session.record().blocks
        assert blocks[: len(finished)] == finished
        finished = tuple(block for block in blocks if block.outcome is not None)
        assert len(blocks) - len(finished) == (session.running is not None)


@pytest.mark.parametrize("name", ["mlp-tiny", "cnn-tiny-training"])
def test_a_recorded_stream_of_format_1_0_gives_the_same_session_without_any_framework(name: str):
    reader = read_journal(RECORDINGS / f"{name}.ndjson")
    record = after(*reader).record()
    assert reader.lost_lines == 0
    # the snapshots of format 1.0 lost the variables that were set
    blocks = tuple(replace(block, variables={}) for block in record.blocks)
    assert replace(record, blocks=blocks) == read_snapshot(RECORDINGS / f"{name}.fwsnap")
    assert not {"torch", "tensorflow", "keras"} & sys.modules.keys()


def test_a_recorded_stream_of_format_1_1_gives_the_same_session() -> None:
    record = after(*read_journal(RECORDINGS / "gan-tiny-throughput.ndjson")).record()
    assert record == read_snapshot(RECORDINGS / "gan-tiny-throughput.fwsnap")
    assert {block.workload.split("/")[3] for block in record.blocks} == {"b4", "b8"}
    assert any(block.repeats is not None for block in record.blocks)
    assert all(block.iterations_per_sample > 1 and block.variables for block in record.blocks)


def test_the_recording_of_real_frameworks_is_complete():
    """Four contenders in three rounds, recorded on Linux with PyTorch 2.13, TensorFlow 2.21 and Keras 3.15."""
    record = after(*read_journal(RECORDINGS / "cnn-tiny-training.ndjson")).record()
    assert len(record.blocks) == 12
    assert {block.outcome for block in record.blocks} == {Outcome.OK}
    assert all(block.mode_proved for block in record.blocks)
    assert all(check.passed for block in record.blocks for check in block.equivalence)
    assert min(len(block.latency) for block in record.blocks) >= record.plan.effort.min_iterations


def test_the_recording_holds_what_its_author_wrote():
    record = after(*read_journal(RECORDINGS / "mlp-tiny.ndjson")).record()
    first, failed, third, last = record.blocks
    assert [block.outcome for block in record.blocks] == [
        Outcome.OK,
        Outcome.USER_ERROR,
        Outcome.OK,
        Outcome.OK,
    ]
    assert [block.contender for block in record.blocks] == [EAGER.id, GRAPH.id, GRAPH.id, EAGER.id]
    assert [block.round for block in record.blocks] == [0, 0, 1, 1]
    assert list(first.latency.value[0]) == [110_000, 110_900, 109_300, 110_400, 110_100, 115_000]
    assert [len(block.latency) for block in record.blocks] == [6, 0, 6, 6]
    assert first.phases[Phase.SPAWN].duration_ns == 41_000_000
    assert first.phases[Phase.IMPORT].peak_rss_bytes == 190_000_000
    assert first.phases[Phase.DEVICE_INIT].peak_rss_bytes is None
    assert failed.phases[Phase.CHECK].duration_ns is None
    assert failed.error.startswith("InvalidArgumentError: Matrix")
    assert Phase.COMPILE in third.phases
    assert Phase.COMPILE not in last.phases
    assert third.unavailable.keys() == {"gpu_memory_bytes", "framework_allocated_peak_bytes"}
    assert third.resources["rss_bytes"].value[0].typecode == "d"
    assert record.finished_utc == "2026-11-22T14:02:11Z"


def test_a_block_may_repeat_one_of_its_own_turn():
    again = replace(BLOCK, block=1, at_ns=600, repeats=0)
    session = after(*WHOLE[:-1], again)
    assert session.running.repeats == 0
    assert session.record().blocks[0].repeats is None


@pytest.mark.parametrize("changes", [{"repeats": 7}, {"round": 1}, {"contender": GRAPH.id}])
def test_a_block_of_another_turn_can_not_be_repeated(changes):
    again = replace(BLOCK, block=1, at_ns=600, **{"repeats": 0, **changes})
    with pytest.raises(ProtocolError, match="repeats no block of its turn"):
        after(*WHOLE[:-1], again)


def test_a_repetition_can_not_be_repeated():
    again = replace(BLOCK, block=1, at_ns=600, repeats=0)
    with pytest.raises(ProtocolError, match="repeats no block of its turn"):
        after(*WHOLE[:-1], again, replace(END, block=1, at_ns=700), replace(again, block=2, repeats=1))


def test_how_long_a_cool_down_took_stays_with_its_block():
    assert after(RUN, replace(BLOCK, cool_down_ns=7)).record().blocks[0].cool_down_ns == 7


def test_what_was_set_for_a_worker_stays_with_its_block():
    started = replace(BLOCK, variables={"OMP_NUM_THREADS": "1"})
    assert after(RUN, started).record().blocks[0].variables == {"OMP_NUM_THREADS": "1"}

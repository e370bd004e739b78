"""Events as lines."""

from __future__ import annotations

import json
import math
from typing import get_args

import pytest
from hypothesis import given
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
    Event,
    Hello,
    ModeProved,
    PhaseFinished,
    PhaseStarted,
    ResourceSampled,
    ResourcesUnavailable,
    ResultReported,
    RoundsStopped,
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
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.errors import ProtocolError
from fwcompare.storage import codec
from fwcompare.storage.codec import decode_event, encode_event
from fwcompare.worker import wire

PLAN = Plan(
    workloads=(Workload("cnn", Task.TRAINING, Size.BASE, 64, "cuda:GPU-1"),),
    contenders=(Contender(Framework.KERAS_TORCH, Mode.DEFAULT, "/opt/ü/python", named="ü"),),
    preset=PresetName.RIGOROUS,
    effort=PRESETS[PresetName.RIGOROUS],
    baseline="keras-torch:default@ü",
    seed=2**32 - 1,
    threads=3,
)
EXAMPLES: tuple[Event, ...] = (
    RunStarted(
        "id", 1, "2026-11-22T14:02:03Z", "0.1.0", PLAN, {"cores": 2, "gpu": None, "load": 0.5, "vm": True}
    ),
    BlockStarted(0, 2, "keras-torch:default@ü", PLAN.workloads[0].id, 0, CompileCache.WARM),
    Hello(0, 3, 1, 4711, "3.9.2"),
    PhaseStarted(0, 4, Phase.DEVICE_INIT),
    PhaseFinished(0, 5, Phase.DEVICE_INIT, 1, None, 2**40),
    EnvironmentReported(0, 6, {"torch": "2.13.0"}, {"tf32": False, "threads": 3, "x": None}, "NVIDIA H200"),
    ModeProved(0, 7, proved=False, evidence="0 Graphen"),
    EquivalenceChecked(0, 8, "loss_after_1", None, 1e-4, passed=False),
    WarmedUp(0, 9, 12, steady=True),
    SamplesMeasured(0, 10, 5, (1, 2**62), (0, 7)),
    CountersRead(0, 11, {"allocated": 5}, {"reserved": "not kept on the CPU"}),
    WorkerFailed(0, 12, Outcome.OOM_DEVICE, "OutOfMemoryError", "CUDA out of memory", "Traceback …\n"),
    ResultReported(0, 13, 7),
    WorkerCancelled(0, 14),
    Bye(0, 15),
    ResourceSampled(0, 16, {"rss_bytes": 1.5, "gpu_percent": 0.0}),
    ResourcesUnavailable(0, 17, {"power_w": "no driver"}),
    CancelRequested(18),
    StopStepped(0, 19, Rung.TERMINATING),
    BlockFinished(0, 20, Outcome.CRASHED, "signal 11", -11, "line\n\x00\udcff\n"),
    RoundsStopped(22, PLAN.workloads[0].id, 5),
    ContenderStopped(21, "keras-torch:default@ü", PLAN.workloads[0].id, Outcome.OUTPUT_MISMATCH),
    RunFinished(22, "2026-11-22T14:12:03Z", cancelled=True),
)


def test_the_examples_are_all_events():
    assert {type(example) for example in EXAMPLES} == set(get_args(Event))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_every_event_survives_the_journey(event):
    line = encode_event(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


def test_a_line_is_what_a_worker_sends_for_the_same_event():
    body = {"block": 0, "at_ns": 9, "iterations": 12, "steady": True, "iterations_per_sample": 1}
    line = wire.encode("WarmedUp", body)
    assert line == encode_event(WarmedUp(0, 9, 12, steady=True))


def test_what_a_worker_said_before_there_were_groups_is_one_iteration_a_sample():
    line = wire.encode("WarmedUp", {"block": 0, "at_ns": 9, "iterations": 12, "steady": True})

    assert decode_event(line) == WarmedUp(0, 9, 12, steady=True, iterations_per_sample=1)


def test_a_sample_of_no_iteration_is_refused():
    body = {"block": 0, "at_ns": 9, "iterations": 12, "steady": True, "iterations_per_sample": 0}

    with pytest.raises(ProtocolError, match="holds no iteration"):
        decode_event(wire.encode("WarmedUp", body))


def test_decoding_keeps_the_types():
    event = decode_event(encode_event(EXAMPLES[0]))
    assert isinstance(event, RunStarted)
    assert isinstance(event.plan.contenders, tuple)
    assert event.plan.contenders[0].mode is Mode.DEFAULT
    assert event.machine["vm"] is True


@given(st.lists(st.integers(0, 2**63 - 1)), st.integers(0, 2**63 - 1), st.data())
def test_samples_survive_the_journey(starts, first, data):
    durations = data.draw(st.lists(st.integers(0, 2**63 - 1), min_size=len(starts), max_size=len(starts)))
    event = SamplesMeasured(1, 2, first, tuple(starts), tuple(durations))
    assert decode_event(encode_event(event)) == event


def test_samples_are_packed_and_lists_of_older_journals_are_still_read():
    assert b'"start_ns":"AQAAAAAAAAACAAAAAAAAAA=="' in encode_event(SAMPLES)
    assert decode_event(changed(SAMPLES, start_ns=[1, 2], duration_ns=[3, 4])) == SAMPLES


def test_an_unknown_type_is_ignored_whatever_it_holds():
    assert decode_event(b'{"type": "CoffeeMade", "cups": [1, 2, {"hot": true}]}') is None


def test_unknown_fields_are_ignored():
    assert decode_event(b'{"type": "Bye", "block": 0, "at_ns": 1, "mood": "good"}') == Bye(0, 1)


def changed(event, **fields):
    message = json.loads(encode_event(event))
    for name, value in fields.items():
        if value is ...:
            del message[name]
        else:
            message[name] = value
    return json.dumps(message).encode()


SAMPLES = SamplesMeasured(0, 10, 0, (1, 2), (3, 4))
FINISHED = EXAMPLES[4]
RUN = EXAMPLES[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"hello", "can't be read"),
        (b"[1, 2]", "not an object"),
        (b"{}", "no type"),
        (b'{"type": 7}', "no type"),
        (b'{"type": ["Bye"]}', "no type"),
        (changed(SAMPLES, duration_ns=[3]), "2 starts and 1 durations"),
        (changed(SAMPLES, duration_ns=[3, -4]), "duration_ns is out of range"),
        (changed(SAMPLES, start_ns=[-1, 2]), "start_ns is out of range"),
        (changed(SAMPLES, start_ns=[1, 2**63]), "start_ns is out of range"),
        (changed(SAMPLES, duration_ns=[3, math.nan]), "NaN"),
        (changed(SAMPLES, duration_ns=[3, 4.5]), "malformed"),
        (changed(SAMPLES, duration_ns=[3, True]), "malformed"),
        (changed(SAMPLES, duration_ns="34"), "malformed"),
        (changed(SAMPLES, duration_ns="ünf"), "malformed"),
        (changed(SAMPLES, duration_ns=wire.pack([3])[:-4]), "no whole number of int64"),
        (changed(SAMPLES, duration_ns=wire.pack([3])), "2 starts and 1 durations"),
        (changed(SAMPLES, duration_ns=wire.pack([3, -4])), "duration_ns is out of range"),
        (changed(SAMPLES, first_index=-1), "first_index is out of range"),
        (changed(SAMPLES, first_index=...), "malformed"),
        (changed(SAMPLES, at_ns=2**63), "at_ns is out of range"),
        (changed(SAMPLES, block=-1), "block is out of range"),
        (changed(SAMPLES, block=None), "malformed"),
        (changed(FINISHED, duration_ns=-1), "duration_ns is out of range"),
        (changed(FINISHED, phase="lunch"), "malformed"),
        (changed(FINISHED, phase="\udc80"), "malformed"),
        (changed(EXAMPLES[11], kind="crashed"), "can't report crashed"),
        (changed(EXAMPLES[11], kind="ok"), "can't report ok"),
        (changed(EXAMPLES[19], exit_code=-(2**64)), "exit_code is out of range"),
        (changed(EXAMPLES[5], settings={"deep": {"er": 1}}), "malformed"),
        (changed(EXAMPLES[15], values={"rss_bytes": "1"}), "malformed"),
        (changed(RUN, plan={}), "malformed"),
        (
            changed(RUN, plan={**json.loads(encode_event(RUN))["plan"], "baseline": "me"}),
            "not among the contenders",
        ),
    ],
)
def test_a_malformed_line_is_one_error(line, reason):
    with pytest.raises(ProtocolError, match=reason):
        decode_event(line)


@pytest.mark.parametrize(
    "event",
    [
        ResourceSampled(0, 1, {"rss_bytes": math.nan}),
        EquivalenceChecked(0, 1, "output", math.inf, 1.0, passed=False),
    ],
)
def test_a_number_that_is_not_finite_is_not_written(event):
    with pytest.raises(ValueError):
        encode_event(event)


def test_a_line_that_no_reader_would_take_is_not_written(monkeypatch):
    event = BlockFinished(0, 1, Outcome.OK, "", 0, "x" * 200)
    length = len(encode_event(event))
    monkeypatch.setattr(codec, "MAX_EVENT_BYTES", length)
    assert len(encode_event(event)) == length
    monkeypatch.setattr(codec, "MAX_EVENT_BYTES", length - 1)
    with pytest.raises(ValueError, match="BlockFinished of"):
        encode_event(event)


def test_the_largest_log_of_the_hardest_characters_fits():
    event = BlockFinished(0, 1, Outcome.OK, "", 0, "\u2019" * (1 << 20))
    assert decode_event(encode_event(event)) == event

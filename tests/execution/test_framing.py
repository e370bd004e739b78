"""Bytes into lines into a worker's events."""

from __future__ import annotations

import itertools
import json
import random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.events import Bye, Event, Hello, SamplesMeasured, WarmedUp, WorkerEvent
from fwcompare.errors import ProtocolError
from fwcompare.execution.framing import LineDecoder, decode_worker_line
from fwcompare.worker import wire

MESSAGES = (
    wire.encode("Hello", {"at_ns": 1, "protocol": 1, "pid": 2, "python": "3.11.7 ü"}),
    wire.encode("WarmedUp", {"at_ns": 2, "iterations": 3, "steady": True}),
    wire.encode("SamplesMeasured", {"at_ns": 3, "first_index": 0, "start_ns": [1, 2], "duration_ns": [3, 4]}),
    wire.encode("CoffeeMade", {"cups": 3}),
    wire.encode("Bye", {"at_ns": 4}),
)
EVENTS = [
    Hello(7, 1, 1, 2, "3.11.7 ü"),
    WarmedUp(7, 2, 3, steady=True),
    SamplesMeasured(7, 3, 0, (1, 2), (3, 4)),
    None,
    Bye(7, 4),
]


def fed(pieces):
    decoder = LineDecoder()
    return [line for piece in pieces for line in decoder.feed(piece)]


def split(data, cuts):
    ends = [0, *sorted(cuts), len(data)]
    return [data[first:last] for first, last in itertools.pairwise(ends)]


@given(st.lists(st.integers(0, len(b"".join(MESSAGES)))))
def test_any_split_of_the_stream_gives_the_same_messages(cuts):
    lines = fed(split(b"".join(MESSAGES), cuts))
    assert [decode_worker_line(line, block=7) for line in lines] == EVENTS


@given(
    st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)), st.binary(max_size=9), st.data()
)
def test_any_lines_come_out_as_they_went_in(lines, rest, data):
    stream = b"".join(line + b"\n" for line in lines) + rest.replace(b"\n", b"")
    cuts = data.draw(st.lists(st.integers(0, len(stream))))
    assert fed(split(stream, cuts)) == lines


def test_the_longest_line_passes_and_one_byte_more_does_not():
    longest = b"x" * (wire.MAX_LINE_BYTES - 1)
    assert fed([longest + b"\n"]) == [longest]
    assert fed([longest, b"\n"]) == [longest]
    for pieces in ([longest + b"x"], [longest, b"x"], [b"ok\n" + longest + b"x\n"], [b"x", longest + b"\n"]):
        with pytest.raises(ProtocolError, match="more than 1048576 bytes"):
            fed(pieces)


def test_an_endless_line_is_refused_before_it_is_kept():
    decoder = LineDecoder()
    for _ in range(15):
        assert decoder.feed(b"x" * 65_536) == []
    with pytest.raises(ProtocolError):  # the sixteenth would make 1 MiB without a newline
        decoder.feed(b"x" * 65_536)


def test_a_full_batch_of_the_largest_samples_is_a_legal_line():
    count = wire.MAX_SAMPLES_IN_MESSAGE
    body = {"at_ns": 1, "first_index": 0, "start_ns": [2**63 - 1] * count, "duration_ns": [2**63 - 1] * count}
    (line,) = fed([wire.encode("SamplesMeasured", body)])
    event = decode_worker_line(line, block=0)
    assert isinstance(event, SamplesMeasured)
    assert len(event.duration_ns) == count


def test_the_block_is_ours_to_say():
    assert decode_worker_line(b'{"type":"Bye","at_ns":4,"block":99}', block=7) == Bye(7, 4)


CORE_EVENTS = sorted(
    {kind.__name__ for kind in get_args(Event)} - {kind.__name__ for kind in get_args(WorkerEvent)}
)


def test_a_worker_can_not_say_what_only_the_core_says():
    line = b'{"type":"BlockFinished","at_ns":4,"outcome":"ok","reason":"","exit_code":0,"log":""}'
    with pytest.raises(ProtocolError, match="BlockFinished, which is not a worker's"):
        decode_worker_line(line, block=0)


@pytest.mark.parametrize("name", CORE_EVENTS)
def test_no_event_of_the_core_comes_through(name):
    with pytest.raises(ProtocolError):
        decode_worker_line(json.dumps({"type": name, "at_ns": 1}).encode(), block=0)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Epoch 1/3",
        b'"Bye"',
        b'{"type":"Bye"}',
        b'{"type":"Bye","at_ns":"4"}',
        b'{"type":"Bye","at_ns":NaN}',
        b'{"type":"Hello","at_ns":1,"protocol":1,"pid":2}',
        b'{"type":"SamplesMeasured","at_ns":1,"first_index":0,"start_ns":[1],"duration_ns":[]}',
        b'{"type":"SamplesMeasured","at_ns":1,"first_index":0,"start_ns":[1],"duration_ns":[-1]}',
        b'{"type":"PhaseFinished","at_ns":1,"phase":"build","duration_ns":-1,"rss_bytes":1,"peak_rss_bytes":1}',
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"[" * 1_000_000,
        b"\x00\xff" * 100,
    ],
)
def test_garbage_is_one_error(line):
    with pytest.raises(ProtocolError):
        decode_worker_line(line, block=0)


def test_another_protocol_is_for_the_engine_to_judge():
    event = decode_worker_line(b'{"type":"Hello","at_ns":1,"protocol":99,"pid":2,"python":"3"}', block=0)
    assert isinstance(event, Hello)
    assert event.protocol == 99


def test_ten_thousand_damaged_lines_are_events_or_protocol_errors():
    dice = random.Random(20261122)
    refused = 0
    for _ in range(10_000):
        line = bytearray(dice.choice(MESSAGES)[:-1])
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(line))
            match dice.randrange(3):
                case 0:
                    line[place] = dice.randrange(256)
                case 1:
                    del line[place : place + dice.randint(1, 5)]
                case _:
                    line[place:place] = dice.choice(
                        (b"[", b"{", b'"', b"-", b"1e999", b"NaN", b"9" * 30, b"\\ud800")
                    )
        try:
            event = decode_worker_line(bytes(line), block=0)
        except ProtocolError:
            refused += 1
        else:
            assert event is None or isinstance(event, WorkerEvent)
    assert refused > 5_000

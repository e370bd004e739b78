"""Events as lines of JSON: the format of the journal, and of what workers send.

A line is one object: `type`, the name of a class in `fwcompare.domain.events`, and that class's
fields. The classes know nothing of it; msgspec reads their annotations. The numbers of samples are
packed (`fwcompare.worker.wire.pack`); lists of numbers, as the first journals had, are read as well.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Final, get_args

import msgspec

from fwcompare.domain.events import Event, SamplesMeasured, WarmedUp, WorkerFailed
from fwcompare.domain.outcome import REPORTABLE
from fwcompare.errors import ProtocolError
from fwcompare.storage import strict_json
from fwcompare.worker import wire

MAX_EVENT_BYTES: Final = 1 << 24
"""Longest line of a journal: a log of 1 MiB in which every character is written as an escape fits."""

_CLASSES: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}

_PACKED: Final = ("start_ns", "duration_ns")
"""Fields of `SamplesMeasured` that are packed."""

_MAY_BE_NEGATIVE: Final = "exit_code"
_INT64_END: Final = 1 << 63


def encode_event(event: Event) -> bytes:
    """The event as one line with its newline.

    Raises:
        ValueError: A number is not finite, or the line is longer than `MAX_EVENT_BYTES`.
    """
    name = type(event).__name__
    body = msgspec.to_builtins(event)
    if isinstance(event, SamplesMeasured):
        body |= {field: wire.pack(body[field]) for field in _PACKED}
    line = strict_json.dump({"type": name, **body}) + b"\n"
    if len(line) > MAX_EVENT_BYTES:
        raise ValueError(f"a {name} of {len(line)} bytes is longer than {MAX_EVENT_BYTES}")
    return line


def decode_event(line: bytes) -> Event | None:
    """The event in a line, or None for a type that this version does not know and ignores.

    Raises:
        ProtocolError: The line is malformed; the message says how.
    """
    return event_from(parse_line(line))


def parse_line(line: bytes) -> dict[str, object]:
    """The object in a line.

    Raises:
        ProtocolError: The line is no object of strict JSON.
    """
    try:
        return strict_json.load_object(line)
    except ValueError as error:
        raise ProtocolError(f"A message of {len(line)} bytes can't be read: {error}.") from error


def event_from(message: dict[str, object]) -> Event | None:
    """The event in a parsed line, or None for a type that this version does not know and ignores.

    Raises:
        ProtocolError: `type` is no text, a field is missing or has another type, or a figure is impossible.
    """
    name = message.get("type")
    if not isinstance(name, str):
        raise ProtocolError("A message has no type.")
    kind = _CLASSES.get(name)
    if kind is None:
        return None
    try:
        event: Event = msgspec.convert(_unpacked(message) if kind is SamplesMeasured else message, kind)
    except ValueError as error:  # of validation, of packed numbers, of half a surrogate pair in an enum
        raise ProtocolError(f"A {name} message is malformed: {error}.") from error
    problem = _problem(event)
    if problem:
        raise ProtocolError(f"A {name} message is impossible: {problem}.")
    return event


def _unpacked(message: dict[str, object]) -> dict[str, object]:
    """The message of samples with numbers where it has packed ones.

    Raises:
        ValueError: They are not what `wire.pack` makes.
    """
    packed = {field: text for field in _PACKED if isinstance(text := message.get(field), str)}
    return message | {field: wire.unpack(text) for field, text in packed.items()}


def _problem(event: Event) -> str:
    """What is wrong with the figures of an event whose types are right, or ""."""
    for field in fields(event):
        low, high = _bounds(getattr(event, field.name))
        lowest = -_INT64_END if field.name == _MAY_BE_NEGATIVE else 0
        if not lowest <= low <= high < _INT64_END:
            return f"{field.name} is out of range"
    match event:
        case SamplesMeasured(start_ns=starts, duration_ns=durations) if len(starts) != len(durations):
            return f"it has {len(starts)} starts and {len(durations)} durations"
        case WarmedUp(iterations_per_sample=0):
            return "a sample holds no iteration"
        case WorkerFailed(kind=kind) if kind not in REPORTABLE:
            return f"a worker can't report {kind.value} itself"
    return ""


def _bounds(value: object) -> tuple[int, int]:
    """Smallest and largest integer in the value of a field, (0, 0) for a value of another kind."""
    if isinstance(value, int):
        return value, value
    if (
        isinstance(value, tuple) and value and isinstance(value[0], int)
    ):  # of tuples, samples alone hold numbers
        return min(value), max(value)
    return 0, 0

"""The messages between core and worker, for both sides.

One JSON object a line, UTF-8, at most `MAX_LINE_BYTES`, on a private channel. A worker's message has
`type` (a name in `fwcompare.domain.events`), `at_ns` (`time.monotonic_ns()`) and that event's fields
less `block`. The core sends `type` "run_block" (one `BlockRequest`) or "cancel". Samples are
many, so their numbers travel packed.
"""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Sequence

PROTOCOL_VERSION = 2

MAX_LINE_BYTES = 1 << 20
"""Longest line on the channel, as in the Language Server Protocol's spirit: bounded before it is parsed."""

MAX_SAMPLES_IN_MESSAGE = 16_384
"""2 × 16,384 numbers, packed in 11 characters each, stay below `MAX_LINE_BYTES`."""

SAMPLE_INTERVAL_NS = 100_000_000
"""Sample batches go out at most this often, always between two timed calls."""

EXIT_PARENT_GONE = 70
"""Exit status of a worker whose channel was closed by the other side."""


@dataclass(frozen=True)
class BlockRequest:
    """All that a worker needs to measure one block.

    Attributes:
        framework: A framework by name (`Framework` in `fwcompare.domain.contender`).
        mode: A mode of it (`MODES` in `fwcompare.domain.contender`).
        device: "cpu" or "cuda"; which GPU is decided by CUDA_VISIBLE_DEVICES.
        scenario: "single-stream" or "throughput" (`Scenario` in `fwcompare.domain.workload`).
        memory_limit_bytes: More than this the worker may not take, see `memory.limit`.
        inputs: Folder with the weights, inputs and reference results (`worker/inputs.py`).
    """

    framework: str
    mode: str
    architecture: str
    task: str
    size: str
    batch: int
    precision: str
    device: str
    threads: int
    inputs: str
    min_measure_s: float
    min_iterations: int
    min_warm_up_s: float
    max_warm_up_s: float
    scenario: str = "single-stream"
    memory_limit_bytes: Optional[int] = None


def encode(message_type: str, body: dict[str, Any], packed: dict[str, str] | None = None) -> bytes:
    """One line for the channel.

    Args:
        message_type: Name of the event.
        body: Its fields.
        packed: Further fields whose text came from `pack`; they need no search for what JSON escapes,
            which would take longer than all the rest.

    Raises:
        ValueError: A number is not finite, or the line is too long.
    """
    text = json.dumps({"type": message_type, **body}, allow_nan=False, separators=(",", ":"))
    fields = "".join(f',"{name}":"{value}"' for name, value in (packed or {}).items())
    line = f"{text[:-1]}{fields}}}\n".encode()
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"a {message_type} message of {len(line)} bytes is longer than {MAX_LINE_BYTES}")
    return line


def pack(values: Sequence[int]) -> str:
    """Numbers as base64 of little-endian int64: a twentieth of the time that their digits would take."""
    return pack_bytes(struct.pack(f"<{len(values)}q", *values))


def pack_bytes(data: bytes) -> str:
    """Numbers that are little-endian int64 already."""
    return base64.b64encode(data).decode("ascii")


def unpack(text: str) -> tuple[int, ...]:
    """The numbers in what `pack` made.

    Raises:
        ValueError: It is no base64 of whole numbers.
    """
    data = base64.b64decode(text, validate=True)
    if len(data) % 8:
        raise ValueError(f"{len(data)} bytes are no whole number of int64")
    return struct.unpack(f"<{len(data) // 8}q", data)


def encode_request(request: BlockRequest) -> bytes:
    """The line that asks a worker to measure one block."""
    return encode("run_block", asdict(request))


def decode_request(message: dict[str, Any]) -> BlockRequest:
    """The request in a decoded "run_block" message.

    Raises:
        TypeError: A field is missing.
    """
    names = {field.name for field in fields(BlockRequest)}
    return BlockRequest(**{name: value for name, value in message.items() if name in names})

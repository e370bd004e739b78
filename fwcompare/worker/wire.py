"""The messages between core and worker, for both sides.

One JSON object a line, UTF-8, at most `MAX_LINE_BYTES`, on a private channel. A worker's message has
`type` (a name in `fwcompare.domain.events`), `at_ns` (`time.monotonic_ns()`) and that event's fields
less `block`. The core sends `type` "run_block" (one `BlockRequest`) or "cancel".
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

PROTOCOL_VERSION = 1

MAX_LINE_BYTES = 1 << 20
"""Longest line on the channel, as in the Language Server Protocol's spirit: bounded before it is parsed."""

MAX_SAMPLES_IN_MESSAGE = 16_384
"""2 × 16,384 numbers of at most 20 digits stay below `MAX_LINE_BYTES`."""

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


def encode(message_type: str, body: dict[str, Any]) -> bytes:
    """One line for the channel.

    Raises:
        ValueError: A number is not finite, or the line is too long.
    """
    line = json.dumps({"type": message_type, **body}, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"a {message_type} message of {len(line)} bytes is longer than {MAX_LINE_BYTES}")
    return line


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

"""What a worker sends: bytes into lines, lines into events. No I/O: the engine's reader feeds it.

A worker that breaks the rules here is ended as if it had crashed; nothing is repaired or skipped.
"""

from __future__ import annotations

from fwcompare.domain.events import WorkerEvent
from fwcompare.errors import ProtocolError
from fwcompare.storage.codec import event_from, parse_line
from fwcompare.worker.wire import MAX_LINE_BYTES


class LineDecoder:
    """Divides a stream of bytes into lines; it never holds more than `MAX_LINE_BYTES`."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that these bytes complete, without their newlines.

        Raises:
            ProtocolError: A line, complete or not, is longer than `MAX_LINE_BYTES` with its newline.
        """
        first, *others = data.split(b"\n")
        longest = max(len(self._rest) + len(first), *map(len, others), 0)
        if longest >= MAX_LINE_BYTES:
            raise ProtocolError(f"The worker sent a line of more than {MAX_LINE_BYTES} bytes.")
        self._rest += first
        if not others:
            return []
        lines = [bytes(self._rest), *others[:-1]]
        self._rest = bytearray(others[-1])
        return lines


def decode_worker_line(line: bytes, block: int) -> WorkerEvent | None:
    """The event that the worker of this block sent, or None for a type that is not known and ignored.

    Args:
        line: One line without its newline.
        block: Number of the block; a worker does not know it, and can't claim another.

    Raises:
        ProtocolError: The line is malformed, or of a type that only the core makes.
    """
    event = event_from({**parse_line(line), "block": block})
    if event is None or isinstance(event, WorkerEvent):
        return event
    raise ProtocolError(f"The worker sent a {type(event).__name__}, which is not a worker's to send.")

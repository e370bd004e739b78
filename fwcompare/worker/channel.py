"""The worker's end of the private channel."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from typing import Any

from . import wire


class Channel:
    """Sends messages, and listens for "cancel" and for the end of the application.

    Attributes:
        cancelled: True once the core asked to stop; looked at between two iterations.
    """

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._lines = self._socket.makefile("rb")
        self.cancelled = False

    def receive_request(self) -> wire.BlockRequest:
        """Wait for the block to measure, then go on listening in the background.

        Raises:
            ValueError: The core asked for something else.
            TypeError: The request lacks a field.
        """
        message = self._next_message()
        if message.get("type") != "run_block":
            raise ValueError(f"expected a run_block message, got {message.get('type')!r}")
        request = wire.decode_request(message)
        threading.Thread(target=self._listen, name="channel", daemon=True).start()
        return request

    def send(self, message_type: str, packed: dict[str, str] | None = None, **body: Any) -> None:
        """Send one message, stamped with the time on the axis that all processes share; for `packed` see `wire.encode`."""
        line = wire.encode(message_type, {"at_ns": time.monotonic_ns(), **body}, packed)
        try:
            self._socket.sendall(line)
        except OSError:
            end_with_children()

    def _listen(self) -> None:
        while True:
            if self._next_message().get("type") == "cancel":
                self.cancelled = True

    def _next_message(self) -> dict[str, Any]:
        try:
            line = self._lines.readline(wire.MAX_LINE_BYTES)
        except OSError:
            line = b""
        if not line:
            end_with_children()
        message: dict[str, Any] = json.loads(line)
        return message


def end_with_children() -> None:
    """End this process and its process group at once: the application is gone, nobody wants a result."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(wire.EXIT_PARENT_GONE)

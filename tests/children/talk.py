"""The raw protocol, for workers that misbehave: no help from the product, so that nothing hides."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from typing import Any

PHASES = ("import", "device_init", "build", "first_call", "check", "warm_up")


class Talk:
    """The channel of a worker whose last two arguments are the file descriptor and the parent's pid."""

    def __init__(self) -> None:
        self.socket = socket.socket(fileno=int(sys.argv[-2]))
        self.lines = self.socket.makefile("rb")

    def raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send(self, message_type: str, **body: Any) -> None:
        self.raw(json.dumps({"type": message_type, "at_ns": time.monotonic_ns(), **body}).encode() + b"\n")

    def receive(self) -> dict[str, Any]:
        return json.loads(self.lines.readline())

    def hello(self, protocol: int = 2) -> None:
        self.send("Hello", protocol=protocol, pid=os.getpid(), python="3.11.0")
        self.receive()

    def start(self, phase: str) -> None:
        self.send("PhaseStarted", phase=phase)

    def finish(self, phase: str) -> None:
        self.send("PhaseFinished", phase=phase, duration_ns=1000, rss_bytes=None, peak_rss_bytes=None)

    def until_measure(self) -> None:
        """Everything up to and with the start of the phase "measure"."""
        self.hello()
        for phase in PHASES:
            self.start(phase)
            self.finish(phase)
        self.send("ModeProved", proved=True, evidence="a child of the tests")
        self.send("WarmedUp", iterations=10, steady=True)
        self.start("measure")

    def samples(self, first_index: int = 0, count: int = 10) -> None:
        now_ns = time.monotonic_ns()
        starts = [now_ns + 2000 * number for number in range(count)]
        self.send("SamplesMeasured", first_index=first_index, start_ns=starts, duration_ns=[1000] * count)

    def until_end(self, iterations: int = 10) -> None:
        """Everything after the samples."""
        self.finish("measure")
        self.send("CountersRead", values={}, unavailable={})
        self.start("teardown")
        self.finish("teardown")
        self.send("ResultReported", iterations=iterations)
        self.send("Bye")

    def whole_block(self) -> None:
        self.until_measure()
        self.samples()
        self.until_end()

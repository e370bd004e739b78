"""The phases in the life of a block."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """What a worker is doing, in this order.

    `COMPILE` is the call that traces and compiles, with the one execution that triggers it: neither
    `torch.compile` nor XLA compiles without running. `FIRST_CALL` is the first call that finds
    everything compiled; in an eager mode it is simply the first call, and there is no `COMPILE`.
    """

    SPAWN = "spawn"
    IMPORT = "import"
    DEVICE_INIT = "device_init"
    BUILD = "build"
    COMPILE = "compile"
    FIRST_CALL = "first_call"
    CHECK = "check"
    WARM_UP = "warm_up"
    MEASURE = "measure"
    TEARDOWN = "teardown"

"""Records to draw: a recorded run step by step, and long synthetic ones."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series
from fwcompare.execution.session import Session
from fwcompare.storage.journal import read_journal
from tests.runs import BASELINE, CONTENDER, block, record

SECOND = 10**9


def recorded_steps(root: Path) -> Iterator[RunRecord]:
    """The recorded run after each of its events."""
    session = Session()
    for event in read_journal(root / "tests/recordings/mlp-tiny.ndjson"):
        session.apply(event)
        yield session.record()


def series(time_ns: np.ndarray, value: np.ndarray, *, chunk: int = 1024) -> Series:
    """Numbers in chunks, as a session keeps them."""
    kind = "q" if value.dtype == np.int64 else "d"
    places = range(0, len(value), chunk)
    return Series(
        tuple(array("q", time_ns[start : start + chunk].astype(np.int64).tobytes()) for start in places),
        tuple(array(kind, value[start : start + chunk].tobytes()) for start in places),
    )


def long_block(number: int, samples: int, *, is_running: bool = False, **changes) -> BlockRecord:
    """A block of ten seconds with so many latencies around 1 ms and the worker's memory."""
    who = (BASELINE, CONTENDER)[number % 2]
    start_ns = number * 10 * SECOND
    time_ns = start_ns + np.linspace(2 * SECOND, 9 * SECOND, samples).astype(np.int64)
    value_ns = np.full(samples, 1_000_000, np.int64) + np.arange(samples) % 1000
    read_ns = start_ns + np.arange(0, 9 * SECOND, SECOND // 10)
    memory = np.full(read_ns.size, 100.0 * 2**20)
    fields = {
        "block": number,
        "started_ns": start_ns,
        "finished_ns": None if is_running else start_ns + 9 * SECOND,
        "outcome": None if is_running else Outcome.OK,
        "phases": {
            Phase.SPAWN: PhaseRecord(start_ns, SECOND),
            Phase.WARM_UP: PhaseRecord(start_ns + SECOND, SECOND),
            Phase.MEASURE: PhaseRecord(start_ns + 2 * SECOND, None if is_running else 7 * SECOND),
        },
        "latency": series(time_ns, value_ns),
        "resources": {"rss_bytes": series(read_ns, memory)},
        "unavailable": {"gpu_utilization_percent": "not available: no NVIDIA driver was found"},
    }
    return block(who, number // 2, **(fields | changes))


def long_run(*samples: int, is_running: bool = False) -> RunRecord:
    """A run of one block for each count of samples; the last one is still running if `is_running`."""
    last = len(samples) - 1
    blocks = [
        long_block(number, count, is_running=is_running and number == last)
        for number, count in enumerate(samples)
    ]
    changes = {"finished_utc": None} if is_running else {}
    return record(*blocks, **changes)


def grown(run: RunRecord, **changes) -> RunRecord:
    """The run with another last block; the blocks before stay the same objects."""
    return replace(run, blocks=(*run.blocks[:-1], replace(run.blocks[-1], **changes)))

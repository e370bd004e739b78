from __future__ import annotations

import os
import queue
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.events import Event, ResourceSampled, ResourcesUnavailable
from fwcompare.execution import sampler as module
from fwcompare.execution.sampler import Sampler, Ticker, Watch, sources_for
from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.gpu import CPU_RUN_REASON
from tests.execution.child_processes import STAYING, first_line, running

MS = 1_000_000
BLOCK = 7
CPU_CHANNELS = {channel for channel in Channel if not channel.startswith("gpu_")}

MAY_BE_CLOSED = {
    Channel.CPU_ENERGY_J,
    Channel.CPU_PRESSURE_PERCENT,
    Channel.GOVERNED_CORES,
    Channel.ON_BATTERY,
    Channel.SWAPPED_IN_BYTES,
}
"""What a container or a virtual machine need not show."""


class FakeSource:
    """Gives what it is told; an exception is raised."""

    def __init__(
        self, channel: Channel, readings, period_s: float = 0.1, opening: Exception | None = None
    ) -> None:
        self.period_s = period_s
        self.channels = (channel,)
        self.unavailable: dict[Channel, str] = {}
        self.is_closed = False
        self._readings = iter(readings)
        self._opening = opening

    def open(self) -> None:
        if self._opening is not None:
            raise self._opening

    def read(self) -> dict[Channel, float]:
        reading = next(self._readings)
        if isinstance(reading, Exception):
            raise reading
        if isinstance(reading, str):
            self.unavailable[self.channels[0]] = reading
            return {}
        return {} if reading is None else {self.channels[0]: reading}

    def close(self) -> None:
        self.is_closed = True


def sampled(at_ms: int, **values: float) -> ResourceSampled:
    return ResourceSampled(BLOCK, at_ms * MS, values)


def lost(at_ms: int, **reasons: str) -> ResourcesUnavailable:
    return ResourcesUnavailable(BLOCK, at_ms * MS, reasons)


# Ticker


def test_all_are_due_at_the_start_and_then_on_their_own_grid() -> None:
    ticker = Ticker([100, 200, 1000], 5000)
    assert ticker.next_ns == 5000
    assert ticker.due(4999) == []
    assert ticker.due(5000) == [0, 1, 2]
    assert ticker.due(5099) == []
    assert ticker.due(5100) == [0]
    assert ticker.due(5200) == [0, 1]
    assert ticker.next_ns == 5300


def test_a_late_wake_up_neither_shifts_the_grid_nor_catches_up() -> None:
    ticker = Ticker([100], 0)
    assert ticker.due(0) == [0]
    assert ticker.due(730) == [0]
    assert ticker.next_ns == 800
    assert ticker.due(730) == []


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=4), st.lists(st.integers(0, 5000), max_size=30))
def test_the_next_time_is_always_ahead_on_the_grid_and_within_one_period(periods, steps) -> None:
    ticker, now = Ticker(periods, 0), 0
    for step in steps:
        now += step
        ticker.due(now)
        assert now < ticker.next_ns <= now + min(periods)
        assert any(ticker.next_ns % period == 0 for period in periods)


# Watch


def test_readings_that_are_due_together_are_one_event() -> None:
    fast = FakeSource(Channel.RSS_BYTES, [1.0, 2.0, 3.0])
    slow = FakeSource(Channel.LOAD_1M, [9.0, 8.0], period_s=0.2)
    watch = Watch(BLOCK, [fast, slow], 0)
    assert watch.open(0) == []
    assert watch.tick(0) == [sampled(0, rss_bytes=1.0, load_1m=9.0)]
    assert watch.next_ns == 100 * MS
    assert watch.tick(100 * MS) == [sampled(100, rss_bytes=2.0)]
    assert watch.tick(200 * MS) == [sampled(200, rss_bytes=3.0, load_1m=8.0)]
    assert watch.close(250 * MS) == []
    assert fast.is_closed
    assert slow.is_closed


def test_names_in_events_are_plain_text() -> None:
    watch = Watch(BLOCK, [FakeSource(Channel.RSS_BYTES, [1.0])], 0)
    [event] = watch.tick(0)
    assert [type(name) for name in event.values] == [str]


def test_nothing_is_sent_where_nothing_was_read() -> None:
    watch = Watch(BLOCK, [FakeSource(Channel.CPU_PERCENT, [None])], 0)
    assert watch.tick(0) == []


def test_a_reason_is_sent_once_and_the_others_go_on() -> None:
    watch = Watch(
        BLOCK, [FakeSource(Channel.GPU_POWER_W, ["n/a", "n/a"]), FakeSource(Channel.RSS_BYTES, [1.0, 2.0])], 0
    )
    assert watch.tick(0) == [lost(0, gpu_power_w="n/a"), sampled(0, rss_bytes=1.0)]
    assert watch.tick(100 * MS) == [sampled(100, rss_bytes=2.0)]
    assert watch.close(0) == []


def test_reasons_known_at_opening_are_sent_at_once() -> None:
    source = FakeSource(Channel.GPU_POWER_W, [None])
    source.unavailable[Channel.GPU_POWER_W] = "n/a"
    assert Watch(BLOCK, [source], 0).open(3 * MS) == [lost(3, gpu_power_w="n/a")]


def test_a_source_that_fails_unexpectedly_is_given_up_with_its_error() -> None:
    broken = FakeSource(Channel.LOAD_1M, [1.0, ZeroDivisionError("oh")])
    watch = Watch(BLOCK, [broken, FakeSource(Channel.RSS_BYTES, [1.0, 2.0, 3.0])], 0)
    watch.tick(0)
    reason = "not available: reading failed with ZeroDivisionError: oh"
    assert watch.tick(100 * MS) == [lost(100, load_1m=reason), sampled(100, rss_bytes=2.0)]
    assert watch.tick(200 * MS) == [sampled(200, rss_bytes=3.0)]
    watch.close(0)
    assert broken.is_closed


def test_a_source_that_can_not_be_opened_is_given_up_with_its_error() -> None:
    watch = Watch(BLOCK, [FakeSource(Channel.LOAD_1M, [], opening=OSError("no"))], 0)
    assert watch.open(0) == [lost(0, load_1m="not available: reading failed with OSError: no")]
    assert not watch.is_over
    assert watch.tick(0) == []


def test_the_end_of_the_worker_ends_the_watch_without_a_reason() -> None:
    host = FakeSource(Channel.LOAD_1M, [1.0, 2.0])
    watch = Watch(BLOCK, [FakeSource(Channel.RSS_BYTES, [5.0, ProcessLookupError(1)]), host], 0)
    watch.tick(0)
    assert not watch.is_over
    assert watch.tick(100 * MS) == []
    assert watch.is_over
    assert watch.close(0) == []


def test_a_channel_without_any_reading_gets_a_reason_at_the_end() -> None:
    sources = [FakeSource(Channel.CPU_PERCENT, [None]), FakeSource(Channel.RSS_BYTES, [1.0])]
    watch = Watch(BLOCK, sources, 0)
    watch.tick(0)
    assert watch.close(50 * MS) == [lost(50, cpu_percent=module.NO_READING_REASON)]


def test_a_worker_that_was_gone_before_it_began_has_reasons_alone() -> None:
    watch = Watch(BLOCK, [FakeSource(Channel.RSS_BYTES, [], opening=ProcessLookupError(1))], 0)
    assert watch.open(0) == []
    assert watch.is_over
    assert watch.close(0) == [lost(0, rss_bytes=module.NO_READING_REASON)]


# Sampler, on real processes


def collect(events: queue.SimpleQueue[Event], enough) -> list[Event]:
    """Takes events until there are enough; the time limit is for a test that fails."""
    found: list[Event] = []
    while not enough(found):
        found.append(events.get(timeout=30))
    return found


def seen(found: list[Event]) -> set[str]:
    return {name for event in found if isinstance(event, ResourceSampled) for name in event.values}


def told(found: list[Event]) -> set[str]:
    return {name for event in found if isinstance(event, ResourcesUnavailable) for name in event.unavailable}


def test_a_real_worker_is_sampled_on_the_monotonic_axis() -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    sampler = Sampler(events.put)
    before_ns = time.monotonic_ns()
    with running(STAYING) as worker:
        first_line(worker)
        sampler.watch(BLOCK, worker.pid, "cpu")
        found = collect(events, lambda found: seen(found) | told(found) >= {*Channel})
        sampler.stop()
    times_ns = [event.at_ns for event in found]
    assert times_ns == sorted(times_ns)
    assert before_ns < times_ns[0]
    assert times_ns[-1] < time.monotonic_ns()
    assert {event.block for event in found} == {BLOCK}
    [unavailable] = [event for event in found if isinstance(event, ResourcesUnavailable)]
    gpu_channels = {*Channel} - CPU_CHANNELS
    assert {unavailable.unavailable[channel] for channel in gpu_channels} == {CPU_RUN_REASON}
    assert unavailable.unavailable.keys() - gpu_channels <= MAY_BE_CLOSED
    rss_bytes = next(
        event.values["rss_bytes"] for event in found if "rss_bytes" in getattr(event, "values", {})
    )
    assert 1 << 20 < rss_bytes < 1 << 30


def test_sampling_ends_by_itself_when_the_worker_does() -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    sampler = Sampler(events.put)
    with running(STAYING) as worker:
        first_line(worker)
        sampler.watch(BLOCK, worker.pid, "cpu")
        collect(events, lambda found: "rss_bytes" in seen(found))
        thread = sampler._thread
        worker.kill()
        worker.wait()
        thread.join(30)
    assert not thread.is_alive()
    sampler.stop()
    sampler.stop()


def test_no_event_comes_after_stopping_and_the_next_worker_can_be_watched() -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    sampler = Sampler(events.put)
    with running(STAYING) as first, running(STAYING) as second:
        sampler.watch(1, first.pid, "cpu")
        collect(events, lambda found: "rss_bytes" in seen(found))
        sampler.watch(2, second.pid, "cpu")
        found = collect(
            events, lambda found: any(event.block == 2 and "rss_bytes" in seen([event]) for event in found)
        )
        blocks = [event.block for event in found]
        assert blocks == sorted(blocks)
        sampler.stop()
    while not events.empty():
        assert events.get().block == 2


class StuckSource(FakeSource):
    """A driver call that does not come back until it is let go."""

    def __init__(self) -> None:
        super().__init__(Channel.GPU_POWER_W, [])
        self.is_in = threading.Event()
        self.release = threading.Event()

    def read(self) -> dict[Channel, float]:
        self.is_in.set()
        self.release.wait(60)
        return {Channel.GPU_POWER_W: 1.0}


def test_a_call_that_hangs_holds_nobody_up_and_is_heard_no_more(monkeypatch) -> None:
    monkeypatch.setattr(module, "STOP_TIMEOUT_S", 0)
    stuck, events = StuckSource(), []
    sampler = Sampler(events.append, lambda _pid, _device: [stuck])
    sampler.watch(BLOCK, os.getpid(), "cpu")
    thread = sampler._thread
    assert stuck.is_in.wait(30)

    sampler.stop()
    stuck.release.set()
    thread.join(30)

    assert not thread.is_alive()
    assert events == []


@pytest.mark.parametrize("device", ["cpu", "cuda:GPU-1"])
def test_every_channel_has_exactly_one_source(device: str) -> None:
    channels = [channel for source in sources_for(1, device) for channel in source.channels]
    assert sorted(channels) == sorted(Channel)


def test_the_periods_are_those_that_were_agreed() -> None:
    periods = {channel: source.period_s for source in sources_for(1, "cpu") for channel in source.channels}
    assert {periods[Channel.RSS_BYTES], periods[Channel.AVAILABLE_BYTES]} == {0.1}
    assert {periods[Channel.CPU_PERCENT], periods[Channel.MACHINE_CPU_PERCENT]} == {1.0}
    assert {periods[channel] for channel in Channel if channel.startswith("gpu_")} == {0.2}

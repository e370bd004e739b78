from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from fwcompare.execution.sources import Channel, process
from fwcompare.execution.sources.process import (
    PsutilMemory,
    StatmMemory,
    WorkerCpu,
    involuntary_switches,
    worker_memory,
)
from tests.execution.child_processes import PARENT_OF_SESSION, STAYING, first_line, has_ended, running

MEMORY_SOURCES = [PsutilMemory] + ([StatmMemory] if sys.platform == "linux" else [])

COUNTED = {Channel.INVOLUNTARY_SWITCHES_PER_S} if sys.platform == "linux" else set()

EATER = "block = b'x' * (64 << 20); " + STAYING

BUSY_CHILD_THAT_ENDS = """
import signal, subprocess, sys
print("ready", flush=True)
sys.stdin.readline()
busy = "import time; end = time.process_time() + 0.3\\nwhile time.process_time() < end: pass"
subprocess.run([sys.executable, "-c", busy], check=True)
print("done", flush=True)
signal.alarm(60)
signal.pause()
"""


def ticking(step_s: float):
    """A clock that goes on by so much with every look at it."""
    times = iter(range(10_000))
    return lambda: round(next(times) * step_s * 1e9)


@pytest.mark.parametrize("source_type", MEMORY_SOURCES)
def test_the_memory_is_what_the_worker_holds(source_type) -> None:
    with running(EATER) as worker:
        first_line(worker)
        source = source_type(worker.pid)
        source.open()
        rss_bytes = source.read()[Channel.RSS_BYTES]
        source.close()
        assert rss_bytes > 64 << 20
        assert rss_bytes == pytest.approx(psutil.Process(worker.pid).memory_info().rss, rel=0.1)
        assert source.unavailable == {}


@pytest.mark.parametrize("source_type", [*MEMORY_SOURCES, WorkerCpu])
def test_a_worker_that_was_reaped_is_gone(source_type) -> None:
    with running(STAYING) as worker:
        first_line(worker)
        source = source_type(worker.pid)
        source.open()
        worker.kill()
        worker.wait()
        with pytest.raises(ProcessLookupError):
            source.read()
        source.close()


@pytest.mark.parametrize("source_type", [*MEMORY_SOURCES, WorkerCpu])
def test_a_worker_that_never_was_is_gone(source_type) -> None:
    with running("") as worker:
        worker.wait()
    source = source_type(worker.pid)
    with pytest.raises(ProcessLookupError):
        source.open()
    source.close()


@pytest.mark.parametrize("source_type", MEMORY_SOURCES)
def test_a_zombie_is_gone_and_does_not_hold_zero_bytes(source_type) -> None:
    with running(STAYING) as worker:
        first_line(worker)
        source = source_type(worker.pid)
        source.open()
        worker.kill()
        assert has_ended(worker.pid)
        with pytest.raises(ProcessLookupError):
            source.read()
        source.close()


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_the_kept_file_is_given_back() -> None:
    descriptors = Path("/proc/self/fd")
    before = {*descriptors.iterdir()}
    source = worker_memory(os.getpid())
    source.open()
    assert {*descriptors.iterdir()} > before
    source.close()
    source.close()
    assert {*descriptors.iterdir()} == before


def test_load_needs_two_readings() -> None:
    source = WorkerCpu(os.getpid())
    source.open()
    assert source.read() == {}
    assert source.read().keys() == {"cpu_percent", *COUNTED}


def test_load_is_processor_time_over_time(monkeypatch, tmp_path) -> None:
    used = iter([10.0, 12.0, 12.0, 15.0])
    monkeypatch.setattr(process, "_cpu_seconds", lambda _: next(used))
    monkeypatch.setattr(process, "descendants", lambda _: ())
    source = WorkerCpu(os.getpid(), ticking(2.0), tmp_path)
    source.open()
    assert [source.read() for _ in range(4)] == [
        {},
        {"cpu_percent": 100.0},
        {"cpu_percent": 0.0},
        {"cpu_percent": 150.0},
    ]


def test_a_part_of_the_tree_that_is_cut_off_makes_no_negative_load(monkeypatch, tmp_path) -> None:
    used = iter([10.0, 3.0, 4.0])
    monkeypatch.setattr(process, "_cpu_seconds", lambda _: next(used))
    monkeypatch.setattr(process, "descendants", lambda _: ())
    source = WorkerCpu(os.getpid(), ticking(1.0), tmp_path)
    source.open()
    assert [source.read() for _ in range(3)] == [{}, {}, {"cpu_percent": 100.0}]


def test_a_child_that_ended_within_the_interval_is_counted() -> None:
    with running(BUSY_CHILD_THAT_ENDS) as worker:
        first_line(worker)
        source = WorkerCpu(worker.pid, ticking(1.0))
        source.open()
        source.read()
        worker.stdin.write("\n")
        worker.stdin.flush()
        assert first_line(worker) == "done"
        assert source.read()[Channel.CPU_PERCENT] >= 29  # 0.3 s, counted in steps of 10 ms


def test_descendants_count_as_the_worker_does(monkeypatch) -> None:
    fake = SimpleNamespace(user=1.0, system=0.5, children_user=0.25, children_system=0.25)
    monkeypatch.setattr(psutil.Process, "cpu_times", lambda _: fake)
    readings = []
    monkeypatch.setattr(process, "_seconds_if_alive", lambda child: readings.append(child.pid) or 2.0)
    with running(PARENT_OF_SESSION) as worker:
        grandchild = int(first_line(worker))
        source = WorkerCpu(worker.pid)
        source.open()
        source.read()
    assert readings == [grandchild]


def test_a_child_that_ends_while_it_is_read_counts_nothing() -> None:
    with running(STAYING) as child:
        handle = psutil.Process(child.pid)
        child.kill()
        child.wait()
    assert process._seconds_if_alive(handle) == 0.0


def count(root: Path, pid: int, **switches: int) -> None:
    """How often each thread lost its processor, in the files of a process."""
    for thread, number in switches.items():
        folder = root / f"proc/{pid}/task/{thread}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "status").write_text(
            f"Name:\tpython\nvoluntary_ctxt_switches:\t99\nnonvoluntary_ctxt_switches:\t{number}\n"
        )


def test_switches_of_all_threads_are_counted_new_ones_from_their_start(tmp_path) -> None:
    source = WorkerCpu(os.getpid(), ticking(2.0), tmp_path)
    count(tmp_path, os.getpid(), t1=100, t2=10)
    source.open()
    source.read()
    count(tmp_path, os.getpid(), t1=104, t2=10, t3=6)
    assert source.read()[Channel.INVOLUNTARY_SWITCHES_PER_S] == 5.0
    (tmp_path / f"proc/{os.getpid()}/task/t2/status").unlink()
    assert source.read()[Channel.INVOLUNTARY_SWITCHES_PER_S] == 0.0


def test_a_system_that_counts_no_switches_says_so(tmp_path) -> None:
    source = WorkerCpu(os.getpid(), ticking(2.0), tmp_path)
    source.open()
    source.read()
    assert source.read().keys() == {"cpu_percent"}
    assert source.unavailable.keys() == {Channel.INVOLUNTARY_SWITCHES_PER_S}


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_every_thread_of_this_process_is_counted() -> None:
    threads = {path.name for path in Path("/proc/self/task").iterdir()}
    assert involuntary_switches(os.getpid(), Path("/")).keys() == threads

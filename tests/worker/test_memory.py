"""The worker's own memory, on this system's kernel."""

from __future__ import annotations

import mmap
import subprocess
import sys

import psutil
import pytest

from fwcompare.worker import memory, runner

SIZE = 64 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_unique_memory_grows_by_what_is_written_and_is_the_kernel_s_figure() -> None:
    before = memory.unique_bytes()
    with mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as block:
        block.write(b"x" * SIZE)
        after = memory.unique_bytes()
        expected = psutil.Process().memory_full_info().uss
    assert after - before >= SIZE - (8 << 20)
    assert after == pytest.approx(expected, rel=0.1)


def test_a_system_without_the_file_has_none(monkeypatch) -> None:
    def missing(*_args, **_options):
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", missing)
    assert memory.unique_bytes() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the limit")
def test_what_asks_for_more_than_the_limit_is_refused() -> None:
    code = (
        "import sys; from fwcompare.worker import memory\n"
        "memory.limit(400 << 20)\n"
        "fits = bytearray(100 << 20)\n"
        "try: bytearray(400 << 20)\n"
        "except MemoryError: print('refused')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "refused\n"


def test_a_system_without_the_limit_says_so(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="only Linux"):
        memory.limit(1 << 30)


class Told:
    """A channel that keeps what is sent."""

    cancelled = False

    def __init__(self) -> None:
        self.sent: list[dict] = []

    def send(self, message_type: str, **body) -> None:
        self.sent.append({"type": message_type, **body})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("is_refused", [False, True])
def test_a_phase_has_no_peak_where_the_kernel_does_not_begin_it_anew(is_refused, monkeypatch) -> None:
    """GIVEN a peak that can't be reset THEN a phase does not show that of an earlier one as its own."""
    if is_refused:

        def refuse(path, *args, **options):
            if path == "/proc/self/clear_refs":
                raise PermissionError(path)
            return open(path, *args, **options)

        monkeypatch.setattr(memory, "open", refuse, raising=False)
    told = Told()
    with runner.Block(told, None)._timed("build"):
        pass

    assert (told.sent[-1]["peak_rss_bytes"] is None) is is_refused

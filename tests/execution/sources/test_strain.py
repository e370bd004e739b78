from __future__ import annotations

import os
from pathlib import Path

import pytest

from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.strain import Strain

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def fill(root: Path, waited_us: int | None = None, pages: int | None = None) -> None:
    """The two files, as the kernel writes them."""
    if waited_us is not None:
        path = root / "proc/pressure/cpu"
        path.parent.mkdir(parents=True, exist_ok=True)
        averages = "avg10=99.00 avg60=99.00 avg300=99.00"
        path.write_text(f"some {averages} total={waited_us}\nfull {averages} total=77\n")
    if pages is not None:
        (root / "proc").mkdir(exist_ok=True)
        (root / "proc/vmstat").write_text(f"pgpgin 5\npswpin {pages}\npswpout 9\n")


def strain(root: Path) -> Strain:
    """A source whose readings are 2 s apart."""
    clock = iter(range(0, 1000, 2))
    source = Strain(root, lambda: next(clock) * 10**9)
    source.open()
    return source


def test_the_pressure_is_that_since_the_last_reading_whatever_the_averages_say(tmp_path):
    fill(tmp_path, 1_000_000, 100)
    source = strain(tmp_path)
    assert source.read() == {}
    fill(tmp_path, 1_500_000, 103)
    assert source.read() == {
        Channel.CPU_PRESSURE_PERCENT: 25.0,
        Channel.SWAPPED_IN_BYTES: 3 * PAGE_BYTES,
    }
    assert source.read() == {Channel.CPU_PRESSURE_PERCENT: 0.0, Channel.SWAPPED_IN_BYTES: 0.0}
    assert source.unavailable == {}


def test_each_file_that_is_missing_has_its_reason_and_does_not_stop_the_other(tmp_path):
    fill(tmp_path, pages=1)
    source = strain(tmp_path)
    source.read()
    assert source.read() == {Channel.SWAPPED_IN_BYTES: 0.0}
    assert source.unavailable == {
        Channel.CPU_PRESSURE_PERCENT: "not available: this system does not tell how long tasks wait for a processor"
    }


@pytest.mark.parametrize("text", ["", "some avg10=1.0 total=\n", "full avg10=1.0 total=3\n"])
def test_a_pressure_file_without_the_total_is_none(tmp_path, text):
    fill(tmp_path, 1, 1)
    (tmp_path / "proc/pressure/cpu").write_text(text)
    assert set(strain(tmp_path).unavailable) == {Channel.CPU_PRESSURE_PERCENT}


def test_this_machine_is_read_or_says_why_not():
    source = Strain()
    source.open()
    source.read()
    readings = source.read()
    assert readings.keys() | source.unavailable.keys() == set(source.channels)
    assert all(value >= 0 for value in readings.values())
    source.close()

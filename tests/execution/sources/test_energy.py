from __future__ import annotations

from pathlib import Path

import pytest

from fwcompare.execution.sources import Channel
from fwcompare.execution.sources.energy import CpuEnergy


def package(root: Path, name: str, used_uj: int | str, range_uj: int = 999_999, kind="package-0") -> Path:
    folder = root / "sys/class/powercap" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{kind}\n")
    (folder / "energy_uj").write_text(f"{used_uj}\n")
    (folder / "max_energy_range_uj").write_text(f"{range_uj}\n")
    return folder


def energy(root: Path) -> CpuEnergy:
    source = CpuEnergy(root)
    source.open()
    return source


def test_packages_are_summed_and_their_parts_are_not(tmp_path):
    package(tmp_path, "intel-rapl:0", 100)
    package(tmp_path, "intel-rapl:0:0", 50, kind="core")
    package(tmp_path, "intel-rapl:1", 7)
    source = energy(tmp_path)
    package(tmp_path, "intel-rapl:0", 500_100)
    package(tmp_path, "intel-rapl:0:0", 400_000, kind="core")
    package(tmp_path, "intel-rapl:1", 250_007)
    assert source.read() == {Channel.CPU_ENERGY_J: 0.75}
    assert source.unavailable == {}
    source.close()


def test_a_counter_that_runs_over_goes_on(tmp_path):
    package(tmp_path, "intel-rapl:0", 900_000)
    source = energy(tmp_path)
    package(tmp_path, "intel-rapl:0", 100_000)
    assert source.read() == {Channel.CPU_ENERGY_J: 0.2}
    package(tmp_path, "intel-rapl:0", 400_000)
    assert source.read() == {Channel.CPU_ENERGY_J: 0.5}


def test_a_machine_without_the_counter_says_so(tmp_path):
    source = energy(tmp_path)
    assert source.read() == {}
    assert "RAPL" in source.unavailable[Channel.CPU_ENERGY_J]


def test_a_counter_that_is_closed_to_this_user_says_so(tmp_path, monkeypatch):
    package(tmp_path, "intel-rapl:0", 1)

    def refuse(*_args, **_options):
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    source = energy(tmp_path)
    assert source.read() == {}
    assert "administrator" in source.unavailable[Channel.CPU_ENERGY_J]


@pytest.mark.parametrize("text", ["", "much"])
def test_a_counter_that_is_no_number_is_a_reason(tmp_path, text):
    package(tmp_path, "intel-rapl:0", text)
    assert "can't be read" in energy(tmp_path).unavailable[Channel.CPU_ENERGY_J]


def test_this_machine_is_read_or_says_why_not():
    source = CpuEnergy()
    source.open()
    assert source.read().keys() | source.unavailable.keys() == set(source.channels)


def test_the_platform_s_own_counter_is_not_added_to_that_of_its_package(tmp_path):
    """GIVEN a laptop that counts its package and, beside it, the whole platform THEN only the package counts."""
    for used in (0, 500_000):
        package(tmp_path, "intel-rapl:0", used)
        package(tmp_path, "intel-rapl:1", 3 * used, kind="psys")
        if not used:
            source = energy(tmp_path)

    assert source.read() == {Channel.CPU_ENERGY_J: 0.5}

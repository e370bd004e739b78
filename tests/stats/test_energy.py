"""Energy of an item from the counters of a block."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.stats.energy import CPU_ENERGY, GPU_ENERGY, Energy, energy_of, idle_power_w
from fwcompare.stats.summary import summarise
from tests import runs

S = 10**9


def counted(channel: str, *joules: float, start_s: int = 100) -> dict[str, Series]:
    """A counter that is read once a second."""
    times = array("q", [(start_s + second) * S for second in range(len(joules))])
    return {channel: Series((times,), (array("d", joules),))}


def block(number: int = 0, **changes):
    """Ten seconds of measuring after 100 s, two iterations a second; 50 W while it was imported, 200 W then."""
    starts = array("q", [100 * S + half * S // 2 for half in range(20)])
    latency = Series((starts,), (array("q", [S // 4] * 20),))
    fields = {
        "latency": latency,
        "phases": {Phase.IMPORT: PhaseRecord(80 * S, 5 * S), Phase.MEASURE: PhaseRecord(100 * S, 10 * S)},
        "resources": counted(GPU_ENERGY, *range(7000, 9001, 200)),
    }
    return replace(runs.block(runs.BASELINE, number, 1), **fields | changes)


def test_energy_is_what_the_counter_grew_by_over_the_items_timed_meanwhile() -> None:
    found = energy_of([block()], 8, GPU_ENERGY, idle_w=50)

    assert found == Energy(2000 / 160, (2000 - 500) / 160, pytest.approx(0.01), 10)


def test_blocks_are_taken_together_and_each_adds_a_step_of_the_counter() -> None:
    half = block(resources=counted(GPU_ENERGY, *range(0, 1001, 200)))

    assert energy_of([half], 8, GPU_ENERGY) == "needs 10 s of measuring, has 5.0 s"
    assert energy_of([half, half], 8, GPU_ENERGY) == Energy(2000 / 160, None, pytest.approx(0.02), 10)


def test_the_processors_counter_is_finer() -> None:
    found = energy_of([block(resources=counted(CPU_ENERGY, *range(0, 101, 10)))], 8, CPU_ENERGY)

    assert found == Energy(100 / 160, None, pytest.approx(0.0001), 10)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"resources": {}}, "no two readings were taken while iterations were timed"),
        ({"resources": {}, "unavailable": {GPU_ENERGY: "this GPU does not report it"}}, "this GPU does not report it"),
        ({"resources": counted(GPU_ENERGY, *[5] * 11)}, "the counter stood still"),
        (
            {"resources": counted(GPU_ENERGY, *range(11)) | counted("gpu_other_processes", 0, 1)},
            "other programs used the GPU",
        ),
    ],
)  # fmt: skip
def test_what_is_not_known_says_why(changes, reason) -> None:
    assert energy_of([block(**changes)], 8, GPU_ENERGY) == reason


def test_idle_is_the_least_that_was_drawn_while_a_framework_was_imported() -> None:
    blocks = [
        block(number, resources=counted(GPU_ENERGY, 0, watts, 2 * watts, start_s=81))
        for number, watts in enumerate((70, 50, 60))
    ]

    assert idle_power_w(blocks) == 50
    assert idle_power_w([block()]) is None


def test_a_summary_holds_the_energy_of_each_device_or_its_reason() -> None:
    summary, other = summarise(runs.record(block(unavailable={CPU_ENERGY: "no RAPL"})))

    assert summary.energy["gpu"].joules_per_item == 2000 / 160
    assert summary.energy["cpu"] is None
    assert summary.unavailable["energy.cpu"] == "no RAPL"
    assert other.energy == {"gpu": None, "cpu": None}

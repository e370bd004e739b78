"""Energy of an item from the counters of a block."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.domain.verdict import Metric, Reason, Verdict
from fwcompare.stats.comparison import compare, compare_all
from fwcompare.stats.energy import CPU_ENERGY, GPU_ENERGY, Energy, energy_by_round, energy_of, idle_power_w
from fwcompare.stats.summary import summarise
from tests import runs
from tests.stats.energies import GPU, JITTER, S, counted, gpu_block, powered

ALONE = counted("gpu_other_processes", *[0] * 11)


def block(number: int = 0, **changes):
    """Ten seconds of measuring after 100 s, two iterations a second; 50 W while it was imported, 200 W then."""
    starts = array("q", [100 * S + half * S // 2 for half in range(20)])
    latency = Series((starts,), (array("q", [S // 4] * 20),))
    fields = {
        "latency": latency,
        "phases": {Phase.IMPORT: PhaseRecord(80 * S, 5 * S), Phase.MEASURE: PhaseRecord(100 * S, 10 * S)},
        "resources": counted(GPU_ENERGY, *range(7000, 9001, 200)) | ALONE,
    }
    return replace(runs.block(runs.BASELINE, number, 1), **fields | changes)


def test_energy_is_what_the_counter_grew_by_over_the_items_timed_meanwhile() -> None:
    found = energy_of([block()], 8, GPU_ENERGY, idle_w=50)

    assert found == Energy(2000 / 160, (2000 - 500) / 160, pytest.approx(0.01), 10)
    assert isinstance(found, Energy)
    assert found.error_joules == pytest.approx(0.01 * 2000 / 160)


def test_blocks_are_taken_together_and_each_adds_a_step_of_the_counter() -> None:
    half = block(resources=counted(GPU_ENERGY, *range(0, 1001, 200)) | ALONE)

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
        ({"resources": counted(GPU_ENERGY, *[5] * 11) | ALONE}, "the counter stood still"),
        (
            {"resources": counted(GPU_ENERGY, *range(11)) | counted("gpu_other_processes", 0, 1)},
            "other programs used the GPU",
        ),
        (
            {
                "resources": counted(GPU_ENERGY, *range(11)) | ALONE | counted("gpu_utilization_percent", 60, 60, start_s=81)
            },
            "other programs used the GPU",
        ),
        (
            {
                "resources": counted(GPU_ENERGY, *range(11)),
                "unavailable": {"gpu_other_processes": "not available: the driver does not permit this user to read it"},
            },
            "it is not known whether other programs used the GPU: the driver does not permit this user to read it",
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


def energy_comparison(record):
    (found,) = (one for one in compare_all(record) if one.metric is Metric.ENERGY)
    return found


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [(1.2, Verdict.SLOWER), (0.8, Verdict.FASTER), (1.0, Verdict.NO_PRACTICAL_DIFFERENCE)],
)
def test_energy_of_an_item_has_a_ratio_an_interval_and_a_verdict(ratio, verdict) -> None:
    """GIVEN two that are equally fast, one of which draws more power THEN only their energies differ."""
    record = powered(ratio)

    found, (latency,) = energy_comparison(record), compare(record)

    assert found.verdict is verdict
    assert found.ratio == pytest.approx(ratio, rel=0.005)
    assert found.low < found.ratio < found.high
    assert found.rounds == len(JITTER)
    assert latency.ratio == 1


def test_energy_and_latency_are_one_family() -> None:
    """GIVEN evidence that is just enough alone WHEN both metrics are judged THEN it says less, with the reason."""
    ratios = [1.0043 * factor for factor in (1.0, 1.006, 0.997, 1.002, 0.995, 1.001)]
    blocks = [
        gpu_block(contender, number, 200 * (ratio if contender is runs.CONTENDER else 1.0))
        for number, ratio in enumerate(ratios)
        for contender in (runs.BASELINE, runs.CONTENDER)
    ]
    plan = runs.plan(workloads=(GPU,), margin=0.004)

    found = energy_comparison(runs.record(*blocks, plan=plan))

    assert found.alone is Verdict.SLIGHTLY_SLOWER
    assert found.verdict is Verdict.INCONCLUSIVE
    assert Reason.MANY_COMPARISONS in found.reasons


def test_energy_that_is_not_known_on_one_side_is_not_compared_and_says_why() -> None:
    silent = {GPU_ENERGY: "this GPU does not report it"}
    for missing in (runs.BASELINE, runs.CONTENDER):
        record = powered(1.2)
        blocks = [
            replace(one, resources={}, unavailable=silent) if one.contender == missing.id else one
            for one in record.blocks
        ]

        found = energy_comparison(replace(record, blocks=tuple(blocks)))

        assert (found.ratio, found.verdict) == (None, Verdict.NOT_COMPARABLE)
        assert found.reasons == (Reason.NO_ENERGY,)
        assert found.detail == "this GPU does not report it"


def test_a_workload_on_the_processor_is_counted_by_the_processors_counter() -> None:
    blocks = [
        block(number, contender=who.id, resources=counted(CPU_ENERGY, *(watts * s for s in range(11))))
        for number in range(3)
        for who, watts in ((runs.BASELINE, 50), (runs.CONTENDER, 50 * (1.3 + 0.001 * number)))
    ]

    assert energy_comparison(runs.record(*blocks)).ratio == pytest.approx(1.301)


def test_a_block_whose_counter_stood_still_has_no_energy_of_its_own() -> None:
    still = block(1, resources=counted(GPU_ENERGY, *[7] * 11) | ALONE)
    unread = block(2, resources=ALONE)

    assert energy_by_round([block(0), still, unread], 8, GPU_ENERGY) == {0: 2000 / 160}
    assert energy_by_round([], 8, GPU_ENERGY) == "no block was measured to its end"


def test_a_block_whose_counter_was_reset_is_left_out() -> None:
    """GIVEN a counter that begins anew in one of three blocks THEN the energy of an item is that of the others."""
    reset = block(1, resources=counted(GPU_ENERGY, *range(7000, 8001, 200), 0, 200, 400, 600, 800) | ALONE)

    assert energy_of([block(0), reset, block(2)], 8, GPU_ENERGY) == energy_of([block(0)] * 2, 8, GPU_ENERGY)
    assert energy_by_round([block(0), reset], 8, GPU_ENERGY) == {0: 2000 / 160}
    assert energy_of([reset], 8, GPU_ENERGY) == "the counter was reset while iterations were timed"


def test_an_import_that_was_hardly_seen_is_no_idle_draw() -> None:
    """GIVEN two readings within 0.2 s, in which the counter stood still THEN the GPU did not draw 0 W."""
    times, joules = array("q", [81 * S, 81 * S + S // 5]), array("d", [7.0, 7.0])
    short = block(0, resources={GPU_ENERGY: Series((times,), (joules,))})
    seen = block(1, resources=counted(GPU_ENERGY, 0, 50, 100, start_s=81))

    assert idle_power_w([short]) is None
    assert idle_power_w([short, seen]) == 50

"""What holds of the statistics whatever was measured: units, sides and order change nothing but what they must."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import PresetName, self_test
from fwcompare.domain.record import PhaseRecord, RunRecord, Series
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.bootstrap import Means, Percentiles, bootstrap_ratio
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.energy import GPU_ENERGY, energy_of
from fwcompare.stats.fairness import fairness_of
from fwcompare.stats.gates import CLOCK_RISE, GateCode, Level, clock_loss, clock_rise, gates_of
from fwcompare.stats.ratio import RatioEstimate
from fwcompare.stats.scaling import sweeps
from fwcompare.stats.selftest import self_test_of
from fwcompare.stats.stopping import MAX_DEGREES, is_precise
from fwcompare.stats.tails import metric_ratios
from tests import runs
from tests.stats.energies import GPU, S, gpu_block

factors = st.integers(-8, 8).map(lambda power: 2.0**power)
"""Powers of two, which change no digit."""

figures = st.lists(st.floats(0.5, 2), min_size=3, max_size=8)
pairs = st.lists(st.tuples(st.integers(10**5, 10**7), st.integers(10**5, 10**7)), min_size=2, max_size=6)
LEVELS = (None, Level.NOTE, Level.AMBER, Level.RED)


def measured(rounds: list[tuple[int, int]], times: int = 1) -> RunRecord:
    """A run of two contenders with one latency in each block, all of them so many times as long."""
    blocks = [
        runs.block(who, number, times * latency)
        for number, round_ in enumerate(rounds)
        for who, latency in zip((runs.BASELINE, runs.CONTENDER), round_, strict=True)
    ]
    return runs.record(*blocks)


def exchanged(record: RunRecord) -> RunRecord:
    """The same run with the other contender as its baseline."""
    return replace(record, plan=replace(record.plan, baseline=runs.CONTENDER.id))


def powered(watts: list[tuple[float, float]]) -> RunRecord:
    """A run on the GPU whose contenders drew so much in each round."""
    blocks = [
        gpu_block(who, number, drawn)
        for number, round_ in enumerate(watts)
        for who, drawn in zip((runs.BASELINE, runs.CONTENDER), round_, strict=True)
    ]
    return runs.record(*blocks, plan=runs.plan(workloads=(GPU,)))


# verdicts


@given(pairs)
def test_the_other_side_as_baseline_turns_ratios_of_latency_round(rounds) -> None:
    record = measured(rounds)
    one, other = compare_all(record)[0], compare_all(exchanged(record))[0]

    assert other.ratio == pytest.approx(1 / one.ratio)
    assert (other.low, other.high) == (pytest.approx(1 / one.high), pytest.approx(1 / one.low))


@given(pairs, st.integers(1, 1000))
def test_a_machine_that_is_slower_in_everything_has_the_same_verdicts(rounds, times) -> None:
    one, other = compare_all(measured(rounds))[0], compare_all(measured(rounds, times))[0]

    assert other.ratio == pytest.approx(one.ratio)
    assert other.log_deviation == pytest.approx(one.log_deviation, abs=1e-9)


# stopping


@given(st.floats(0.1, 10), st.integers(2, 20), st.floats(0, 0.05), st.integers(1, 20), st.floats(0.001, 0.2))
def test_precision_has_no_side(ratio, rounds, deviation, family, margin) -> None:
    mirrored = [RatioEstimate(one, rounds, deviation, MAX_DEGREES) for one in (ratio, 1 / ratio)]
    half = 1 + margin / 2
    for one in mirrored:  # rounding may decide at the very edge
        interval = one.interval(1 - 0.05 / family)
        if interval is not None and interval.high / one.ratio == pytest.approx(half, rel=1e-9):
            return

    assert is_precise(mirrored[0], margin, family) is is_precise(mirrored[1], margin, family)


@given(st.integers(5, 20), st.floats(0, 0.05), st.integers(1, 20), st.floats(0.001, 0.2), st.floats(0.1, 1))
def test_less_scatter_a_smaller_family_and_a_wider_margin_never_need_more_rounds(
    rounds, deviation, family, margin, less
) -> None:
    if is_precise(RatioEstimate(1.0, rounds, deviation, MAX_DEGREES), margin, family):
        assert is_precise(RatioEstimate(1.0, rounds, less * deviation, MAX_DEGREES), margin, family)
        assert is_precise(RatioEstimate(1.0, rounds, deviation, MAX_DEGREES), margin, max(1, family // 2))
        assert is_precise(RatioEstimate(1.0, rounds, deviation, MAX_DEGREES), margin / less, family)


# energy


@given(st.floats(1, 1000), st.integers(1, 512), factors)
def test_energy_of_an_item_grows_with_what_is_drawn_and_falls_with_the_batch(watts, batch, factor) -> None:
    one = energy_of([gpu_block(runs.BASELINE, 0, watts)], batch, GPU_ENERGY)
    more = energy_of([gpu_block(runs.BASELINE, 0, factor * watts)], batch, GPU_ENERGY)
    halved = energy_of([gpu_block(runs.BASELINE, 0, watts)], 2 * batch, GPU_ENERGY)

    assert more.joules_per_item == factor * one.joules_per_item
    assert halved.joules_per_item == one.joules_per_item / 2
    assert more.relative_error == one.relative_error


@given(st.lists(st.tuples(st.floats(10, 500), st.floats(10, 500)), min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_other_side_as_baseline_turns_ratios_of_energy_round(watts) -> None:
    record = powered(watts)
    one, other = compare_all(record)[1], compare_all(exchanged(record))[1]

    assert other.ratio == pytest.approx(1 / one.ratio)
    assert (other.low, other.high) == (pytest.approx(1 / one.high), pytest.approx(1 / one.low))


# gates


def clocked(before: list[float], after: list[float], **changes):
    """A block on the GPU with these clocks at the end of its warm-up and then while it measured."""
    values = [*before, *after]
    times = array("q", [S // 5 * place for place in range(len(values))])
    start_ns = S // 5 * len(before)
    phases = {
        Phase.WARM_UP: PhaseRecord(0, start_ns - 1),
        Phase.MEASURE: PhaseRecord(start_ns, times[-1] - start_ns),
    }
    resources = {"gpu_sm_clock_hz": Series((times,), (array("d", values),))}
    fields = {"workload": GPU.id, "phases": phases, "resources": resources}
    return replace(runs.block(runs.BASELINE, 0, 1), **fields | changes)


clocks = st.lists(st.floats(1e8, 3e9), min_size=1, max_size=12)


@given(clocks, clocks, factors)
def test_a_clock_s_rise_and_loss_know_no_unit(before, after, factor) -> None:
    one = clocked(before, after)
    other = clocked([factor * value for value in before], [factor * value for value in after])
    usual = replace(one, block=1)
    usual_scaled = replace(other, block=1)

    assert clock_rise(other) == pytest.approx(clock_rise(one), abs=1e-12)
    assert clock_loss(other, runs.record(other, usual_scaled)) == pytest.approx(
        clock_loss(one, runs.record(one, usual)), abs=1e-12
    )


@given(clocks, clocks)
def test_a_rise_is_a_share_and_none_where_the_warm_up_ended_highest(before, after) -> None:
    assert 0 <= clock_rise(clocked(before, after)) < 1
    assert clock_rise(clocked([*before, *[3e9] * 3], after)) == 0


@given(clocks, clocks)
def test_a_block_is_called_not_warm_where_its_clock_rose_by_more_than_the_limit(before, after) -> None:
    block = clocked(before, after)
    found = {gate.code for gate in gates_of(block, runs.record(block)).gates}

    assert (GateCode.GPU_WARM_UP in found) is (clock_rise(block) > CLOCK_RISE.amber)


@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 100), st.floats(0, 100))
def test_more_load_and_pressure_never_look_better(load, more_load, pressure, more_pressure) -> None:
    def levels(**channels: float) -> list[int]:
        resources = {
            name: Series((array("q", [150]),), (array("d", [value]),)) for name, value in channels.items()
        }
        phases = {Phase.MEASURE: PhaseRecord(100, 100)}
        block = runs.block(runs.BASELINE, 0, *[1000] * 20, phases=phases, resources=resources)
        report = gates_of(block, runs.record(block, machine={"logical_cores": 4}))
        found = {gate.code: gate.level for gate in report.gates}
        return [LEVELS.index(found.get(code)) for code in (GateCode.OTHER_LOAD, GateCode.CPU_PRESSURE)]

    fewer = levels(machine_cpu_percent=load, cpu_percent=0, cpu_pressure_percent=pressure)
    more = levels(
        machine_cpu_percent=load + more_load,
        cpu_percent=0,
        cpu_pressure_percent=pressure + more_pressure,
    )

    assert all(low <= high for low, high in zip(fewer, more, strict=True))


# bootstrap and tails


def blocks_of(seed: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [np.round(1e6 * generator.lognormal(0, 0.05, 60)).astype(np.int64) for _ in range(6)]


@given(st.integers(0, 10**6), st.integers(1, 64))
@settings(max_examples=25, deadline=None)
def test_a_bootstrapped_ratio_scales_with_its_side_and_so_does_its_interval(seed, times) -> None:
    for make in (Means, lambda blocks: Percentiles(blocks, 90)):
        baseline, contender = blocks_of(seed), blocks_of(seed + 1)
        one = bootstrap_ratio(make(baseline), make(contender), seed, 200)
        other = bootstrap_ratio(make(baseline), make([times * block for block in contender]), seed, 200)

        for before, after in ((one.ratio, other.ratio), (one.low, other.low), (one.high, other.high)):
            assert after == pytest.approx(times * before)


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_the_other_side_as_baseline_turns_every_metric_round(seed) -> None:
    """The ratio exactly, the interval as far as other dice allow."""
    blocks = [
        runs.block(who, number, *map(int, values))
        for who, start in ((runs.BASELINE, seed), (runs.CONTENDER, seed + 1))
        for number, values in enumerate(blocks_of(start))
    ]
    record = runs.record(*blocks)

    for one, other in zip(metric_ratios(record), metric_ratios(exchanged(record)), strict=True):
        assert one.metric == other.metric
        if one.ratio is not None:
            assert other.ratio == pytest.approx(1 / one.ratio)
            assert np.log(other.high) - np.log(other.low) == pytest.approx(
                np.log(one.high) - np.log(one.low), rel=0.2
            )


# scaling, self-test, fairness


@given(figures, st.integers(2, 50))
def test_a_machine_that_is_slower_in_everything_scales_alike(durations_ms, times) -> None:
    workloads = tuple(replace(runs.WORKLOAD, batch=batch) for batch in (1, 8))

    def sweep(factor: int):
        blocks = [
            runs.block(
                runs.BASELINE, number, factor * batch * round(1e6 * value), workload=workload.id, block=number
            )
            for workload, batch in zip(workloads, (1, 5), strict=True)
            for number, value in enumerate(durations_ms)
        ]
        plan = runs.plan(workloads=workloads, contenders=(runs.BASELINE,))
        return sweeps(runs.record(*blocks, plan=plan))[0].points

    for one, other in zip(sweep(1), sweep(times), strict=True):
        assert other.latency_ns.value == pytest.approx(times * one.latency_ns.value)
        assert other.throughput_per_s.value == pytest.approx(one.throughput_per_s.value / times)
        assert (other.gain, other.efficiency) == (pytest.approx(one.gain), pytest.approx(one.efficiency))


@given(pairs)
@settings(deadline=None)
def test_a_self_test_has_no_favourite_slot(rounds) -> None:
    plan = self_test(runs.BASELINE, runs.WORKLOAD, PresetName.QUICK, 1)

    def of(order: int):
        blocks = [
            runs.block(slot, number, latency)
            for number, round_ in enumerate(rounds)
            for slot, latency in zip(plan.contenders, round_[::order], strict=True)
        ]
        return self_test_of(runs.record(*blocks, plan=plan), block_figures)

    one, other = of(1), of(-1)
    assert (one.calibration is None) is (other.calibration is None)
    assert other.comparison.log_deviation == pytest.approx(one.comparison.log_deviation, abs=1e-9)


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 1), min_size=1), min_size=2, max_size=2)
)
def test_a_setting_is_held_or_differs_whoever_is_named_first(told) -> None:
    def of(who):
        blocks = [runs.block(one, 0, 10, settings=settings) for one, settings in zip(who, told, strict=True)]
        return fairness_of(runs.record(*blocks))

    one, other = of((runs.BASELINE, runs.CONTENDER)), of((runs.CONTENDER, runs.BASELINE))
    assert one.held == other.held
    assert one.differs.keys() == other.differs.keys()
    assert not one.held.keys() & one.differs.keys()

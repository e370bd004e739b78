"""How often verdicts and intervals of fwcompare are wrong, when the truth is known because it was simulated.

Every experiment is a whole run: blocks in the order of the product's schedule, each with iterations,
given to the product's `compare`. Prints a table and writes `benchmarks/results/error_rates.json`. An aim
that is a rate holds when its Wilson 95 % interval contains or betters it.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from benchmarks.common.results import Report, Row, Sense, options, rate_row
from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import CompileCache
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import PRESETS, Plan, PresetName
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.schedule import schedule
from fwcompare.stats.blocks import BlockFigures, block_median_ns
from fwcompare.stats.bootstrap import Means, Percentiles, bootstrap_ratio
from fwcompare.stats.comparison import compare, judged
from fwcompare.stats.quantiles import order_ranks, percentile_interval
from fwcompare.stats.ratio import estimate_ratio
from fwcompare.stats.stopping import MAX_DEGREES, may_stop

CHUNK = 250
ITERATIONS = 30
BASE_NS = 5e6
SEED = 2**32 - 1
"""Of the bootstrap; the dice of the data must be others."""
WORKLOAD = Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu")
CONTENDERS = tuple(
    Contender(framework, mode, "/usr/bin/python3")
    for framework, mode in (
        (Framework.PYTORCH, Mode.EAGER),
        (Framework.PYTORCH, Mode.COMPILE),
        (Framework.TENSORFLOW, Mode.FUNCTION),
        (Framework.TENSORFLOW, Mode.XLA),
        (Framework.KERAS_TORCH, Mode.DEFAULT),
    )
)
DIFFERENT = (Verdict.FASTER, Verdict.SLOWER)

Floats = npt.NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], Floats]
"""Log latency of each of so many blocks, one after the other, beyond that of its contender."""


def independent(generator: np.random.Generator, blocks: int, spread: float = 0.01) -> Floats:
    return generator.normal(0, spread, blocks)


def drift(generator: np.random.Generator, blocks: int) -> Floats:
    """The machine grows 3 % slower over the session, as it warms up, on top of the independent noise."""
    return np.linspace(0, 0.03, blocks) + independent(generator, blocks)


def bimodal(generator: np.random.Generator, blocks: int) -> Floats:
    """Clocks have two states, 5 % apart; each block keeps the one before with 70 %."""
    switched = np.cumsum(generator.random(blocks) < 0.3) % 2
    return 0.05 * (switched ^ generator.integers(2)) + independent(generator, blocks, 0.005)


def student(generator: np.random.Generator, blocks: int) -> Floats:
    """Student's t with 3 degrees of freedom, standard deviation 1 %."""
    return np.asarray(generator.standard_t(3, blocks) * 0.01 / 3**0.5)


def skewed(generator: np.random.Generator, blocks: int) -> Floats:
    """Log-normal disturbances that only ever slow a block down, 1 % in the middle and now and then 10 %."""
    return 0.01 * generator.lognormal(0, 1, blocks)


MODELS: dict[str, Noise] = {
    "independent": independent,
    "drift": drift,
    "bimodal clocks": bimodal,
    "heavy tail (t3)": student,
    "heavy tail (log-normal)": skewed,
}


@dataclass(frozen=True, slots=True)
class Setup:
    """One kind of experiment.

    Attributes:
        effect: The truth: every contender's latency over the baseline's, less one.
        within: Standard deviation of log iterations in a block.
    """

    noise: Noise = independent
    effect: float = 0.0
    contenders: int = 2
    preset: PresetName = PresetName.STANDARD
    within: float = 0.03


def look(block: BlockRecord) -> BlockFigures:
    """The verdict needs the median alone; the remarks take no part in it."""
    return BlockFigures(block_median_ns(block), None, None)


def run_record(setup: Setup, seed: int) -> RunRecord:
    """A run of this kind, measured by dice."""
    contenders = CONTENDERS[: setup.contenders]
    plan = Plan(
        (WORKLOAD,), contenders, setup.preset, PRESETS[setup.preset], contenders[0].id, seed=seed, threads=1
    )
    turns = schedule(plan)
    generator = np.random.default_rng((seed, setup.contenders, setup.preset == PresetName.STANDARD))
    levels = setup.noise(generator, len(turns))
    levels += [np.log1p(setup.effect) if turn.contender is not contenders[0] else 0.0 for turn in turns]
    logs = levels[:, None] + generator.normal(0, setup.within, (len(turns), ITERATIONS))
    spikes = np.where(generator.random(logs.shape) < 0.02, 1.5, 1.0)
    latencies = (BASE_NS * np.exp(logs) * spikes).astype(np.int64)
    blocks = tuple(
        BlockRecord(
            block=number,
            contender=turn.contender.id,
            workload=WORKLOAD.id,
            round=turn.round,
            started_ns=number,
            compile_cache=CompileCache.WARM,
            outcome=Outcome.OK,
            latency=Series((array("q", range(ITERATIONS)),), (array("q", values.tobytes()),)),
        )
        for number, (turn, values) in enumerate(zip(turns, latencies, strict=True))
    )
    return RunRecord("simulated", "", 0, "", plan, {}, blocks)


def compared(setup: Setup, seed: int) -> tuple[Comparison, ...]:
    """The product's comparisons of one experiment."""
    record = run_record(setup, seed)
    known = {block.block: look(block) for block in record.blocks}
    return compare(record, lambda block: known[block.block])


def tables(setup: Setup, seeds: range) -> list[tuple[Comparison, ...]]:
    return [compared(setup, seed) for seed in seeds]


def all_tables(pool: ProcessPoolExecutor, setup: Setup, count: int) -> Iterator[tuple[Comparison, ...]]:
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    for chunk in pool.map(partial(tables, setup), chunks):
        yield from chunk


def covers(one: Comparison, truth: float = 1.0) -> bool:
    assert one.low is not None
    assert one.high is not None
    return one.low <= truth <= one.high


def same(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    """The contender compared with itself."""
    for name, noise in MODELS.items():
        found = [table[0] for table in all_tables(pool, Setup(noise), count)]
        different = sum(one.verdict in DIFFERENT for one in found)
        any_claim = sum(one.verdict in (*DIFFERENT, *_SLIGHTLY) for one in found)
        yield rate_row(f"{name}: called different", different, count, 0.05)
        yield rate_row(f"{name}: different or slightly", any_claim, count, 0.05)
        yield rate_row(f"{name}: interval covers", sum(map(covers, found)), count, 0.95, Sense.AT_LEAST)


_SLIGHTLY = (Verdict.SLIGHTLY_FASTER, Verdict.SLIGHTLY_SLOWER)


def families(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    """Five equal contenders in one table: a wrong claim anywhere counts."""
    every = list(all_tables(pool, Setup(contenders=5), count))
    claims = (*DIFFERENT, *_SLIGHTLY)
    wrong = sum(any(one.verdict in claims for one in table) for table in every)
    alone = sum(any(one.alone in claims for one in table) for table in every)
    yield rate_row("table of five equals: any difference claimed", wrong, count, 0.05)
    yield rate_row("  the same without Holm", alone, count)


def power(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    """A slow-down that is really there."""
    for preset in (PresetName.QUICK, PresetName.STANDARD, PresetName.RIGOROUS):
        for percent in (1, 2, 3, 5, 10):
            setup = Setup(effect=percent / 100, preset=preset)
            found = [table[0] for table in all_tables(pool, setup, count)]
            hits = sum(one.verdict is Verdict.SLOWER for one in found)
            is_aimed = preset is PresetName.STANDARD and percent == 5
            yield rate_row(
                f"{preset}: {percent} % called slower", hits, count, 0.9 if is_aimed else None, Sense.AT_LEAST
            )


def equivalence(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    """Equal contenders whose block medians have a standard deviation of 1 %."""
    within = 0.002
    found = [table[0] for table in all_tables(pool, Setup(within=within), count)]
    hits = sum(one.verdict is Verdict.NO_PRACTICAL_DIFFERENCE for one in found)
    yield rate_row("standard: no practical difference, when true", hits, count, 0.8, Sense.AT_LEAST)
    edge = [table[0] for table in all_tables(pool, Setup(effect=0.02, within=within), count)]
    wrong = sum(one.verdict is Verdict.NO_PRACTICAL_DIFFERENCE for one in edge)
    yield rate_row("  the same, when it is just the margin", wrong, count, 0.05)


def stopped(spread: float, seeds: range) -> list[tuple[bool, bool, int]]:
    """Runs that may stop early: does the interval cover, would the usual one, after how many rounds?"""
    found = []
    for seed in seeds:
        sides = np.exp(np.random.default_rng(seed).normal(0, spread, (2, 8)))
        for rounds in range(5, 9):
            estimate = estimate_ratio(list(sides[0, :rounds]), list(sides[1, :rounds]))
            careful, usual = (
                replace(estimate, max_degrees=most).interval(0.95) for most in (MAX_DEGREES, None)
            )
            assert careful is not None
            assert usual is not None
            one = Comparison(
                WORKLOAD.id, "latency", "a", "b", estimate.ratio, careful.low, careful.high,
                Verdict.INCONCLUSIVE, (), rounds, log_deviation=estimate.log_deviation, max_degrees=MAX_DEGREES,
            )  # fmt: skip
            if may_stop(judged([one], 0.02), 0.02, 1) or rounds == 8:
                found.append((covers(one), usual.low <= 1 <= usual.high, rounds))
                break
    return found


def early_stops(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    for spread in (0.005, 0.01):
        found = [one for chunk in pool.map(partial(stopped, spread), chunks) for one in chunk]
        rounds = sum(one[2] for one in found) / len(found)
        name = f"early stop, spread {spread:.1%}, {rounds:.1f} rounds: interval covers"
        yield rate_row(name, sum(one[0] for one in found), count, 0.95, Sense.AT_LEAST)
        yield rate_row("  the same with all degrees of freedom", sum(one[1] for one in found), count)


def correlated(generator: np.random.Generator, blocks: int, n: int, correlation: float) -> Floats:
    """Stationary normal series in which neighbours correlate, standard deviation 3 %, shape (blocks, n)."""
    steps = generator.normal(0, 1, (blocks, n))
    series = np.empty_like(steps)
    series[:, 0] = steps[:, 0]
    for place in range(1, n):
        series[:, place] = correlation * series[:, place - 1] + (1 - correlation**2) ** 0.5 * steps[:, place]
    return 0.03 * series


def percentile_chunk(setup: tuple[int, int, float, float, float], seeds: range) -> list[tuple[bool, bool]]:
    """Whether the interval of a percentile covers, and whether one for independent iterations would."""
    blocks, n, between, correlation, percent = setup
    truth = NormalDist(0, (between**2 + 0.03**2) ** 0.5).inv_cdf(percent / 100)
    found = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        levels = generator.normal(0, between, (blocks, 1)) if between else np.zeros((blocks, 1))
        logs = levels + correlated(generator, blocks, n, correlation)
        latencies = np.round(1e9 * np.exp(logs)).astype(np.int64)
        interval = percentile_interval(list(latencies), percent)
        ranks = order_ranks(percent, blocks * n)
        assert interval is not None
        assert ranks is not None
        ordered = np.sort(latencies, axis=None)
        value = 1e9 * np.exp(truth)
        naive = ordered[ranks[0] - 1] <= value <= ordered[ranks[1] - 1]
        # an interval that is not given claims nothing
        low, high = interval.low_ns, interval.high_ns
        found.append((low is None or high is None or low <= value <= high, bool(naive)))
    return found


def percentiles(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    for text, setup in {
        "8 blocks of 100, p90": (8, 100, 0.01, 0.5, 90),
        "8 blocks of 1000, p99": (8, 1000, 0.01, 0.5, 99),
        "1 block of 1000, p90": (1, 1000, 0.0, 0.5, 90),
        "1 block of 1000, independent, p90": (1, 1000, 0.0, 0.0, 90),
    }.items():
        found = [one for chunk in pool.map(partial(percentile_chunk, setup), chunks) for one in chunk]
        yield rate_row(f"{text}: interval covers", sum(one[0] for one in found), count, 0.95, Sense.AT_LEAST)
        yield rate_row("  the same as if iterations were independent", sum(one[1] for one in found), count)


def bootstrap_chunk(setup: tuple[int, float, float], seeds: range) -> list[tuple[bool, bool]]:
    """Whether the bootstrap intervals of the ratios of p90 and of throughput cover."""
    rounds, between, within = setup
    found = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        logs = generator.normal(0, between, (2, rounds, 1)) + generator.normal(0, within, (2, rounds, 60))
        sides = np.round(1e9 * np.exp(logs)).astype(np.int64)
        tails = bootstrap_ratio(Percentiles(list(sides[0]), 90), Percentiles(list(sides[1]), 90), SEED)
        means = bootstrap_ratio(Means(list(sides[0])), Means(list(sides[1])), SEED)
        found.append((tails.low <= 1 <= tails.high, means.low <= 1 <= means.high))
    return found


def bootstraps(pool: ProcessPoolExecutor, count: int) -> Iterator[Row]:
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    for rounds, between, within in (
        (6, 0.01, 0.03),
        (8, 0.01, 0.03),
        (6, 0.02, 0.005),
        (8, 0.02, 0.005),
        (15, 0.01, 0.03),
    ):
        setup = (rounds, between, within)
        found = [one for chunk in pool.map(partial(bootstrap_chunk, setup), chunks) for one in chunk]
        text = f"bootstrap, {rounds} rounds, spread {between:.0%} between, {within:.1%} within"
        yield rate_row(f"{text}: p90 covers", sum(one[0] for one in found), count, 0.95, Sense.AT_LEAST)
        yield rate_row(
            f"{text}: throughput covers", sum(one[1] for one in found), count, 0.95, Sense.AT_LEAST
        )


def main() -> None:
    chosen = options("error_rates", __doc__)
    many = chosen.choose(10, 10_000, 30_000)
    some = max(1, many // 10)
    report = Report("error_rates", chosen)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part, count in (
            (same, many),
            (families, some),
            (power, some),
            (equivalence, some),
            (early_stops, many),
            (percentiles, some),
            # ten rows with one aim: at 1,000 one of them would miss it by chance every fourth time
            (bootstraps, 3 * some),
        ):
            for one in part(pool, count):
                report.add(one)
    report.write(experiments=many)


if __name__ == "__main__":
    main()

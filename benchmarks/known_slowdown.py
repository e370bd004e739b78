"""Whether comparisons through real worker processes find the slow-down that was put in.

Baseline and contender do the same work without a framework, calibrated to 1 ms (`children/hashing.py`); the
contender has so many per cent more of it. Each comparison is a whole run of the product with its schedule, processes and verdict.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common.known import calibrated_bytes, slowed, two_sides
from benchmarks.common.results import Options, Report, Row, Sense, options, rate_row
from benchmarks.common.runs import Measuring, plan_of, workload
from fwcompare.domain.plan import Effort
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.stats.comparison import compare

EFFECTS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.10)
DIFFERENT = (Verdict.FASTER, Verdict.SLOWER)
LARGEST_AIM = 0.9
"""So often at least must the largest effect be found: else the machine is too noisy, and claims nothing wrong."""
WORKLOAD = workload("mlp", "tiny")


def sequence(chosen: Options) -> list[float]:
    """The effects of all comparisons in an order of chance; a third of them has none."""
    none, each = chosen.choose(1, 20, 70), chosen.choose(0, 8, 26)
    effects = [0.0] * none + [effect for effect in EFFECTS[1:] for _ in range(each)]
    random.Random(0).shuffle(effects)  # noqa: S311 - an order, no secret
    return effects


def compared(
    measuring: Measuring, folder: Path, count: int, effect: float, *, seed: int, effort: Effort
) -> Comparison:
    """The product's comparison of both sides."""
    plan = plan_of([WORKLOAD], two_sides(folder, count, effect), effort, seed=seed, threads=1)
    return compare(measuring.run(plan))[0]


def rows(found: list[tuple[float, Comparison]], count: int) -> Iterator[Row]:
    """The table from each effect with what was said of it."""
    inside = [_covers(one, slowed(count, effect) / count) for effect, one in found]
    yield rate_row("truth inside the interval", sum(inside), len(inside), 0.95, Sense.AT_LEAST)
    for effect in EFFECTS:
        verdicts = [one.verdict for of, one in found if of == effect]
        if verdicts:
            different = sum(verdict in DIFFERENT for verdict in verdicts)
            yield rate_row(
                f"+{effect:.0%} told different", different, len(verdicts), None if effect else 0.05
            )
            right = sum(verdict is Verdict.SLOWER for verdict in verdicts)
            if effect:
                aim = LARGEST_AIM if effect == EFFECTS[-1] else None
                yield rate_row(f"+{effect:.0%} told slower", right, len(verdicts), aim, Sense.AT_LEAST)


def _covers(one: Comparison, truth: float) -> bool:
    return one.low is not None and one.high is not None and one.low <= truth <= one.high


def main() -> None:
    chosen = options("known_slowdown", __doc__)
    report = Report("known_slowdown", chosen)
    rounds = chosen.choose(2, 5, 8)
    effort = Effort(rounds, min_measure_s=0.1, min_iterations=30, min_warm_up_s=0.05)
    found = []
    with tempfile.TemporaryDirectory() as folder, Measuring() as measuring:
        count = calibrated_bytes()
        for seed, effect in enumerate(sequence(chosen)):
            one = compared(measuring, Path(folder), count, effect, seed=seed, effort=effort)
            found.append((effect, one))
    for row in rows(found, count):
        report.add(row)
    report.write(rounds=rounds, measure_s=effort.min_measure_s)


if __name__ == "__main__":
    main()

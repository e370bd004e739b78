"""What is to be measured, how often and for how long: valid from its construction on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from fwcompare.domain.contender import Contender
from fwcompare.domain.workload import Workload


class PresetName(StrEnum):
    """How thorough a comparison is."""

    QUICK = "quick"
    STANDARD = "standard"
    RIGOROUS = "rigorous"


@dataclass(frozen=True, slots=True)
class Effort:
    """How long each block measures and how many rounds there are.

    Attributes:
        rounds: Blocks of each contender and workload.
        min_measure_s: A block measures at least this long …
        min_iterations: … and at least this many iterations.
        min_warm_up_s: Warm-up lasts at least this long (rule: `docs/method.md`).
        max_warm_up_s: Past this, a block measures with the label "no steady state".
        repeats_disturbed: A block that was disturbed or not warm is run once more.
        cool_down_s: Pause before every block but the first, at most; see `fwcompare.execution.cooling`.
        empties_caches: The first round finds empty compile caches, the second what the first left in them, the
            third empty ones again, and so on.
    """

    rounds: int
    min_measure_s: float
    min_iterations: int
    min_warm_up_s: float = 2.0
    max_warm_up_s: float = 30.0
    repeats_disturbed: bool = False
    cool_down_s: float = 0.0
    empties_caches: bool = False

    def with_cold_starts(self) -> Effort:
        """Each round twice: with empty compile caches, then with what that left in them."""
        return replace(self, rounds=2 * self.rounds, empties_caches=True)


PRESETS: Final[dict[PresetName, Effort]] = {
    PresetName.QUICK: Effort(rounds=3, min_measure_s=1.0, min_iterations=1, repeats_disturbed=True),
    PresetName.STANDARD: Effort(rounds=8, min_measure_s=3.0, min_iterations=30, repeats_disturbed=True),
    PresetName.RIGOROUS: Effort(rounds=15, min_measure_s=10.0, min_iterations=100, repeats_disturbed=True),
}

SELF_TEST_ARCHITECTURE: Final = "mlp"
"""What a self-test runs: the workload that is least of all about the framework."""

EARLY_STOPPERS: Final = frozenset({PresetName.STANDARD})
"""Presets whose rounds end when the result is precise: quick has too few, and whoever wants it rigorous
does not want the intervals wider, which is the price (29 % at 15 rounds)."""

DEFAULT_MARGIN: Final = 0.02
"""Smallest ratio minus one that matters in practice, fixed before the run (2 %)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Workloads × contenders × effort.

    Attributes:
        baseline: Id of the contender that every other one is compared with.
        margin: Practical margin of the verdicts, as a fraction of the ratio.
        seed: Seeds the order of the blocks, and the weights and inputs.
        threads: Threads that each worker may use.
        memory_limit_bytes: What a worker may take of the machine's memory at most; None: all that there is.
        stops_early: A workload's rounds end as soon as its comparisons are precise, see `fwcompare.stats.stopping`.

    Raises:
        ValueError: No workload or contender, one twice, a contender that has no such task of a workload, a
            device that has no such precision, an unknown baseline, or a figure out of range.
    """

    workloads: tuple[Workload, ...]
    contenders: tuple[Contender, ...]
    preset: PresetName
    effort: Effort
    baseline: str
    seed: int
    threads: int
    margin: float = DEFAULT_MARGIN
    stops_early: bool = False
    memory_limit_bytes: int | None = None

    def __post_init__(self) -> None:
        ids = [contender.id for contender in self.contenders]
        names = [workload.id for workload in self.workloads]
        problems = [
            text
            for wrong, text in (
                (not names, "there is no workload"),
                (not ids, "there is no contender"),
                (len(set(ids)) < len(ids), "a contender is named twice"),
                (len(set(names)) < len(names), "a workload is named twice"),
                (
                    bool(ids) and self.baseline not in ids,
                    f"the baseline {self.baseline!r} is not among the contenders",
                ),
                (any(workload.batch < 1 for workload in self.workloads), "a batch is below 1"),
                (self.effort.rounds < 1, "there is less than one round"),
                (
                    not 0 < self.effort.min_measure_s < 86_400,
                    "a block must measure more than 0 s and less than a day",
                ),
                (self.effort.min_iterations < 1, "a block must measure at least one iteration"),
                (not 0 <= self.effort.cool_down_s <= 3600, "a cool-down is not in 0 … 3600 s"),
                (self.threads < 1, "there is less than one thread"),
                (not 0 <= self.seed < 2**32, "the seed is not in 0 … 2³²−1"),
                (
                    self.memory_limit_bytes is not None and self.memory_limit_bytes < 1,
                    "a worker may take no memory",
                ),
                (not 0 < self.margin < 1, "the margin is not between 0 and 100 %"),
            )
            if wrong
        ]
        obstacles = [
            one.obstacle_to(workload.task, workload.architecture)
            for workload in self.workloads
            for one in self.contenders
        ]
        obstacles += [workload.obstacle for workload in self.workloads]
        obstacles += [
            one.obstacle_in(precision)
            for precision in dict.fromkeys(workload.precision for workload in self.workloads)
            for one in self.contenders
        ]
        problems += dict.fromkeys(obstacle.rstrip(".") for obstacle in obstacles if obstacle)
        if problems:
            raise ValueError("; ".join(problems))

    def contender(self, contender_id: str) -> Contender:
        """The contender with this id."""
        return next(contender for contender in self.contenders if contender.id == contender_id)

    @property
    def is_self_test(self) -> bool:
        """True if one contender is compared with itself: see `self_test`."""
        return len(self.contenders) == 2 and len({replace(one, slot=1) for one in self.contenders}) == 1

    @property
    def block_count(self) -> int:
        """How many blocks the plan holds if none is skipped."""
        return len(self.workloads) * len(self.contenders) * self.effort.rounds


def self_test(contender: Contender, workload: Workload, preset: PresetName, threads: int) -> Plan:
    """The plan that compares a contender with itself, which must show no difference (A/A)."""
    return Plan(
        workloads=(workload,),
        contenders=(contender, replace(contender, slot=2)),
        preset=preset,
        effort=PRESETS[preset],
        baseline=contender.id,
        seed=0,
        threads=threads,
    )

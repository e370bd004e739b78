"""What a comparison says: a verdict that is never empty, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the interval of a ratio allows to say."""

    FASTER = "faster"
    SLOWER = "slower"
    SLIGHTLY_FASTER = "slightly_faster"
    SLIGHTLY_SLOWER = "slightly_slower"
    NO_PRACTICAL_DIFFERENCE = "no_practical_difference"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not_comparable"


class Reason(StrEnum):
    """Why a verdict is what it is."""

    FEW_ROUNDS = "FEW_ROUNDS"
    NOISY_BLOCK = "NOISY_BLOCK"
    NO_STEADY_STATE = "NO_STEADY_STATE"
    OUTPUT_MISMATCH = "OUTPUT_MISMATCH"
    NO_RESULT = "NO_RESULT"
    BASELINE_FAILED = "BASELINE_FAILED"
    MODE_NOT_PROVED = "MODE_NOT_PROVED"
    WIDE_INTERVAL = "WIDE_INTERVAL"
    TOUCHES_MARGIN = "TOUCHES_MARGIN"
    MANY_COMPARISONS = "MANY_COMPARISONS"
    CLOCK_SHIFT = "CLOCK_SHIFT"
    DIFFERENT_GPU = "DIFFERENT_GPU"
    DIFFERENT_PRECISION = "DIFFERENT_PRECISION"
    OOM = "OOM"
    TIMER_OVERHEAD = "TIMER_OVERHEAD"

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.FEW_ROUNDS: "There are too few rounds for an interval.",
    Reason.NOISY_BLOCK: "At least one block was disturbed; its details say by what.",
    Reason.NO_STEADY_STATE: "At least one block was not steady before it was measured, or changed its level in it.",
    Reason.OUTPUT_MISMATCH: "The outputs differ from the reference.",
    Reason.NO_RESULT: "No block of this contender was measured to its end.",
    Reason.BASELINE_FAILED: "The baseline has no valid result.",
    Reason.MODE_NOT_PROVED: "The framework did not really run in this mode.",
    Reason.WIDE_INTERVAL: "The interval is too wide to tell.",
    Reason.TOUCHES_MARGIN: "The interval excludes 1 but reaches into the margin.",
    Reason.MANY_COMPARISONS: "Alone the rounds would say more; among so many comparisons it may be chance (Holm).",
    Reason.CLOCK_SHIFT: "At least one block ran at a lower GPU clock than the others.",
    Reason.DIFFERENT_GPU: "The two sides ran on different GPUs.",
    Reason.DIFFERENT_PRECISION: "Only one of the two sides used TF32.",
    Reason.TIMER_OVERHEAD: "Reading the clock and waiting for the device took more than 1 % of an iteration.",
    Reason.OOM: "This contender ran out of memory in every block.",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contender against the baseline, in one workload and metric.

    Attributes:
        ratio: Contender's latency over the baseline's, below 1 is faster; None if not comparable.
        low: Lower end of the 95 % interval of the ratio, None without an interval.
        high: Upper end of the 95 % interval of the ratio, None without an interval.
        rounds: Rounds in which both were measured.
        verdict: Adjusted for the other comparisons of the run (Holm); the interval is not.
        more_rounds: About how many more rounds would settle an inconclusive verdict, if known.
        log_deviation: Standard deviation of the log ratios of the rounds, None of fewer than two.
        max_degrees: Degrees of freedom that count at most, see `fwcompare.stats.stopping`.
        alone: The verdict if this were the only comparison.
    """

    workload: str
    metric: str
    baseline: str
    contender: str
    ratio: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    rounds: int = 0
    more_rounds: int | None = None
    log_deviation: float | None = None
    max_degrees: int | None = None
    alone: Verdict | None = None

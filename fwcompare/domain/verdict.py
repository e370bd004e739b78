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


class Metric(StrEnum):
    """What two contenders are compared in; both have a verdict."""

    LATENCY = "latency"
    ENERGY = "energy"


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
    NO_ENERGY = "NO_ENERGY"

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES[self]


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
    Reason.NO_ENERGY: "The energy of an item is not known of both sides.",
}

_REMEDIES = {
    Reason.FEW_ROUNDS: "Add rounds: an interval needs two of both.",
    Reason.NOISY_BLOCK: "Close other programs and measure again, or add rounds.",
    Reason.NO_STEADY_STATE: "Let each block measure for longer, on a machine that is idle and cool.",
    Reason.OUTPUT_MISMATCH: "See which quantity is beyond its limit; a figure for other maths is no speed.",
    Reason.NO_RESULT: "The outcome of its blocks says what to do.",
    Reason.BASELINE_FAILED: "Choose another baseline, or do what the outcome of its blocks says.",
    Reason.MODE_NOT_PROVED: "Compare it in the mode that ran instead.",
    Reason.WIDE_INTERVAL: "Add as many rounds as it says, or choose a wider margin before the next run.",
    Reason.TOUCHES_MARGIN: "Add rounds to learn on which side of the margin it lies.",
    Reason.MANY_COMPARISONS: "Add rounds, or compare fewer contenders.",
    Reason.CLOCK_SHIFT: "Let the GPU cool down between blocks, or fix its clock.",
    Reason.DIFFERENT_GPU: "Name one GPU for all contenders.",
    Reason.DIFFERENT_PRECISION: "Choose one precision for both.",
    Reason.OOM: "Choose a smaller batch or size.",
    Reason.TIMER_OVERHEAD: "Choose a larger batch or size, or the throughput scenario.",
    Reason.NO_ENERGY: "Measure for longer, alone on a device whose counter this user may read.",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contender against the baseline, in one workload and metric.

    Attributes:
        ratio: Contender's figure over the baseline's, below 1 is faster (or needs less); None if not comparable.
        low: Lower end of the 95 % interval of the ratio, None without an interval.
        high: Upper end of the 95 % interval of the ratio, None without an interval.
        rounds: Rounds in which both were measured.
        verdict: Adjusted for the other comparisons of the run (Holm); the interval is not.
        more_rounds: About how many more rounds would settle what is inconclusive, or would show on which side of
            the margin a slight difference lies; None if nothing is open, or it is not known.
        log_deviation: Standard deviation of the log ratios of the rounds, None of fewer than two.
        max_degrees: Degrees of freedom that count at most, see `fwcompare.stats.stopping`.
        alone: The verdict if this were the only comparison.
        detail: What the reasons alone don't say, in lines; "" if there is nothing to add.
    """

    workload: str
    metric: Metric
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
    detail: str = ""

    @property
    def words(self) -> str:
        """The verdict for people: "slightly faster", of energy "slightly less"; "can't tell"."""
        if self.verdict is Verdict.INCONCLUSIVE:
            return "can't tell"
        words = self.verdict.replace("_", " ")
        is_energy = self.metric is Metric.ENERGY
        return words.replace("faster", "less").replace("slower", "more") if is_energy else words

    @property
    def remarks(self) -> tuple[str, ...]:
        """The lines of the detail, as sentences."""
        return tuple(f"{line[0].upper()}{line[1:]}." for line in self.detail.splitlines() if line)

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

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.FEW_ROUNDS: "There are too few rounds for an interval.",
    Reason.NOISY_BLOCK: "At least one block was disturbed: its slow iterations are far above its median.",
    Reason.NO_STEADY_STATE: "At least one block never became steady before it was measured.",
    Reason.OUTPUT_MISMATCH: "The outputs differ from the reference.",
    Reason.NO_RESULT: "No block of this contender was measured to its end.",
    Reason.BASELINE_FAILED: "The baseline has no valid result.",
    Reason.MODE_NOT_PROVED: "The framework did not really run in this mode.",
    Reason.WIDE_INTERVAL: "The interval is too wide to tell.",
    Reason.TOUCHES_MARGIN: "The interval excludes 1 but reaches into the margin.",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contender against the baseline, in one workload and metric.

    Attributes:
        ratio: Contender's latency over the baseline's, below 1 is faster; None if not comparable.
        low: Lower end of the 95 % interval of the ratio, None without an interval.
        high: Upper end of the 95 % interval of the ratio, None without an interval.
        rounds: Rounds in which both were measured.
        more_rounds: About how many more rounds would settle an inconclusive verdict, if known.
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

"""What it says of a machine that a contender was compared with itself (A/A)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from fwcompare.domain.calibration import Calibration, Margin, identity
from fwcompare.domain.plan import DEFAULT_MARGIN, PresetName
from fwcompare.domain.record import RunRecord
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.domain.words import percent
from fwcompare.stats.blocks import Look
from fwcompare.stats.comparison import compare
from fwcompare.stats.detectable import smallest_detectable, suggested_margin
from fwcompare.stats.gates import Gate, gates_of, worst_first
from fwcompare.stats.ratio import RatioEstimate

_UNCHECKED: Final = Margin(DEFAULT_MARGIN, "the default, as this machine has not been checked")


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A gate that disturbed blocks of a self-test.

    Attributes:
        gate: Its worst case.
        blocks: How many blocks it disturbed.
    """

    gate: Gate
    blocks: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The result of a self-test.

    Attributes:
        sentence: What was found, and what it means.
        calibration: What later plans may build on, None if nothing may.
    """

    comparison: Comparison
    sentence: str
    disturbances: tuple[Disturbance, ...]
    calibration: Calibration | None

    @property
    def passed(self) -> bool:
        """True if the machine says that the contender is as fast as itself."""
        return self.comparison.verdict is Verdict.NO_PRACTICAL_DIFFERENCE


def self_test_of(record: RunRecord, look: Look) -> SelfTest:
    """Judge the run of a plan made by `fwcompare.domain.plan.self_test`."""
    (comparison,) = compare(record, look)
    return SelfTest(
        comparison,
        _sentence(comparison, record.plan.margin),
        _disturbances(record, look),
        _calibration(record, comparison),
    )


def margin_for(calibration: Calibration | None, preset: PresetName) -> Margin:
    """The margin of a plan on a machine of which this is known."""
    if calibration is None:
        return _UNCHECKED
    day = calibration.checked_utc.partition("T")[0]
    value = suggested_margin(calibration.detectable[preset])
    return Margin(value, f"what this machine can tell apart since {day}")


def _sentence(comparison: Comparison, margin: float) -> str:
    if comparison.log_deviation is None:
        return "Too few rounds were measured to their end: nothing can be said of this machine."
    match comparison.verdict:
        case Verdict.NO_PRACTICAL_DIFFERENCE:
            return f"No practical difference (within {percent(margin)}), as it must be."
        case Verdict.INCONCLUSIVE:
            return (
                f"This machine can't tell: its rounds scatter by {comparison.log_deviation:.1%}, too much to find "
                f"out whether a contender is as fast as itself within {percent(margin)}."
            )
        case _:
            return (
                "A contender seems to be faster or slower than itself. By chance that happens in one check of twenty; "
                "if it happens again, something disturbs this machine and its verdicts can't be trusted."
            )


def _disturbances(record: RunRecord, look: Look) -> tuple[Disturbance, ...]:
    found = defaultdict(list)
    for block in record.blocks:
        for gate in gates_of(block, record, look).gates:
            found[gate.code].append(gate)
    return tuple(Disturbance(worst_first(gates)[0], len(gates)) for gates in found.values())


def _calibration(record: RunRecord, comparison: Comparison) -> Calibration | None:
    """None if the contender was told apart from itself: then the scatter is not all that disturbs."""
    if comparison.ratio is None or comparison.log_deviation is None:
        return None
    if comparison.verdict not in {Verdict.NO_PRACTICAL_DIFFERENCE, Verdict.INCONCLUSIVE}:
        return None
    estimate = RatioEstimate(comparison.ratio, comparison.rounds, comparison.log_deviation)
    detectable = smallest_detectable(estimate)
    assert detectable is not None
    return Calibration(
        checked_utc=record.started_utc,
        machine=identity(record.machine),
        contender=record.plan.baseline,
        workload=comparison.workload,
        verdict=comparison.verdict,
        log_deviation=comparison.log_deviation,
        detectable=detectable,
    )

"""What a self-test says of a machine, and the margin that follows from it."""

from __future__ import annotations

import pytest

from fwcompare.domain.calibration import Calibration
from fwcompare.domain.plan import DEFAULT_MARGIN, PresetName, self_test
from fwcompare.domain.verdict import Verdict
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.gates import GateCode, Level
from fwcompare.stats.selftest import SelfTest, margin_for, self_test_of
from tests import runs

SMOOTH = (1.0, 1.0, 1.0)
WILD = (0.5, 1.0, 2.0)

DETECTABLE = {PresetName.QUICK: 0.04, PresetName.STANDARD: 0.014, PresetName.RIGOROUS: 0.003}
FOUND = Calibration(
    "2026-11-23T01:02:03Z", {}, "pytorch:eager", "w", Verdict.NO_PRACTICAL_DIFFERENCE, 0.01, DETECTABLE
)


def test_the_margin_is_that_of_the_preset_and_says_since_when() -> None:
    margins = [margin_for(FOUND, preset) for preset in PresetName]

    assert [one.value for one in margins] == [0.08, 0.03, 0.02]
    assert {one.why for one in margins} == {"what this machine can tell apart since 2026-11-23"}


def test_without_a_self_test_it_is_the_default() -> None:
    assert margin_for(None, PresetName.QUICK).value == DEFAULT_MARGIN


def checked(second: tuple[float, ...], scatter: float = 0.0) -> SelfTest:
    """A run in which the second slot took so many times as long as the first, round by round.

    Args:
        second: Ratio of each round.
        scatter: By how much every other iteration of the first slot is slower.
    """
    plan = self_test(runs.BASELINE, runs.WORKLOAD, PresetName.QUICK, 1)
    first = [1_000_000, int(1_000_000 * (1 + scatter))] * 25
    blocks = []
    for number, ratio in enumerate(second):
        blocks.append(runs.block(plan.contenders[0], number, *first))
        blocks.append(runs.block(plan.contenders[1], number, *[int(1_000_000 * ratio)] * 50))
    return self_test_of(runs.record(*blocks, plan=plan), block_figures)


def test_a_contender_as_fast_as_itself_passes_and_calibrates() -> None:
    found = checked((1.001, 0.999, 1.0))

    assert found.passed
    assert "No practical difference" in found.sentence
    assert found.calibration is not None
    assert found.calibration.contender == runs.BASELINE.id
    assert (
        0 < found.calibration.detectable[PresetName.RIGOROUS] < found.calibration.detectable[PresetName.QUICK]
    )


def test_a_machine_that_scatters_says_so_and_still_calibrates() -> None:
    found = checked(WILD)

    assert not found.passed
    assert "can't tell" in found.sentence
    assert found.calibration is not None


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_a_contender_told_apart_from_itself_calibrates_nothing(ratio: float) -> None:
    found = checked((ratio, ratio * 1.001, ratio * 0.999))

    assert not found.passed
    assert "faster or slower than itself" in found.sentence
    assert found.calibration is None


@pytest.mark.parametrize("rounds", [(), (1.0,)])
def test_too_few_rounds_say_nothing(rounds: tuple[float, ...]) -> None:
    found = checked(rounds)

    assert "Too few rounds" in found.sentence
    assert found.calibration is None


def test_disturbances_are_counted_with_their_worst_case() -> None:
    found = checked(SMOOTH, scatter=0.6)

    (scattered,) = [one for one in found.disturbances if one.gate.code is GateCode.SCATTER]
    assert scattered.gate.level is Level.RED
    assert scattered.blocks == 3

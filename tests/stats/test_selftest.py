"""The margin that follows from a self-test; its judgement is in `tests/cli/test_selftest.py`."""

from __future__ import annotations

from fwcompare.domain.calibration import Calibration
from fwcompare.domain.plan import DEFAULT_MARGIN, PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.stats.selftest import margin_for

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

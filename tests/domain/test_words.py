"""Figures and verdicts in words."""

from __future__ import annotations

import pytest

from fwcompare.domain import words
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Comparison, Metric, Verdict


def test_figures():
    assert [words.percent(value) for value in (0.02, 0.075, 0.14)] == ["2 %", "7.5 %", "14 %"]
    assert [words.count(number, "round") for number in (0, 1, 2)] == ["0 rounds", "1 round", "2 rounds"]
    assert words.reason("not available: no NVML") == words.reason("no NVML") == "no NVML"


@pytest.mark.parametrize(
    ("verdict", "metric", "told"),
    [
        (Verdict.FASTER, Metric.LATENCY, "faster"),
        (Verdict.SLIGHTLY_SLOWER, Metric.LATENCY, "slightly slower"),
        (Verdict.FASTER, Metric.ENERGY, "less"),
        (Verdict.SLIGHTLY_SLOWER, Metric.ENERGY, "slightly more"),
        (Verdict.NOT_COMPARABLE, Metric.ENERGY, "not comparable"),
        (Verdict.INCONCLUSIVE, Metric.LATENCY, "can't tell"),
    ],
)
def test_a_verdict_is_told_to_people(verdict, metric, told):
    assert Comparison("w", metric, "a", "b", None, None, None, verdict, ()).words == told


def test_how_a_block_ended_is_told_to_people():
    told = [one.words for one in Outcome]

    assert len(set(told)) == len(told)
    assert not any("_" in words for words in told)

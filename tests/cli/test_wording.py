"""Figures and verdicts in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.cli import wording
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Comparison, Reason, Verdict
from fwcompare.domain.workload import Scenario
from fwcompare.stats.scaling import Estimate
from tests import runs

MARGIN = 0.02


def comparison(verdict, *reasons, ratio=None, low=None, high=None, **changes):
    return Comparison("w", "latency", "a", "b", ratio, low, high, verdict, reasons, **changes)


@pytest.mark.parametrize(
    ("value_ns", "text"),
    [
        (None, "-"),
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1 us"),
        (1234.5, "1.234 us"),
        (999_960, "1000 us"),
        (1.5e6, "1.5 ms"),
        (61e9, "61 s"),
    ],
)
def test_latency(value_ns, text):
    assert wording.latency(value_ns) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.1, "1 s"), (45.4, "45 s"), (99, "99 s"), (100, "2 min"), (3599, "1 h 0 min"), (4800, "1 h 20 min")],
)
def test_span(seconds, text):
    assert wording.span(seconds) == text


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (comparison(Verdict.NOT_COMPARABLE, Reason.NO_RESULT), "-"),
        (comparison(Verdict.INCONCLUSIVE, Reason.FEW_ROUNDS, ratio=0.5), "0.500"),
        (comparison(Verdict.FASTER, ratio=0.8468, low=0.8259, high=0.8694), "0.847 (0.826-0.869)"),
    ],
)
def test_ratio(one, text):
    assert wording.ratio(one) == text


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (comparison(Verdict.FASTER, ratio=1 / 1.18, low=1 / 1.21, high=1 / 1.15), "1.18x faster (1.15-1.21)"),
        (comparison(Verdict.SLOWER, ratio=1.3, low=1.25, high=1.36), "1.30x slower (1.25-1.36)"),
        (
            comparison(Verdict.SLIGHTLY_FASTER, Reason.TOUCHES_MARGIN, ratio=0.98, low=0.97, high=0.99),
            "slightly: 1.02x faster (1.01-1.03), may be below the 2 % that matter",
        ),
        (
            comparison(Verdict.SLIGHTLY_SLOWER, Reason.TOUCHES_MARGIN, ratio=1.02, low=1.01, high=1.03),
            "slightly: 1.02x slower (1.01-1.03), may be below the 2 % that matter",
        ),
        (
            comparison(Verdict.NO_PRACTICAL_DIFFERENCE, ratio=1, low=0.99, high=1.01),
            "no practical difference (within 2 %)",
        ),
        (
            comparison(Verdict.INCONCLUSIVE, Reason.WIDE_INTERVAL, ratio=1, low=0.9, high=1.1, more_rounds=6),
            "can't tell: needs about 6 more rounds",
        ),
        (
            comparison(Verdict.INCONCLUSIVE, Reason.WIDE_INTERVAL, ratio=1, low=0.9, high=1.1, more_rounds=1),
            "can't tell: needs about 1 more round",
        ),
        (
            comparison(
                Verdict.INCONCLUSIVE, Reason.WIDE_INTERVAL, ratio=1, low=0.5, high=2, more_rounds=5983
            ),
            "can't tell: the rounds differ too much",
        ),
        (
            comparison(
                Verdict.INCONCLUSIVE, Reason.MANY_COMPARISONS, ratio=1, low=0.5, high=0.9, more_rounds=5983
            ),
            "can't tell among so many comparisons",
        ),
        (
            comparison(
                Verdict.INCONCLUSIVE, Reason.MANY_COMPARISONS, ratio=1, low=0.9, high=0.99, more_rounds=2
            ),
            "can't tell among so many comparisons: needs about 2 more rounds",
        ),
        (
            comparison(Verdict.SLIGHTLY_FASTER, Reason.MANY_COMPARISONS, ratio=0.98, low=0.97, high=0.99),
            "slightly: 1.02x faster (1.01-1.03), may be below the 2 % that matter; stricter among so many",
        ),
        (
            comparison(Verdict.INCONCLUSIVE, Reason.FEW_ROUNDS, ratio=1),
            "can't tell: needs at least two rounds",
        ),
        (
            comparison(
                Verdict.NO_PRACTICAL_DIFFERENCE,
                Reason.NOISY_BLOCK,
                Reason.NO_STEADY_STATE,
                ratio=1,
                low=1,
                high=1,
            ),
            "no practical difference (within 2 %); disturbed; not steady",
        ),
        (comparison(Verdict.NOT_COMPARABLE, Reason.OUTPUT_MISMATCH), "outputs differ"),
        (
            comparison(Verdict.NOT_COMPARABLE, Reason.BASELINE_FAILED),
            "no ratio: the baseline has no valid result",
        ),
        (
            comparison(Verdict.NOT_COMPARABLE, Reason.NO_RESULT, Reason.BASELINE_FAILED),
            "not available: not measured",
        ),
    ],
)
def test_verdict(one, text):
    assert wording.verdict(one, MARGIN, [], one.reasons) == text


def test_what_is_said_of_blocks_is_said_of_the_row_s_own():
    """GIVEN a comparison whose baseline was disturbed THEN the row says what is said of its own blocks alone."""
    one = comparison(Verdict.FASTER, Reason.NOISY_BLOCK, Reason.CLOCK_SHIFT, ratio=0.5, low=0.5, high=0.5)
    timer = [Reason.TIMER_OVERHEAD]

    assert wording.verdict(one, MARGIN, [], timer).endswith("; the timer counts for more than 1 %")
    assert "clock" not in wording.verdict(one, MARGIN, [], timer)
    assert (
        wording.baseline([runs.block(runs.BASELINE, 0, 10)], one.reasons)
        == "baseline; disturbed; clock changed"
    )


def test_a_mode_that_did_not_run_says_what_ran_instead():
    good = runs.block(runs.CONTENDER, 0, 10, 11)
    left = runs.block(runs.CONTENDER, 1, 10, 11, mode_proved=False, mode_proof="left eager: no LSTM")
    one = comparison(Verdict.NOT_COMPARABLE, Reason.MODE_NOT_PROVED)

    assert wording.verdict(one, MARGIN, [good, left]) == "not comparable: left eager: no LSTM"
    assert wording.baseline([good, left]) == "baseline: left eager: no LSTM"
    assert wording.baseline([good]) == "baseline"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [(Outcome.CRASHED, "not available: crashed"), (None, "not available: not measured")],
)
def test_no_result_says_how_the_last_block_ended(outcome, text):
    blocks = [
        runs.block(runs.CONTENDER, 0, outcome=Outcome.HUNG),
        runs.block(runs.CONTENDER, 1, outcome=outcome),
    ]

    assert wording.verdict(comparison(Verdict.NOT_COMPARABLE, Reason.NO_RESULT), MARGIN, blocks) == text


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        ([], "baseline: not measured"),
        ([Outcome.CRASHED], "baseline: crashed"),
        ([Outcome.OK, Outcome.CRASHED], "baseline"),
    ],
)
def test_a_baseline_that_was_not_measured_says_so(outcomes, text):
    blocks = [runs.block(runs.BASELINE, number, outcome=one) for number, one in enumerate(outcomes)]

    assert wording.baseline(blocks) == text


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_words(verdict):
    reasons = (Reason.NO_RESULT,) if verdict is Verdict.NOT_COMPARABLE else ()

    assert wording.verdict(comparison(verdict, *reasons, ratio=1.1, low=1.0, high=1.2), MARGIN, [])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "median 2 us of 3"),
        ({"outcome": Outcome.CRASHED, "reason": "SIGSEGV"}, "crashed: SIGSEGV"),
        ({"outcome": Outcome.CANCELLED}, "cancelled"),
    ],
)
def test_block_result(changes, text):
    block = runs.block(runs.CONTENDER, 0, 1000, 2000, 3000, **changes)

    assert wording.block_result(block, 2000.0) == text


def test_groups_tell_how_often_an_iteration_ends():
    groups = replace(runs.WORKLOAD, scenario=Scenario.THROUGHPUT)
    block = runs.block(runs.CONTENDER, 0, 1000, 2000, workload=groups.id, iterations_per_sample=10)

    assert wording.block_result(block, 150.0) == "an iteration every 150 ns, in 2 groups of 10"


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        ({}, ""),
        ({"cpu_model": "EPYC", "available_physical_cores": 2}, "EPYC, 2 cores · no GPU"),
        ({"cpu_model": None, "cpu_architecture": "arm64", "physical_cores": 1}, "arm64, 1 core · no GPU"),
        ({"cpu_model": "EPYC", "gpu_0_name": "H200"}, "EPYC · H200"),
    ],
)
def test_the_machine_in_one_line(machine, text):
    assert wording.machine(machine) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(None, "-"), (0.123456, "0.1235"), (999.4, "999.4"), (999.96, "1,000"), (1234.5, "1,234")],
)
def test_rates(rate, text):
    assert wording.rate(rate) == text


def test_a_rate_of_one_block_has_no_ends():
    assert wording.rate_with_ends(Estimate(2000.0, None, None)) == "2,000"
    assert wording.rate_with_ends(Estimate(2000.0, 1900.0, 2100.0)) == "2,000 (1,900-2,100)"


def test_energy_has_the_span_that_its_counter_leaves_open():
    assert wording.joules(0.0031, 0.00006) == "3.1 mJ (3.04-3.16)"
    assert wording.joules(2, 0.5) == "2 J (1.5-2.5)"
    assert wording.joules(-0.002, 0.001) == "-2 mJ (-3--1)"


def test_more_than_five_per_cent_severe_outliers_are_a_warning():
    assert wording.outliers({"a": 0.05}) == []
    (warning,) = wording.outliers({"a": 0.06, "b": 0.01, "c": 0.5})
    assert ": a (6 %); c (50 %). Look at the percentiles" in warning

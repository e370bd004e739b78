"""Stopping on precision, and on nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy import stats

from fwcompare.domain.verdict import Comparison, Reason, Verdict
from fwcompare.stats.energy import CPU_ENERGY
from fwcompare.stats.ratio import RatioEstimate
from fwcompare.stats.stopping import MAX_DEGREES, family_of, is_precise, may_stop
from tests import runs
from tests.stats.energies import counted


def comparison(ratio: float | None, deviation: float | None, rounds: int = 6, **changes) -> Comparison:
    verdict = Verdict.INCONCLUSIVE if ratio else Verdict.NOT_COMPARABLE
    fields = dict(zip(("workload", "metric", "baseline", "contender"), "wmbc", strict=True))
    fields |= {"ratio": ratio, "low": None, "high": None, "verdict": verdict, "reasons": (Reason.FEW_ROUNDS,)}
    return Comparison(**(fields | {"rounds": rounds, "log_deviation": deviation} | changes))


@pytest.mark.parametrize("ratio", [0.3, 1.0, 3.0])
def test_only_the_width_counts_whatever_the_ratio_is(ratio):
    assert is_precise(RatioEstimate(ratio, 8, 0.008, MAX_DEGREES), 0.02)
    assert not is_precise(RatioEstimate(ratio, 8, 0.02, MAX_DEGREES), 0.02)


def test_it_takes_five_rounds():
    assert not is_precise(RatioEstimate(1.0, 4, 0.0001, MAX_DEGREES), 0.02)
    assert is_precise(RatioEstimate(1.0, 5, 0.0001, MAX_DEGREES), 0.02)
    assert not is_precise(RatioEstimate(1.0, 1, None, MAX_DEGREES), 0.02)


def test_the_width_is_that_of_student_s_t_with_the_degrees_of_the_earliest_stop():
    limit = 0.00995033 * 8**0.5 / stats.t.ppf(0.975, 4)  # ln 1.01

    assert is_precise(RatioEstimate(1.0, 8, limit * 0.999, MAX_DEGREES), 0.02)
    assert not is_precise(RatioEstimate(1.0, 8, limit * 1.001, MAX_DEGREES), 0.02)


def test_all_comparisons_must_be_precise_and_more_so_in_a_larger_family():
    fine, rough = comparison(1.0, 0.006), comparison(0.5, 0.05)

    assert may_stop([fine], 0.02, 1)
    assert not may_stop([fine, rough], 0.02, 1)
    assert not may_stop([fine], 0.02, 5)
    assert may_stop([comparison(1.0, 0.003)] * 2, 0.02, 5)


def test_what_can_not_be_compared_does_not_keep_the_others_waiting():
    failed = comparison(None, None, 0)

    assert may_stop([comparison(1.0, 0.003), failed], 0.02, 2)
    assert not may_stop([failed], 0.02, 1)
    assert not may_stop([], 0.02, 1)
    assert not may_stop(
        [comparison(1.0, 0.001), comparison(None, None, 0, verdict=Verdict.INCONCLUSIVE)], 0.02, 2
    )


def test_the_family_is_that_of_the_verdicts_over_all_workloads_and_what_is_readable_of_energy():
    """GIVEN rounds of one workload THEN those of the other count already, and energy once its counter was read."""
    other = replace(runs.WORKLOAD, batch=16)
    on_gpu = replace(runs.WORKLOAD, device="cuda:GPU-1")
    read = runs.block(runs.BASELINE, 0, 10, resources=counted(CPU_ENERGY, 1, 2))

    assert family_of(runs.record()) == 1
    assert family_of(runs.record(plan=runs.plan(workloads=(runs.WORKLOAD, other)))) == 2
    assert family_of(runs.record(read, plan=runs.plan(workloads=(runs.WORKLOAD, other)))) == 4
    assert family_of(runs.record(read, plan=runs.plan(workloads=(runs.WORKLOAD, on_gpu)))) == 3

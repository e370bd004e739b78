"""The search for the largest batch, over made-up limits; through real workers in tests/integration."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.execution.largest_batch import (
    PRECISION,
    Search,
    Trial,
    memory_bytes,
    obstacle,
    search,
    trial_of,
    trial_plan,
)
from tests.runs import BASELINE, WORKLOAD, block, plan, record

LIMIT = 1 << 20
GPU = replace(WORKLOAD, device="cuda:GPU-1")


def fitting(most: int, outcome: Outcome | None = Outcome.OOM_HOST):
    """Tries on a device that holds so many examples."""
    return lambda batch: Trial(batch, Outcome.OK if batch <= most else outcome)


@given(most=st.integers(1, LIMIT - 1), start=st.integers(1, 4096))
def test_what_it_finds_fits_and_is_within_the_precision(most: int, start: int) -> None:
    found = search(fitting(most), start, LIMIT)

    assert found.largest.batch <= most < found.stopper.batch
    assert found.stopper.batch - found.largest.batch <= max(1, PRECISION * found.largest.batch)
    assert len({trial.batch for trial in found.trials}) == len(found.trials) <= 30
    assert not found.cancelled


@given(limit=st.integers(1, LIMIT), start=st.integers(1, LIMIT))
def test_where_all_fits_it_ends_at_its_limit(limit: int, start: int) -> None:
    found = search(fitting(LIMIT), start, limit)

    assert found.largest.batch >= limit * (1 - PRECISION)
    assert max(trial.batch for trial in found.trials) <= limit
    assert found.stopper is None


def test_it_doubles_and_then_halves() -> None:
    found = search(fitting(100), 8, LIMIT)

    assert [trial.batch for trial in found.trials] == [8, 16, 32, 64, 128, 96, 112, 104, 100, 102]


def test_not_even_one() -> None:
    found = search(fitting(0), 8, LIMIT)

    assert [trial.batch for trial in found.trials] == [8, 4, 2, 1]
    assert found.largest is None
    assert found.stopper.batch == 1


@pytest.mark.parametrize("outcome", [Outcome.ENV_INCOMPATIBLE, Outcome.USER_ERROR, Outcome.CRASHED])
def test_a_first_batch_that_fails_for_another_reason_ends_the_search(outcome: Outcome) -> None:
    found = search(fitting(0, outcome), 8, LIMIT)

    assert [trial.outcome for trial in found.trials] == [outcome]
    assert found.largest is None


def test_whatever_stops_a_larger_batch_is_told() -> None:
    """Libraries that do not survive a refused request abort or crash."""
    found = search(fitting(100, Outcome.ABORTED), 64, LIMIT)

    assert (found.largest.batch, found.stopper.outcome) == (100, Outcome.ABORTED)


def test_inputs_that_would_not_fit_are_like_memory_that_ran_out() -> None:
    assert search(fitting(5, None), 8, LIMIT).largest.batch == 5


def test_a_cancelled_search_keeps_what_it_found() -> None:
    outcomes = iter((Outcome.OK, Outcome.OOM_HOST, Outcome.CANCELLED))
    found = search(lambda batch: Trial(batch, next(outcomes)), 8, LIMIT)

    assert found.cancelled
    assert (found.largest.batch, found.stopper.batch) == (8, 16)


def test_nothing_tried_is_nothing_found() -> None:
    assert Search((), LIMIT).largest is None


def test_a_trial_is_one_short_block_under_the_limit() -> None:
    one = trial_plan(BASELINE, WORKLOAD, 2, 1 << 30)

    assert (one.block_count, one.threads, one.memory_limit_bytes) == (1, 2, 1 << 30)
    assert not one.effort.repeats_disturbed


def test_what_a_run_says() -> None:
    phases = {
        Phase.BUILD: PhaseRecord(0, 1, 100, 900),
        Phase.MEASURE: PhaseRecord(1, 1, 100, 700),
        Phase.TEARDOWN: PhaseRecord(2),
    }

    assert trial_of(record(block(BASELINE, 0, 5, phases=phases))) == Trial(8, Outcome.OK, "", 900)
    oom = block(BASELINE, 0, outcome=Outcome.OOM_HOST, reason="It was too much.")
    assert trial_of(record(oom)) == Trial(8, Outcome.OOM_HOST, "It was too much.", None)
    assert trial_of(record(cancelled=True)).outcome is Outcome.CANCELLED


def test_memory_on_a_gpu_is_that_of_the_process_or_what_the_framework_counted() -> None:
    read = Series((array("q", [1, 2]),), (array("d", [10.0, 30.0]),))
    counted = {"framework_allocated_peak_bytes": 15, "framework_reserved_peak_bytes": 20}
    phases = {Phase.BUILD: PhaseRecord(0, 1, 100, 900)}

    both = block(BASELINE, 0, resources={"gpu_process_memory_bytes": read}, counters=counted, phases=phases)
    assert memory_bytes(both, GPU) == 30
    assert memory_bytes(replace(both, resources={}), GPU) == 20
    assert memory_bytes(replace(both, resources={}, counters={}), GPU) is None


def test_inputs_that_the_machine_can_not_hold_are_not_made() -> None:
    large = replace(WORKLOAD, batch=1 << 20)

    assert obstacle(large, 1 << 40) == ""
    assert "its inputs alone take" in obstacle(large, 1 << 20).lower()


def test_a_limit_of_nothing_is_no_plan() -> None:
    with pytest.raises(ValueError, match="no memory"):
        plan(memory_limit_bytes=0)

"""Liveness and the ladder, with a clock made of numbers."""

from __future__ import annotations

import pytest

from fwcompare.domain.events import ResourceSampled, Rung
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.execution.supervision import Deadlines, Liveness, StopLadder

S = 1_000_000_000
DEADLINES = Deadlines()


def liveness() -> Liveness:
    return Liveness(DEADLINES, now_ns=0, max_warm_up_s=30.0)


def sampled(at_s: float, **values: float) -> ResourceSampled:
    return ResourceSampled(block=0, at_ns=int(at_s * S), values=values)


def test_silence_without_processor_time_is_a_hang() -> None:
    alive = liveness()
    alive.phase(Phase.IMPORT, 0)
    for second in range(1, 31):
        alive.resources(sampled(second, cpu_percent=0.1))
    assert alive.complaint(30 * S) is None
    complaint = alive.complaint(31 * S)
    assert complaint is not None
    assert "31 s in the phase import" in complaint


def test_a_busy_tree_that_says_nothing_is_alive_until_the_deadline_of_its_phase() -> None:
    alive = liveness()
    alive.phase(Phase.COMPILE, 0)
    for second in range(1, 900):
        alive.resources(sampled(second, cpu_percent=95.0))
        assert alive.complaint(second * S) is None
    alive.resources(sampled(901, cpu_percent=95.0))
    complaint = alive.complaint(901 * S)
    assert complaint is not None
    assert "limit 900 s" in complaint


def test_a_busy_gpu_is_a_sign_of_life() -> None:
    alive = liveness()
    alive.phase(Phase.IMPORT, 0)
    alive.resources(sampled(29, gpu_utilization_percent=3.0))
    assert alive.complaint(58 * S) is None
    alive.resources(sampled(59, gpu_utilization_percent=0.0))
    assert alive.complaint(60 * S) is not None


def test_processor_time_is_summed_between_signs_and_forgotten_at_each() -> None:
    """An idle process's stray clock ticks must not keep it alive for ever."""
    alive = liveness()
    alive.phase(Phase.IMPORT, 0)
    alive.message(0)
    alive.resources(sampled(10, cpu_percent=0.4))  # 0.04 s
    assert alive.complaint(31 * S) is not None
    alive.resources(sampled(20, cpu_percent=0.2))  # 0.06 s in all
    assert alive.complaint(49 * S) is None
    alive.resources(sampled(45, cpu_percent=0.1))
    assert alive.complaint(51 * S) is not None


def test_a_message_is_a_sign_of_life() -> None:
    alive = liveness()
    alive.phase(Phase.MEASURE, 0)
    for second in range(0, 600, 29):
        alive.message(second * S)
        assert alive.complaint((second + 29) * S) is None


@pytest.mark.parametrize(("median_s", "limit_s"), [(0.001, 60), (1.0, 60), (10.0, 500)])
def test_an_iteration_may_take_a_minute_or_fifty_medians(median_s: float, limit_s: int) -> None:
    alive = liveness()
    alive.phase(Phase.MEASURE, 0)
    alive.iterations(median_s)
    alive.message(0)
    for second in range(1, limit_s + 2):
        alive.resources(sampled(second, cpu_percent=100.0))
    assert alive.complaint(limit_s * S) is None
    assert alive.complaint((limit_s + 1) * S) is not None


def test_warm_up_has_its_own_limit() -> None:
    alive = liveness()
    alive.phase(Phase.WARM_UP, 0)
    for second in range(1, 122):
        alive.resources(sampled(second, cpu_percent=100.0))
    assert alive.complaint(120 * S) is None
    assert alive.complaint(121 * S) is not None


def test_every_phase_has_a_limit() -> None:
    for phase in Phase:
        alive = liveness()
        alive.phase(phase, 0)
        for second in range(1, 2000, 10):
            alive.resources(sampled(second, cpu_percent=100.0))
        assert alive.complaint(2000 * S) is not None, phase


def test_the_ladder_asks_then_terminates_then_kills() -> None:
    ladder = StopLadder(DEADLINES, Outcome.CANCELLED, "", Rung.ASKING, now_ns=10 * S)
    seen = [(tenth / 10, rung) for tenth in range(90, 200) if (rung := ladder.step(tenth * S // 10))]
    assert seen == [(10.0, Rung.ASKING), (12.0, Rung.TERMINATING), (15.0, Rung.KILLING)]


def test_a_ladder_may_begin_higher_and_later() -> None:
    ladder = StopLadder(DEADLINES, Outcome.HUNG, "", Rung.TERMINATING, now_ns=S)
    assert ladder.step(0) is None
    assert ladder.step(S) is Rung.TERMINATING
    assert ladder.step(3 * S) is None
    assert ladder.step(4 * S) is Rung.KILLING


def test_killing_at_once_does_not_begin_anew() -> None:
    """A sampler that finds memory short ten times a second must not keep the ladder from ending."""
    ladder = StopLadder(DEADLINES, Outcome.CANCELLED, "asked", Rung.ASKING, now_ns=0)
    assert ladder.step(0) is Rung.ASKING
    ladder.kill_now(S)
    assert ladder.step(S) is Rung.KILLING
    for tenth in range(10, 111):
        ladder.kill_now(tenth * S // 10)
        assert ladder.step(tenth * S // 10) is None
    assert ladder.is_exhausted(11 * S)
    assert (ladder.outcome, ladder.reason) == (Outcome.CANCELLED, "asked")


def test_a_ladder_gives_up_only_after_the_last_rung_had_its_time() -> None:
    ladder = StopLadder(DEADLINES, Outcome.PROTOCOL_ERROR, "", Rung.KILLING, now_ns=0)
    assert not ladder.is_exhausted(100 * S)
    ladder.step(100 * S)
    assert not ladder.is_exhausted(109 * S)
    assert ladder.is_exhausted(110 * S)

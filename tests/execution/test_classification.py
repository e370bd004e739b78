"""The table of exits."""

from __future__ import annotations

import signal

import pytest

from fwcompare.domain.events import WorkerFailed
from fwcompare.domain.outcome import REPORTABLE, Outcome
from fwcompare.domain.phase import Phase
from fwcompare.execution.classification import Ending


def failed(kind: Outcome) -> WorkerFailed:
    return WorkerFailed(0, 0, kind, "RuntimeError", "it did not work", "Traceback …")


def ending(
    exit_code: int = 0,
    *,
    finished: bool = False,
    failed: WorkerFailed | None = None,
    stopped: tuple[Outcome, str] | None = None,
    kills: int | None = 0,
) -> Ending:
    return Ending(exit_code, finished, failed, stopped, kills, Phase.COMPILE)


def test_a_result_makes_it_ok_and_a_strange_end_is_mentioned() -> None:
    assert ending(finished=True).classify() == (Outcome.OK, "")
    outcome, remark = ending(-signal.SIGSEGV, finished=True).classify()
    assert outcome is Outcome.OK
    assert "SIGSEGV" in remark


def test_a_result_does_not_excuse_a_broken_protocol() -> None:
    broken = (Outcome.PROTOCOL_ERROR, "samples after the result")
    assert ending(-9, finished=True, stopped=broken).classify() == broken


def test_a_result_that_came_while_cancelling_counts() -> None:
    assert ending(finished=True, stopped=(Outcome.CANCELLED, "")).classify()[0] is Outcome.OK


@pytest.mark.parametrize(
    "outcome", [Outcome.CANCELLED, Outcome.HUNG, Outcome.OOM_HOST, Outcome.PROTOCOL_ERROR]
)
def test_what_the_engine_stopped_is_what_it_says(outcome: Outcome) -> None:
    assert ending(-9, stopped=(outcome, "because")).classify() == (outcome, "because")
    assert ending(0, stopped=(outcome, "because"), failed=failed(Outcome.USER_ERROR)).classify()[0] is outcome


@pytest.mark.parametrize("kind", sorted(REPORTABLE))
def test_a_worker_may_name_the_kind_of_its_failure(kind: Outcome) -> None:
    outcome, reason = ending(failed=failed(kind)).classify()
    assert outcome is kind
    assert reason == "RuntimeError in the phase compile: it did not work"


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (signal.SIGSEGV, Outcome.CRASHED),
        (signal.SIGBUS, Outcome.CRASHED),
        (signal.SIGFPE, Outcome.CRASHED),
        (signal.SIGILL, Outcome.CRASHED),
        (signal.SIGABRT, Outcome.ABORTED),
        (signal.SIGKILL, Outcome.KILLED_EXTERNAL),
        (signal.SIGTERM, Outcome.KILLED_EXTERNAL),
        (signal.SIGXCPU, Outcome.KILLED_EXTERNAL),
    ],
)
def test_signals(number: signal.Signals, outcome: Outcome) -> None:
    found, reason = ending(-number).classify()
    assert found is outcome
    assert number.name in reason
    assert "compile" in reason


def test_a_signal_without_a_name_is_given_by_number() -> None:
    outcome, reason = ending(-63).classify()
    assert outcome is Outcome.CRASHED
    assert "63" in reason


@pytest.mark.parametrize(
    ("kills", "outcome"),
    [(1, Outcome.OOM_HOST), (0, Outcome.KILLED_EXTERNAL), (None, Outcome.KILLED_EXTERNAL)],
)
def test_a_kill_by_the_kernels_memory_killer(kills: int | None, outcome: Outcome) -> None:
    assert ending(-signal.SIGKILL, kills=kills).classify()[0] is outcome


def test_an_end_without_a_result() -> None:
    outcome, reason = ending(0).classify()
    assert outcome is Outcome.LOST_CHANNEL
    assert "status 0" in reason
    assert ending(1).classify()[0] is Outcome.LOST_CHANNEL
    assert ending(64).classify()[0] is Outcome.ENV_INCOMPATIBLE


def test_every_outcome_has_a_sentence_and_every_failure_a_remedy() -> None:
    for outcome in Outcome:
        assert outcome.sentence.endswith(".")
        assert outcome.remedy.endswith(".") or not outcome.is_failure

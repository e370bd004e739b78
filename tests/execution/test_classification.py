"""The table of exits."""

from __future__ import annotations

import signal
from dataclasses import replace

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
    tight: bool = False,
    log: str = "",
) -> Ending:
    return Ending(exit_code, finished, failed, stopped, kills, Phase.COMPILE, tight, log)


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


@pytest.mark.parametrize(
    "words",
    [
        "Allocator (mklcpu) ran out of memory trying to allocate 299.07MiB (rounded to 313600000)requested by op",
        "OP_REQUIRES failed at mkl_util.h:848 : RESOURCE_EXHAUSTED: OOM when allocating tensor with shape[60000,512]",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "what():  could not create a primitive",
        "[low_level_alloc.cc : 599] RAW: mmap error: 12",
        "LLVM ERROR: out of memory",
        "W0000 cpu_allocator_impl.cc:83] Allocation of 1073741824 exceeds 10% of free system memory.",
        "mmap failed: Cannot allocate memory",
    ],
)
@pytest.mark.parametrize(
    ("number", "otherwise"), [(signal.SIGABRT, Outcome.ABORTED), (signal.SIGSEGV, Outcome.CRASHED)]
)
def test_a_process_that_ends_after_an_allocator_got_no_memory(
    words: str, number: signal.Signals, otherwise: Outcome
) -> None:
    """THEN it is out of memory, but only where memory was tight: else the size itself may be the mistake."""
    log = f"a greeting\n{words}\nFatal Python error"

    outcome, reason = ending(-number, tight=True, log=log).classify()

    assert outcome is Outcome.OOM_HOST
    assert reason == f"It was ended by {number.name} in the phase compile, and its log says: {words}"
    assert ending(-number, log=log).classify()[0] is otherwise


def test_an_error_for_want_of_memory_that_the_worker_did_not_know() -> None:
    traceback = "tf.errors.AbortedError: Operation received an exception: could not execute a primitive"
    unknown = replace(failed(Outcome.USER_ERROR), traceback=traceback)

    assert ending(failed=unknown, tight=True).classify()[0] is Outcome.OOM_HOST
    assert ending(failed=unknown).classify()[0] is Outcome.USER_ERROR
    assert ending(failed=failed(Outcome.USER_ERROR), tight=True).classify()[0] is Outcome.USER_ERROR
    mismatch = replace(unknown, kind=Outcome.OUTPUT_MISMATCH)
    assert ending(failed=mismatch, tight=True).classify()[0] is Outcome.OUTPUT_MISMATCH


def test_a_plain_abort_where_memory_was_tight_stays_one() -> None:
    log = "F0000 check failed: impossible shape"
    assert ending(-signal.SIGABRT, tight=True, log=log).classify()[0] is Outcome.ABORTED


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

"""What the verdict column says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fwcompare.domain.events import EquivalenceChecked, Rung
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.domain.verdict import Comparison, Metric, Reason, Verdict
from tests import runs
from ui.comparison.badges import (
    PHASE_WORDS,
    Tone,
    badge_of,
    doing,
    energy_badge,
    factor,
    failure_badge,
)

GOOD = runs.block(runs.CONTENDER, 0, 10, 11, 12)


def comparison(verdict: Verdict, ratio: float | None = 0.8, **changes) -> Comparison:
    fields = {
        "workload": runs.WORKLOAD.id,
        "metric": "latency",
        "baseline": runs.BASELINE.id,
        "contender": runs.CONTENDER.id,
        "ratio": ratio,
        "low": None if ratio is None else ratio * 0.95,
        "high": None if ratio is None else ratio * 1.05,
        "verdict": verdict,
        "reasons": (),
        "rounds": 4,
    }
    return Comparison(**(fields | changes))


def said(*blocks, one: Comparison | None, is_over: bool = True) -> str:
    return badge_of(blocks, one, 0.02, is_over=is_over).text


def test_faster_and_slower_give_the_factor_of_that_side() -> None:
    assert said(GOOD, one=comparison(Verdict.FASTER, 0.8)) == "▲ 1.25× faster, 1.19–1.32"
    assert said(GOOD, one=comparison(Verdict.SLOWER, 1.25)) == "▼ 1.25× slower, 1.19–1.31"


def test_small_differences_are_called_what_they_are() -> None:
    assert said(GOOD, one=comparison(Verdict.SLIGHTLY_SLOWER, 1.03)).startswith("▼ slightly slower")
    assert said(GOOD, one=comparison(Verdict.SLIGHTLY_FASTER, 0.97)).startswith("▲ slightly faster")
    assert (
        said(GOOD, one=comparison(Verdict.NO_PRACTICAL_DIFFERENCE))
        == "≈ no practical difference, within ±2 %"
    )


@pytest.mark.parametrize(
    ("rounds", "words"),
    [
        (None, "needs at least two rounds"),
        (1, "needs about 1 more round"),
        (6, "needs about 6 more rounds"),
        (4000, "the rounds differ too much"),
    ],
)
def test_an_open_verdict_says_what_would_settle_it(rounds: int | None, words: str) -> None:
    one = comparison(Verdict.INCONCLUSIVE, more_rounds=rounds)

    assert said(GOOD, one=one) == f"? can't tell, {words}"


def test_an_open_verdict_among_many_says_so() -> None:
    one = comparison(Verdict.INCONCLUSIVE, more_rounds=2, reasons=(Reason.MANY_COMPARISONS,))

    assert said(GOOD, one=one) == "? can't tell, among so many comparisons: needs about 2 more rounds"


def test_the_baseline_is_named_or_tells_how_it_failed() -> None:
    crashed = runs.block(runs.BASELINE, 0, outcome=Outcome.CRASHED)

    assert said(GOOD, one=None) == "☆ baseline"
    assert said(crashed, one=None).startswith("! crashed, ")


def test_a_failure_gives_outcome_and_remedy() -> None:
    for outcome in Outcome:
        if not outcome.is_failure:
            continue
        block = runs.block(runs.CONTENDER, 0, outcome=outcome, reason="signal 11")
        badge = badge_of(
            [block], comparison(Verdict.NOT_COMPARABLE, None, reasons=(Reason.NO_RESULT,)), 0.02, is_over=True
        )
        assert badge.word == outcome.words
        assert badge.tone is Tone.BAD
        assert outcome.sentence in badge.sentence
        assert "signal 11." in badge.sentence
        assert outcome.remedy in badge.sentence
        assert badge.rank is None, "rows without a verdict come last"


def test_differing_outputs_give_the_figures_instead_of_a_ratio() -> None:
    check = EquivalenceChecked(0, 0, "output", 0.031, 1e-4, passed=False)
    block = runs.block(runs.CONTENDER, 0, outcome=Outcome.OUTPUT_MISMATCH, equivalence=(check,))
    one = comparison(Verdict.NOT_COMPARABLE, None, reasons=(Reason.OUTPUT_MISMATCH,))

    assert said(block, one=one) == "≠ outputs differ, rel. error 3.1e-02, limit 1e-04"
    assert failure_badge(block).remark == "rel. error 3.1e-02, limit 1e-04"
    infinite = replace(block, equivalence=(replace(check, relative_error=None),))
    assert failure_badge(infinite).remark == "output is not finite"


def test_an_unproved_mode_and_a_failed_baseline_are_not_compared() -> None:
    unproved = comparison(Verdict.NOT_COMPARABLE, None, reasons=(Reason.MODE_NOT_PROVED,))
    alone = comparison(Verdict.NOT_COMPARABLE, None, reasons=(Reason.BASELINE_FAILED,))

    left = replace(GOOD, mode_proved=False, mode_proof="left eager: no LSTM")
    assert said(GOOD, left, one=unproved) == "– not comparable, left eager: no LSTM"
    assert badge_of([left], unproved, 0.02, is_over=True).sentence == (
        "The framework did not really run in this mode. left eager: no LSTM."
    )
    assert said(left, one=None) == "☆ baseline, left eager: no LSTM"
    assert said(GOOD, one=alone) == "– no ratio, the baseline has no valid result"


def test_a_verdict_also_tells_of_blocks_that_failed() -> None:
    hung = runs.block(runs.CONTENDER, 1, outcome=Outcome.HUNG)

    assert said(GOOD, hung, one=comparison(Verdict.FASTER)).endswith("· 1 of 2 blocks hung")


def test_before_the_first_result_the_badge_says_what_goes_on() -> None:
    nothing = comparison(Verdict.NOT_COMPARABLE, None, reasons=(Reason.NO_RESULT,))
    running = runs.block(runs.CONTENDER, 0, outcome=None, phases={Phase.WARM_UP: PhaseRecord(0)})

    assert said(one=nothing, is_over=False) == "– not measured yet"
    assert said(one=nothing) == "– not measured, the run ended before"
    assert said(running, one=nothing, is_over=False) == "● warming up, round 1"
    assert said(running, one=nothing).startswith("– not measured"), "cut off in its first block"


def test_a_running_block_tells_its_phase_or_how_it_is_being_stopped() -> None:
    running = runs.block(runs.CONTENDER, 0, outcome=None)

    assert doing(running) == "starting"
    for phase in Phase:
        assert doing(replace(running, phases={phase: PhaseRecord(0)})) == PHASE_WORDS[phase]
    assert doing(replace(running, stopping=Rung.KILLING)) == "being killed"


def test_a_ratio_without_interval_still_has_a_factor() -> None:
    assert factor(comparison(Verdict.INCONCLUSIVE, 2.0, low=None, high=None))[0] == "2.00×"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (None, "☆ baseline"),
        (comparison(Verdict.FASTER, 0.8, metric=Metric.ENERGY), "▲ 1.25× less, 1.19–1.32"),
        (
            comparison(Verdict.SLIGHTLY_SLOWER, 1.03, metric=Metric.ENERGY),
            "▼ slightly more, 1.03×, 0.98–1.08",
        ),
        (
            comparison(
                Verdict.NOT_COMPARABLE,
                None,
                metric=Metric.ENERGY,
                reasons=(Reason.NO_ENERGY,),
                detail="this GPU does not report it",
            ),
            "– not available, this GPU does not report it",
        ),
        (
            comparison(Verdict.INCONCLUSIVE, None, metric=Metric.ENERGY, reasons=(Reason.FEW_ROUNDS,)),
            "– not available, There are too few rounds for an interval.",
        ),
    ],
)
def test_energy_has_words_of_its_own(one, words) -> None:
    assert energy_badge(one, 0.02).text == words


@pytest.mark.parametrize(
    ("cautions", "caution"),
    [
        ((), ""),
        ((Reason.WIDE_INTERVAL,), ""),
        ((Reason.NOISY_BLOCK,), "disturbed"),
        ((Reason.CLOCK_SHIFT, Reason.NO_STEADY_STATE), "not steady, clock changed"),
    ],
)
def test_a_verdict_from_unsound_blocks_carries_a_mark(cautions: tuple[Reason, ...], caution: str) -> None:
    for verdict in (Verdict.FASTER, Verdict.NO_PRACTICAL_DIFFERENCE, Verdict.INCONCLUSIVE):
        one = comparison(verdict, reasons=cautions, detail="a load: every block\nb\nc")
        badges = (badge_of([GOOD], one, 0.02, cautions, is_over=True), energy_badge(one, 0.02, cautions))

        for badge in badges:
            assert badge.caution == caution
            assert badge.text.endswith(f", ⚠ {caution}") is bool(caution)
            assert badge.sentence.endswith("\nA load: every block.\nB.")


def test_failures_of_other_blocks_leave_the_mark() -> None:
    crashed = runs.block(runs.CONTENDER, 1, outcome=Outcome.CRASHED)
    one, cautions = comparison(Verdict.FASTER), (Reason.NOISY_BLOCK,)

    assert badge_of([GOOD, crashed], one, 0.02, cautions, is_over=True).caution == "disturbed"


def test_the_baseline_carries_the_mark_of_its_own_blocks_and_nobody_else_does() -> None:
    own = runs.block(runs.BASELINE, 0, 10, 11, 12)
    disturbed = comparison(Verdict.FASTER, reasons=(Reason.NOISY_BLOCK,))

    assert badge_of([own], None, 0.02, (Reason.NOISY_BLOCK,), is_over=True).text == "☆ baseline, ⚠ disturbed"
    assert badge_of([GOOD], disturbed, 0.02, is_over=True).caution == ""

"""Which blocks are compared, and what is said where they can't be."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import EarlierRun, EquivalenceChecked
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.domain.verdict import Comparison, Reason, Verdict
from fwcompare.stats.blocks import OVERHEAD, block_figures
from fwcompare.stats.comparison import cautions_of, compare, judged
from tests import runs


@pytest.fixture
def two_sided():
    """Builds a run from (baseline, contender) medians by round."""

    def build(*medians, **changes):
        blocks = [
            runs.block(side, number, value)
            for number, pair in enumerate(medians)
            for side, value in zip((runs.BASELINE, runs.CONTENDER), pair, strict=True)
        ]
        return runs.record(*blocks, **changes)

    return build


def change_block(record, number, **changes):
    """The record with one block of it changed."""
    blocks = tuple(replace(one, **changes) if one.block == number else one for one in record.blocks)
    return replace(record, blocks=blocks)


def only(record) -> Comparison:
    """The one comparison of the record."""
    (comparison,) = compare(record)
    return comparison


def test_a_contender_of_half_the_latency_is_faster(two_sided):
    comparison = only(two_sided((1000, 500), (2000, 1010), (1500, 745)))

    assert comparison.verdict is Verdict.FASTER
    assert comparison.ratio == pytest.approx(
        math.exp((math.log(0.5) + math.log(0.505) + math.log(745 / 1500)) / 3)
    )
    assert comparison.low < comparison.ratio < comparison.high < 1
    assert (comparison.workload, comparison.metric) == (runs.WORKLOAD.id, "latency")
    assert (comparison.baseline, comparison.contender) == (runs.BASELINE.id, runs.CONTENDER.id)
    assert comparison.rounds == 3
    assert comparison.reasons == ()


def test_the_median_of_a_block_counts_and_not_its_mean():
    blocks = [
        runs.block(side, number, 100, 100, 100, 100, slow)
        for number in (0, 1)
        for side, slow in ((runs.BASELINE, 250), (runs.CONTENDER, 120))
    ]

    assert only(runs.record(*blocks)).ratio == 1


def test_the_baseline_is_not_compared_with_itself_and_the_plan_gives_the_order(two_sided):
    third = Contender(Framework.PYTORCH, Mode.COMPILE, "/usr/bin/python3")
    other = replace(runs.WORKLOAD, batch=1)
    plan = runs.plan(workloads=(runs.WORKLOAD, other), contenders=(third, runs.BASELINE, runs.CONTENDER))

    found = [(one.workload, one.contender) for one in compare(two_sided((2, 1), plan=plan))]

    assert found == [
        (workload.id, side.id) for workload in plan.workloads for side in (third, runs.CONTENDER)
    ]


def test_one_round_has_a_ratio_and_no_interval(two_sided):
    comparison = only(two_sided((1000, 500)))

    assert (comparison.ratio, comparison.low, comparison.high) == (0.5, None, None)
    assert (comparison.verdict, comparison.reasons) == (Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))
    assert comparison.more_rounds is None


def test_noise_leaves_it_open_and_says_how_many_more_rounds(two_sided):
    comparison = only(two_sided((1000, 1100), (1000, 900), (1000, 1050)))

    assert (comparison.verdict, comparison.reasons) == (Verdict.INCONCLUSIVE, (Reason.WIDE_INTERVAL,))
    assert comparison.more_rounds is not None
    assert comparison.more_rounds > 100


@pytest.mark.parametrize("number", [2, 3])
def test_a_round_in_which_one_side_failed_is_left_out(two_sided, number):
    record = change_block(two_sided((1000, 500), (7, 9999), (1000, 500)), number, outcome=Outcome.CRASHED)

    comparison = only(record)

    assert comparison.rounds == 2
    assert comparison.ratio == pytest.approx(0.5)


def test_a_block_that_still_runs_is_left_out(two_sided):
    record = change_block(two_sided((1000, 500), (1000, 9999)), 3, outcome=None)

    assert only(record).rounds == 1


def test_two_sides_that_share_no_round_are_open(two_sided):
    record = two_sided((1000, 500), (1000, 500))
    record = change_block(record, 0, outcome=Outcome.HUNG)
    record = change_block(record, 3, outcome=Outcome.HUNG)

    comparison = only(record)

    assert (comparison.verdict, comparison.reasons) == (Verdict.INCONCLUSIVE, (Reason.FEW_ROUNDS,))
    assert (comparison.ratio, comparison.low, comparison.high, comparison.rounds) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("number", "changes", "reason"),
    [
        (1, {"outcome": Outcome.OUTPUT_MISMATCH}, Reason.OUTPUT_MISMATCH),
        (
            1,
            {"equivalence": (EquivalenceChecked(1, 0, "output", 0.5, 1e-4, passed=False),)},
            Reason.OUTPUT_MISMATCH,
        ),
        (1, {"mode_proved": False}, Reason.MODE_NOT_PROVED),
        (1, {"outcome": Outcome.OOM_HOST}, Reason.OOM),
        (1, {"outcome": Outcome.CRASHED}, Reason.NO_RESULT),
        (1, {"latency": Series()}, Reason.NO_RESULT),
        (0, {"outcome": Outcome.CRASHED}, Reason.BASELINE_FAILED),
        (0, {"outcome": Outcome.OUTPUT_MISMATCH}, Reason.BASELINE_FAILED),
        (0, {"mode_proved": False}, Reason.BASELINE_FAILED),
    ],
)
def test_what_can_not_be_compared_gets_no_ratio(two_sided, number, changes, reason):
    comparison = only(change_block(two_sided((1000, 500)), number, **changes))

    assert (comparison.verdict, comparison.reasons) == (Verdict.NOT_COMPARABLE, (reason,))
    assert (comparison.ratio, comparison.low, comparison.high) == (None, None, None)


def test_one_mismatch_taints_the_rounds_that_passed(two_sided):
    record = change_block(two_sided((1000, 500), (1000, 500)), 3, outcome=Outcome.OUTPUT_MISMATCH)

    assert only(record).verdict is Verdict.NOT_COMPARABLE


def test_a_passed_check_and_an_unproved_yet_mode_are_no_obstacle(two_sided):
    passed = (EquivalenceChecked(1, 0, "output", 1e-6, 1e-4, passed=True),)

    record = change_block(two_sided((1000, 500)), 1, equivalence=passed, mode_proved=None)

    assert only(record).ratio == 0.5


def test_nothing_measured_at_all_names_both_sides():
    comparison = only(runs.record())

    assert comparison.reasons == (Reason.NO_RESULT, Reason.BASELINE_FAILED)


def test_a_clock_that_did_not_advance_is_no_result(two_sided):
    assert only(two_sided((1000, 0))).reasons == (Reason.NO_RESULT,)


def scattered(widest):
    """Ten per cent of the iterations are far above; the middle half reaches from 100 to `widest`."""
    return runs.latency(*[100] * 15, *[widest] * 15)


def test_a_disturbed_block_is_named_and_changes_nothing_else(two_sided):
    calm = two_sided((100, 50), (100, 50))
    noisy = runs.latency(*[45] * 15, *[50] * 2, *[55] * 15)

    comparison = only(change_block(calm, 3, latency=noisy, steady=False))

    reasons = (Reason.NOISY_BLOCK, Reason.NO_STEADY_STATE)
    assert comparison == replace(only(calm), reasons=reasons, detail=comparison.detail)


def test_a_long_tail_is_no_disturbance(two_sided):
    tail = runs.latency(*[500, 500, 500, 500, 1501] * 20)

    assert only(change_block(two_sided((1000, 500), (1000, 500)), 3, latency=tail)).reasons == ()


def test_a_level_that_changed_during_the_measurement_is_named(two_sided):
    stepped = runs.latency(*[500, 501] * 20, *[520, 521] * 20)
    comparison = only(change_block(two_sided((1000, 500), (1000, 500)), 3, latency=stepped))

    assert comparison.reasons == (Reason.NO_STEADY_STATE,)


def on_gpu(record, **changes):
    """The record on a GPU, with changes to the contender's blocks."""
    gpu = replace(runs.WORKLOAD, device="cuda:GPU-1")
    blocks = [
        replace(one, workload=gpu.id, **(changes if one.contender == runs.CONTENDER.id else {}))
        for one in record.blocks
    ]
    return replace(record, plan=replace(record.plan, workloads=(gpu,)), blocks=tuple(blocks))


def test_two_gpus_and_two_precisions_can_not_be_compared(two_sided):
    calm = two_sided((1000, 500), (1000, 500))
    same = {"device": "H200", "settings": {"tf32": False}}
    calm = replace(calm, blocks=tuple(replace(one, **same) for one in calm.blocks))

    assert only(on_gpu(calm)).verdict is Verdict.FASTER
    assert only(on_gpu(calm, device="T4")).reasons == (Reason.DIFFERENT_GPU,)
    assert only(on_gpu(calm, settings={"tf32": True})).reasons == (Reason.DIFFERENT_PRECISION,)
    assert only(on_gpu(calm, settings={"tf32": True})).verdict is Verdict.NOT_COMPARABLE


def test_a_clock_that_fell_is_named(two_sided):
    def clock(value):
        return {"gpu_sm_clock_hz": Series((array("q", [10]),), (array("d", [value]),))}

    record = on_gpu(two_sided(*[(1000, 500)] * 3), phases={Phase.MEASURE: PhaseRecord(0, 20)})
    for number, value in ((1, 1e9), (3, 0.9e9), (5, 1e9)):
        record = change_block(record, number, resources=clock(value))

    assert only(record).reasons == (Reason.CLOCK_SHIFT,)


def test_holm_takes_back_what_may_be_chance_among_many(two_sided):
    third = Contender(Framework.PYTORCH, Mode.COMPILE, "/usr/bin/python3")
    sides = (runs.BASELINE, runs.CONTENDER, third)
    ratios = {runs.BASELINE: (100, 100, 100), runs.CONTENDER: (85, 88, 93), third: (99, 103, 97)}
    blocks = [
        replace(runs.block(side, number, 1000 * ratios[side][number]), block=number * 3 + place)
        for number in range(3)
        for place, side in enumerate(sides)
    ]
    run = runs.record(*blocks, plan=runs.plan(contenders=sides, margin=0.01))

    first, other = compare(run)
    pair = compare(replace(run, plan=runs.plan(contenders=sides[:2], margin=0.01)))

    assert (first.verdict, first.alone) == (Verdict.INCONCLUSIVE, Verdict.SLIGHTLY_FASTER)
    assert first.reasons == (Reason.WIDE_INTERVAL, Reason.MANY_COMPARISONS)
    assert (first.low, first.high) == (pair[0].low, pair[0].high), "the interval stays as it is"
    assert pair[0].verdict is Verdict.SLIGHTLY_FASTER
    assert judged([*pair, other], 0.01) == (first, other), "whatever table it was in before"


def test_a_disturbed_block_outside_the_pairs_is_not_named(two_sided):
    record = change_block(two_sided((1000, 500), (1000, 500)), 2, outcome=Outcome.HUNG)
    record = change_block(record, 3, latency=scattered(900), steady=False)

    assert only(record).reasons == (Reason.FEW_ROUNDS,)


def test_a_baseline_that_never_became_steady_is_named(two_sided):
    record = change_block(two_sided((1000, 500), (1000, 500)), 0, steady=False)

    assert only(record).reasons == (Reason.NO_STEADY_STATE,)


def test_the_margin_of_the_plan_decides(two_sided):
    medians = ((1000, 950), (1000, 951), (1000, 949))

    assert only(two_sided(*medians)).verdict is Verdict.FASTER
    wide = runs.plan(margin=0.1)
    assert only(two_sided(*medians, plan=wide)).verdict is Verdict.NO_PRACTICAL_DIFFERENCE


CLIMBING = runs.latency(*[500, 501] * 20, *[520, 521] * 20)
LEVEL = runs.latency(*[500, 501] * 40)


@pytest.mark.parametrize(
    ("first", "second", "detail"),
    [
        ({"latency": LEVEL}, {"latency": LEVEL}, ""),
        ({"latency": CLIMBING}, {"latency": CLIMBING}, "slow-down in tensorflow:function"),
        (
            {"latency": LEVEL},
            {"latency": CLIMBING},
            "inconsistent in tensorflow:function (1 flat, 1 slow-down)",
        ),
        (
            {"latency": LEVEL},
            {"latency": LEVEL, "steady": False},
            "warm-up ended by its limit in 1 of 2 blocks of tensorflow:function",
        ),
    ],
)
def test_who_was_not_steady_is_said_with_the_label(two_sided, first, second, detail):
    record = change_block(two_sided((1000, 500), (1000, 500)), 1, **first)

    found = only(change_block(record, 3, **second))

    assert found.detail == detail
    assert (Reason.NO_STEADY_STATE in found.reasons) is bool(detail)


def test_both_sides_are_named(two_sided):
    record = change_block(two_sided((1000, 500), (1000, 500)), 0, steady=False)

    assert only(change_block(record, 1, latency=CLIMBING)).detail == (
        "warm-up ended by its limit in 1 of 2 blocks of pytorch:eager; slow-down in tensorflow:function"
    )


def test_what_disturbed_which_blocks_is_said_the_worst_first(two_sided):
    record = two_sided((1000, 500), (1000, 500), machine={"power_plugged": False})
    scattered = runs.latency(*[500, 700] * 20)

    found = only(change_block(record, 3, latency=scattered))

    assert Reason.NOISY_BLOCK in found.reasons
    assert found.remarks == (
        "The middle half of the iterations differs by 33 % of the median: tensorflow:function, round 2.",
        "The machine ran on its battery: every block.",
    )


def test_a_clock_that_still_rose_is_named(two_sided):
    """GIVEN a block whose GPU had 1 GHz at the end of its warm-up and 2 GHz later THEN it was not steady."""
    times = array("q", [0, 400_000_000, 600_000_000, 1_000_000_000])
    clock = {"gpu_sm_clock_hz": Series((times,), (array("d", [1e9, 1e9, 2e9, 2e9]),))}
    phases = {
        Phase.WARM_UP: PhaseRecord(0, 500_000_000),
        Phase.MEASURE: PhaseRecord(500_000_000, 500_000_000),
    }
    record = on_gpu(two_sided(*[(1000, 500)] * 2))

    found = only(change_block(record, 1, phases=phases, resources=clock))

    assert Reason.NO_STEADY_STATE in found.reasons
    assert "the GPU's clock still rose in 1 of 2 blocks of tensorflow:function" in found.detail


@pytest.mark.parametrize("outcome", [Outcome.CRASHED, None])
def test_a_repetition_that_gave_nothing_leaves_its_round_as_it_was(two_sided, outcome):
    """GIVEN a block whose repetition failed, or still runs THEN the block counts as if there were no repetition."""
    record = change_block(two_sided((1000, 500), (1000, 501), (1000, 499)), 5, steady=False)
    again = runs.block(runs.CONTENDER, 2, block=6, repeats=5, outcome=outcome, steady=False)

    assert only(replace(record, blocks=(*record.blocks, again))) == only(record)


@pytest.mark.parametrize(
    ("earlier", "degrees"), [((5,), 2), ((1,), None), ((0,), None), ((1, 5), 2), ((9,), 6)]
)
def test_added_rounds_bring_no_degrees_to_those_that_both_had_before(two_sided, earlier, degrees):
    """GIVEN nine rounds, of which two of the first five failed THEN three showed a scatter before some were added."""
    record = two_sided(*[(1000, 500 + number) for number in range(9)])
    for failed in (3, 4):
        record = change_block(record, failed, outcome=Outcome.CRASHED)
    history = tuple(
        EarlierRun("run", "2026-01-02T03:04:05Z", "0.1.0", rounds, 2 * rounds) for rounds in earlier
    )

    assert only(replace(record, history=history)).max_degrees == degrees


def test_a_workload_has_the_degrees_of_its_own_rounds_before_some_were_added(two_sided):
    """GIVEN a run that was cut off in its second workload THEN the rounds of the first don't count for it."""
    added = [
        replace(one, block=one.block + 16)
        for one in two_sided(*[(1000, 500 + one) for one in range(9)]).blocks
    ]
    earlier = EarlierRun("run", "2026-01-02T03:04:05Z", "0.1.0", rounds=8, blocks=16 + 2 * 3)

    assert only(runs.record(*added, history=(earlier,))).max_degrees == 2


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ((Outcome.OOM_HOST, Outcome.OOM_DEVICE), Reason.OOM),
        ((Outcome.OOM_HOST, Outcome.CRASHED), Reason.NO_RESULT),
    ],
)
def test_out_of_memory_in_every_block_is_said_of_every_block_alone(two_sided, outcomes, reason):
    record = two_sided((1000, 500), (1000, 500))
    for number, outcome in zip((1, 3), outcomes, strict=True):
        record = change_block(record, number, outcome=outcome)

    assert only(record).reasons == (reason,)


def test_a_detail_with_an_empty_line_is_still_sentences(two_sided):
    """GIVEN a driver's message of several lines as the reason why there is no energy THEN the empty one is passed over."""
    one = replace(only(two_sided((1000, 500), (1000, 500))), detail="it failed\n\nbadly")

    assert one.remarks == ("It failed.", "Badly.")


def test_each_side_has_the_cautions_of_its_own_blocks_that_count():
    noisy, quiet = [100] * 10 + [200] * 10, [100] * 20
    record = runs.record(
        runs.block(runs.BASELINE, 0, *noisy, block=0, counters={OVERHEAD: 5}),
        runs.block(runs.CONTENDER, 0, *quiet, block=1),
        runs.block(runs.CONTENDER, 1, *noisy, block=2, outcome=Outcome.CRASHED),
    )

    theirs, mine = (
        cautions_of(record, side.id, runs.WORKLOAD.id, block_figures)
        for side in (runs.BASELINE, runs.CONTENDER)
    )

    assert theirs == (Reason.NOISY_BLOCK, Reason.NO_STEADY_STATE, Reason.TIMER_OVERHEAD)
    assert mine == ()

"""What rounds that are added to a comparison have to fit to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.plan import PRESETS, PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.errors import UsageError
from fwcompare.execution.continuation import (
    before,
    continued,
    history_of,
    obstacle,
    rounds_missing,
    rounds_wanted,
)
from fwcompare.interpreters.availability import Availability
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.comparison import compare, compare_all
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, latency, plan, record
from tests.stats.energies import S, powered

MACHINE = {"os": "Linux", "cpu_model": "A"}


def measured(*ratios: float, **changes):
    blocks = [
        block(contender, number, round(1_000_000 * factor), versions={"torch": "2.13.0", "numpy": "2.4.6"})
        for number, ratio in enumerate(ratios)
        for contender, factor in ((BASELINE, 1.0), (CONTENDER, ratio))
    ]
    return record(*blocks, **({"machine": MACHINE} | changes))


SCATTERED = (1.0, 1.02, 0.99)


def survey(**changes) -> list[Availability]:
    fields = {"available": True, "versions": {"torch": "2.13.0", "python": "3.11.7"}}
    return [Availability(one, **(fields | changes)) for one in (BASELINE, CONTENDER)]


def test_as_many_are_wanted_as_the_verdict_says() -> None:
    found = measured(*SCATTERED)

    assert rounds_wanted(found) == compare(found)[0].more_rounds > 0


@pytest.mark.parametrize(
    ("ratios", "said"), [((0.5, 0.501, 0.499), "No comparison"), ((1.0, 3.0, 0.4), "differ too much")]
)
def test_what_is_settled_or_hopeless_wants_a_number(ratios: tuple[float, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        rounds_wanted(measured(*ratios))


def test_the_plan_is_the_same_but_longer() -> None:
    found = measured(*SCATTERED)

    longer, earlier = continued(found, 4)

    assert longer == replace(found.plan, effort=replace(found.plan.effort, rounds=7))
    assert earlier == found


def test_interpreters_are_found_again_in_the_home_folder() -> None:
    at_home = Contender(Framework.PYTORCH, Mode.EAGER, "~/env/bin/python")
    found = measured(1.0, plan=plan(contenders=(at_home, CONTENDER)))

    longer, _ = continued(found, 1)

    assert longer.contenders[0].interpreter == str(Path.home() / "env/bin/python")
    assert longer.contenders[0].id == at_home.id


def test_a_workload_that_was_precise_is_left_alone_unless_all_were() -> None:
    other = replace(WORKLOAD, batch=9)
    both = plan(workloads=(WORKLOAD, other), effort=PRESETS[PresetName.STANDARD])
    found = measured(*[1.0] * 5, plan=both, precise={WORKLOAD.id: 5})
    more = replace(found, blocks=(*found.blocks, block(BASELINE, 7, 10, block=99, workload=other.id)))

    longer, earlier = continued(more, 2)
    assert (longer.effort.rounds, earlier.precise) == (10, {WORKLOAD.id: 5})

    longer, earlier = continued(replace(more, precise={WORKLOAD.id: 5, other.id: 8}), 2)
    assert (longer.effort.rounds, earlier.precise) == (10, {})


@pytest.mark.parametrize(("found", "rounds"), [(record(), 3), (measured(*SCATTERED), 0)])
def test_nothing_to_go_on_with_is_bad_usage(found, rounds: int) -> None:
    with pytest.raises(UsageError, match="nothing to go on with"):
        continued(found, rounds)


def test_the_same_machine_with_the_same_versions_fits() -> None:
    assert obstacle(measured(*SCATTERED), survey(), MACHINE | {"memory_bytes": 3}) == ""


@pytest.mark.parametrize(
    ("surveyed", "machine", "said"),
    [
        (survey(), {"os": "Linux", "cpu_model": "B"}, "cpu_model was A and is B"),
        (survey(versions={"torch": "2.14.0"}), MACHINE, "pytorch:eager ran with torch 2.13.0 and would run"),
        (survey(available=False, reason="It is gone."), MACHINE, "can't run here any more: It is gone."),
    ],
)
def test_anything_else_does_not(surveyed, machine, said: str) -> None:
    assert said in obstacle(measured(*SCATTERED), surveyed, machine)


def test_the_earlier_blocks_come_right_before_on_the_axis_of_time() -> None:
    found = before(measured(*SCATTERED), 50_000)

    assert {(one.started_ns, one.finished_ns) for one in found.blocks} == {(49_000, 50_000)}
    assert found.started_ns == 48_000
    assert found.blocks[0].latency.time_ns[0][0] == 48_000


def test_a_clock_that_began_too_recently_has_no_place_for_them() -> None:
    with pytest.raises(UsageError, match="started so recently"):
        before(measured(*SCATTERED), 1_000)


def test_the_history_grows_and_limits_the_degrees_of_freedom() -> None:
    found = measured(*SCATTERED)
    once = replace(measured(*SCATTERED, *SCATTERED), history=history_of(found), run_id="second")

    assert [(one.run_id, one.rounds, one.blocks) for one in history_of(once)] == [
        ("run", 3, 6),
        ("second", 6, 12),
    ]
    assert compare(found)[0].max_degrees is None
    assert compare(once)[0].max_degrees == 2


def test_an_energy_that_is_open_wants_rounds_too() -> None:
    """GIVEN latencies that are settled and energies that are not THEN the energies say how many."""
    found = powered(1.0, margin=0.002)
    in_latency, energy = compare_all(found)

    assert in_latency.more_rounds is None
    assert rounds_wanted(found) == energy.more_rounds > 0


def test_what_only_touches_the_margin_wants_rounds_too() -> None:
    found = measured(1.02, 1.035, 1.025, 1.03, 1.015, 1.04)
    (slightly,) = compare(found)

    assert slightly.verdict is Verdict.SLIGHTLY_SLOWER
    assert rounds_wanted(found) == slightly.more_rounds > 0


def test_one_that_is_hopeless_does_not_keep_the_others_from_their_rounds() -> None:
    hopeless = powered(1.0, margin=0.001)
    (_, energy), third = compare_all(hopeless), replace(CONTENDER, slot=2)
    scattered = [
        replace(one, contender=third.id, block=100 + one.block, latency=latency(round(S / 4 * jitter)))
        for one, jitter in zip(hopeless.blocks[1::2], (1, 1.001, 1.002, 0.999, 0.998, 1), strict=True)
    ]
    contenders = (BASELINE, CONTENDER, third)
    found = replace(
        hopeless,
        blocks=(*hopeless.blocks, *scattered),
        plan=replace(hopeless.plan, contenders=contenders),
    )

    assert energy.more_rounds > 100
    assert 0 < rounds_wanted(found) <= 100


def test_a_workload_that_gets_no_rounds_wants_none() -> None:
    """GIVEN a slight difference in a workload that was precise and a settled one beside it THEN nothing is wanted."""
    other = replace(WORKLOAD, batch=9)
    slight = measured(1.02, 1.035, 1.025, 1.03, 1.015, 1.04)
    settled = [
        replace(one, block=100 + one.block, workload=other.id) for one in measured(0.5, 0.501, 0.499).blocks
    ]
    both = replace(slight, blocks=(*slight.blocks, *settled), plan=plan(workloads=(WORKLOAD, other)))

    assert rounds_missing(both, block_figures) > 0
    assert rounds_missing(replace(both, precise={WORKLOAD.id: 6}), block_figures) is None
    assert rounds_missing(replace(both, precise={WORKLOAD.id: 6, other.id: 3}), block_figures) > 0

"""What the scripts decide without measuring."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest

from benchmarks.adapters import contenders, pairs
from benchmarks.common.known import slowed
from benchmarks.common.results import Length, Options, Unit
from benchmarks.common.runs import in_turns
from benchmarks.known_slowdown import EFFECTS, rows, sequence
from benchmarks.time_to_verdict import Attempt, said_by_pyperf
from benchmarks.time_to_verdict import rows as verdict_rows
from fwcompare.domain.contender import MODES
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.domain.workload import Task

ONE = Comparison("w", "latency", "a", "b", 1.05, 1.04, 1.06, Verdict.SLOWER, ())


def test_turns_go_round_with_every_measure_once_a_round() -> None:
    calls: list[str] = []

    found = in_turns(20, {name: lambda name=name: calls.append(name) or name for name in "abc"})

    assert found == {name: [name] * 20 for name in "abc"}
    each_round = ["".join(calls[start : start + 3]) for start in range(0, 60, 3)]
    assert all(sorted(one) == ["a", "b", "c"] for one in each_round)
    assert len(set(each_round)) > 2


def test_the_aims_for_how_many_comparisons() -> None:
    short, full = (sequence(Options(length, None)) for length in (Length.SHORT, Length.FULL))

    assert len(short) >= 60
    assert len(full) >= 200
    assert set(short) == set(full) == set(EFFECTS)
    assert slowed(1000, 0.03) == 1030


def test_known_slowdowns_are_counted() -> None:
    wrong = replace(ONE, low=1.01, high=1.02, verdict=Verdict.SLIGHTLY_SLOWER)
    equal = replace(ONE, low=0.99, high=1.02, verdict=Verdict.FASTER)

    found = {
        row.name: row.value for row in rows([(0.05, ONE), (0.05, wrong), (0.0, equal), (0.05, ONE)], 1000)
    }

    assert found == pytest.approx(
        {
            "truth inside the interval": 3 / 4,
            "+0% told different": 1.0,
            "+5% told different": 2 / 3,
            "+5% told slower": 2 / 3,
        }
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mean +- std dev: [a] 1.17 ms +- 0.27 ms -> [b] 1.46 ms +- 0.28 ms: 1.24x slower", Verdict.SLOWER),
        ("Mean +- std dev: [a] 2 ms +- 0 ms -> [b] 1 ms +- 0 ms: 2.00x faster", Verdict.FASTER),
        ("Benchmark hidden because not significant (1): work", None),
    ],
)
def test_what_pyperf_says(text: str, said: Verdict | None) -> None:
    assert said_by_pyperf(text) is said


def test_something_new_from_pyperf_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="something new"):
        said_by_pyperf("the end")


def test_wrong_attempts_are_paid_by_the_right_ones() -> None:
    right, blind = Attempt(Verdict.SLOWER, 10.0), Attempt(None, 10.0)

    *_, last = found = list(
        verdict_rows(
            {"ours": [right, blind], "pyperf": [Attempt(Verdict.SLOWER, 30.0)] * 2},
            {"ours": [blind], "pyperf": [right]},
        )
    )

    assert (last.unit, last.value, last.holds) == (Unit.RATIO, pytest.approx(20 / 30), False)
    assert [row.value for row in found if row.unit is Unit.SECONDS] == [20.0, 30.0]


def test_without_a_right_verdict_there_is_no_ratio() -> None:
    blind = [Attempt(None, 10.0)]

    found = verdict_rows({"ours": blind, "pyperf": blind}, {"ours": blind, "pyperf": blind})

    assert all(row.unit is Unit.RATE for row in found)


def test_there_is_an_expert_for_every_contender() -> None:
    everybody, by_default = contenders(Length.FULL), contenders(Length.SHORT)

    assert len({contender.id for contender in everybody}) == sum(map(len, MODES.values()))
    assert everybody[:8] == by_default
    assert all(contender.is_default for contender in by_default)
    assert all(find_spec(f"benchmarks.experts.{one.partition('-')[0]}") for one in MODES)


def test_everybody_is_compared_in_what_it_can_do() -> None:
    of_gan = [(work.task, one.id) for work, one in pairs(Length.FULL) if work.architecture == "gan"]

    assert len(pairs(Length.SHORT)) == 2 * 8
    assert (Task.INFERENCE, "pytorch:export") in of_gan
    assert (Task.TRAINING, "pytorch:export") not in of_gan
    assert all(not one.obstacle_to(work.task, work.architecture) for work, one in pairs(Length.FULL))

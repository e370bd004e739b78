"""Why a verdict is what it is: the figures of the explanation are those of the comparison."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import pytest
from scipy import stats

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import EarlierRun
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Metric, Reason, Verdict
from fwcompare.domain.workload import Scenario
from fwcompare.stats.comparison import compare_all
from fwcompare.stats.explanation import CHAPTERS, Explanation, Part, explain
from tests import runs
from tests.stats.energies import GPU, powered

THIRD = Contender(Framework.KERAS_TORCH, Mode.EAGER, "/usr/bin/python3")
JITTER = (1.0, 1.003, 0.998, 1.001, 0.999, 1.002)


def measured(*ratios: float, third: float | None = None, jitter=JITTER, **changes):
    blocks = []
    for number, factor in enumerate(ratios):
        blocks.append(runs.block(runs.BASELINE, number, 1_000_000, block=3 * number))
        blocks.append(runs.block(runs.CONTENDER, number, round(1_000_000 * factor), block=3 * number + 1))
        if third is not None:
            blocks.append(
                runs.block(THIRD, number, round(third * jitter[number] * 1e6), block=3 * number + 2)
            )
    contenders = (runs.BASELINE, runs.CONTENDER, *((THIRD,) if third is not None else ()))
    return runs.record(*blocks, plan=runs.plan(contenders=contenders, **changes))


def latency(record) -> Explanation:
    return explain(record, runs.CONTENDER.id, runs.WORKLOAD.id)[0]


def part(found: Explanation, title: str) -> Part:
    return next(one for one in found.parts if one.title == title)


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"[-+]?\d+\.?\d*(?:e[-+]\d+)?", text)]


def test_inputs_are_the_block_medians_of_the_rounds_of_both_with_their_log_ratios() -> None:
    found = part(latency(measured(1.1, 1.2)), "Inputs")

    assert found.header == ("Round", "a, ms", "b, ms", "ln(b / a)")
    assert found.rows == (("1", "1", "1.1", "+0.0953"), ("2", "1", "1.2", "+0.1823"))


def test_the_formula_holds_the_figures_by_which_anybody_gets_the_interval() -> None:
    """GIVEN six rounds THEN mean, scatter, quantile and interval are those of SciPy's t test."""
    ratios = [1.1 * factor for factor in JITTER]
    found = dict(part(latency(measured(*ratios)), "Formula").pairs)
    logs = [math.log(round(1e6 * ratio) / 1e6) for ratio in ratios]

    low, high = stats.t.interval(0.95, 5, fmean(logs), stdev(logs) / math.sqrt(6))

    assert float(found["Mean ln(b / a)"]) == pytest.approx(fmean(logs), abs=1e-5)
    assert float(found["Scatter s"]) == pytest.approx(stdev(logs), abs=1e-5)
    assert numbers(found["Student's t"]) == [pytest.approx(stats.t.ppf(0.975, 5), abs=1e-3), 5]
    assert numbers(found["95 % interval"].partition("=")[2]) == [
        pytest.approx(math.exp(low), rel=1e-3),
        pytest.approx(math.exp(high), rel=1e-3),
    ]


@pytest.mark.parametrize(
    ("ratio", "verdict", "marks"),
    [
        (1.10, Verdict.SLOWER, ("decides", "", "")),
        (0.90, Verdict.FASTER, ("decides", "", "")),
        (1.001, Verdict.NO_PRACTICAL_DIFFERENCE, ("no", "decides", "")),
        (1.0195, Verdict.SLIGHTLY_SLOWER, ("no", "no", "decides")),
    ],
)
def test_the_rule_names_the_first_claim_that_holds(ratio, verdict, marks) -> None:
    found = latency(measured(*[ratio * factor for factor in JITTER]))

    rule = part(found, "Rule")

    assert found.comparison.verdict is verdict
    assert tuple(row[-1] for row in rule.rows) == marks
    assert verdict.replace("_", " ") in rule.sentences[0]
    assert dict(rule.pairs)["Margin δ"].startswith("2 %")
    assert dict(rule.pairs)["1 / (1 + δ) … 1 + δ"] == "0.9804 … 1.0200"


def test_without_a_claim_that_holds_it_can_not_tell_and_the_reason_has_a_remedy() -> None:
    found = latency(measured(1.0, 1.3, 0.8))

    assert [row[-1] for row in part(found, "Rule").rows] == ["no", "no", "no"]
    assert "none does, so the verdict is “can't tell”" in part(found, "Rule").sentences[0]
    reasons = dict(part(found, "Reasons").pairs)
    assert reasons["WIDE_INTERVAL"] == f"{Reason.WIDE_INTERVAL.sentence} {Reason.WIDE_INTERVAL.remedy}"


def test_among_several_the_p_values_are_larger_and_the_interval_is_wider() -> None:
    """GIVEN a second comparison with stronger evidence THEN this one is the larger of two, multiplied by 1; the other by 2."""
    ratios = [1.0195 * factor for factor in JITTER]
    record = measured(*ratios, third=2.0)
    mine, other = latency(record), explain(record, THIRD.id, runs.WORKLOAD.id)[0]

    assert part(mine, "Rule").header == ("Claim", "p alone", "p among 2", "")
    assert "among the 2 comparisons of this run" in part(mine, "Rule").sentences[1]
    assert "95 % interval (1 − 0.05 / 1)" in dict(part(mine, "Rule").pairs)["By Holm"]
    assert "97.5 % interval (1 − 0.05 / 2)" in dict(part(other, "Rule").pairs)["By Holm"]
    alone, among = (float(part(other, "Rule").rows[0][place]) for place in (1, 2))
    assert among == pytest.approx(2 * alone, rel=0.06)


def test_equality_needs_the_narrower_interval() -> None:
    pairs = dict(part(latency(measured(*JITTER)), "Rule").pairs)

    assert pairs["By Holm"].startswith("90 % interval (1 − 0.1 / 1)")


def test_one_round_has_neither_interval_nor_rule() -> None:
    found = latency(measured(1.1))

    assert [one.title for one in found.parts] == ["Inputs", "Formula", "Reasons"]
    assert part(found, "Formula").sentences == ("One round has no scatter, so there is no interval.",)
    assert "FEW_ROUNDS" in dict(part(found, "Reasons").pairs)


def test_fewer_degrees_of_freedom_than_rounds_are_explained() -> None:
    ratios = [1.1 * factor for factor in JITTER]
    earlier = EarlierRun("run", "2026-01-02T03:04:05Z", "0.1.0", 3, 9)
    record = replace(measured(*ratios), history=(earlier,))

    found = part(latency(record), "Formula")

    assert "2 degrees of freedom" in dict(found.pairs)["Student's t"]
    assert "Student's t is that of 3 rounds, although 6 were measured" in found.sentences[0]


def test_what_is_not_comparable_has_only_reasons() -> None:
    crashed = runs.block(runs.CONTENDER, 0, outcome=Outcome.CRASHED)
    record = runs.record(runs.block(runs.BASELINE, 0, 10), crashed)

    found = latency(record)

    assert [one.title for one in found.parts] == ["Reasons"]
    assert found.parts[0].pairs == (("NO_RESULT", f"{Reason.NO_RESULT.sentence} {Reason.NO_RESULT.remedy}"),)


def test_a_verdict_without_reasons_has_no_such_part() -> None:
    assert [one.title for one in latency(measured(*[1.1 * one for one in JITTER])).parts] == [
        "Inputs", "Formula", "Rule",
    ]  # fmt: skip


def test_energy_is_explained_in_joules_and_where_it_is_not_known_with_the_reason() -> None:
    known = explain(powered(1.2), runs.CONTENDER.id, GPU.id)[1]
    unknown = explain(measured(1.1, 1.1), runs.CONTENDER.id, runs.WORKLOAD.id)[1]

    assert known.comparison.metric is Metric.ENERGY
    assert part(known, "Inputs").header == ("Round", "a, J", "b, J", "ln(b / a)")
    assert part(unknown, "Reasons").sentences == ("No two readings were taken while iterations were timed.",)


def test_the_baseline_has_no_verdict_to_explain() -> None:
    assert explain(measured(1.1), runs.BASELINE.id, runs.WORKLOAD.id) == ()


def test_every_comparison_is_explained_by_itself() -> None:
    record = measured(1.1, 1.1, third=1.2)

    found = [one for who in (runs.CONTENDER, THIRD) for one in explain(record, who.id, runs.WORKLOAD.id)]

    assert sorted((one.comparison.contender, one.comparison.metric) for one in found) == sorted(
        (one.contender, one.metric) for one in compare_all(record)
    )


def test_the_chapters_are_headings_of_the_page_on_the_method() -> None:
    page = (Path(__file__).parents[2] / "docs/method.md").read_text(encoding="utf-8")

    assert all(f"\n## {chapter}\n" in page for chapter in CHAPTERS.values())
    assert set(CHAPTERS) == set(Metric)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_a_remedy(reason: Reason) -> None:
    assert reason.sentence.endswith(".")
    assert reason.remedy.endswith(".")


def test_in_the_throughput_scenario_it_is_the_time_in_a_group_and_not_a_latency() -> None:
    grouped = replace(runs.WORKLOAD, scenario=Scenario.THROUGHPUT)
    record = measured(1.1, 1.2)
    blocks = tuple(replace(one, workload=grouped.id, iterations_per_sample=10) for one in record.blocks)

    record = replace(record, blocks=blocks, plan=replace(record.plan, workloads=(grouped,)))
    found = part(explain(record, runs.CONTENDER.id, grouped.id)[0], "Inputs")

    assert found.sentences[0].startswith("The time of an iteration in the median group of each block, of the")
    assert (found.header[1], found.rows[0][1]) == ("a, µs", "100")


def test_the_reasons_name_blocks_gates_and_course() -> None:
    record = measured(1.1, 1.2)
    unsteady = replace(record.blocks[1], steady=False)
    record = replace(
        record, blocks=(record.blocks[0], unsteady, *record.blocks[2:]), machine={"power_plugged": False}
    )

    assert part(latency(record), "Reasons").sentences == (
        f"Warm-up ended by its limit in 1 of 2 blocks of {runs.CONTENDER.id}.",
        "The machine ran on its battery: every block.",
    )

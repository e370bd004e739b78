"""How a verdict came about: inputs, formula with the figures put in, rule, reasons.

Command line and window show the same value, each in its own form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fwcompare.domain.record import RunRecord
from fwcompare.domain.verdict import Comparison, Metric, Verdict
from fwcompare.domain.words import count, percent
from fwcompare.domain.workload import is_throughput
from fwcompare.stats.blocks import Look, block_figures
from fwcompare.stats.comparison import Pairs, compare_all, estimate_of, paired
from fwcompare.stats.decision import ALPHA
from fwcompare.stats.evidence import Evidence, adjusted, evidence_of
from fwcompare.stats.multiplicity import factors
from fwcompare.stats.ratio import CONFIDENCE, EQUIVALENCE_CONFIDENCE, RatioEstimate
from fwcompare.stats.student import t_quantile

CHAPTERS: Final = {Metric.LATENCY: "From blocks to a verdict", Metric.ENERGY: "Energy"}
"""The section of `docs/method.md` in which each kind of comparison is described."""

_UNITS: Final = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_WHAT: Final = {
    Metric.LATENCY: "median latency of each block",
    Metric.ENERGY: "energy of an item in each block",
}
_IN_GROUPS: Final = "time of an iteration in the median group of each block"
_CLAIMS: Final = ("beyond_margin", "within_margin", "differs")
"""In the order in which the rule asks for them."""

_LIMITED: Final = (
    "Student's t is that of {counting} rounds, although {rounds} were measured: here the first rounds may decide how "
    "many follow, and where they agree by chance, the t of all rounds would make the interval too narrow."
)

_DECIDED_BY: Final = {
    Verdict.FASTER: "beyond_margin",
    Verdict.SLOWER: "beyond_margin",
    Verdict.NO_PRACTICAL_DIFFERENCE: "within_margin",
    Verdict.SLIGHTLY_FASTER: "differs",
    Verdict.SLIGHTLY_SLOWER: "differs",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an explanation; what is empty is not shown.

    Attributes:
        pairs: Names with their values.
        header: Of the table.
        rows: Of the table.
    """

    title: str
    sentences: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a comparison says what it says.

    Attributes:
        chapter: Heading of the section of the page on the method.
    """

    comparison: Comparison
    parts: tuple[Part, ...]
    chapter: str


def explain(
    record: RunRecord, contender: str, workload: str, look: Look = block_figures
) -> tuple[Explanation, ...]:
    """The explanation of each comparison of a contender in a workload; none of the baseline's."""
    family = compare_all(record, look)
    where = next(one for one in record.plan.workloads if one.id == workload)
    return tuple(
        explanation(one, family, paired(record, where, contender, one.metric, look), record.plan.margin)
        for one in family
        if (one.contender, one.workload) == (contender, workload)
    )


def explanation(
    one: Comparison, family: Sequence[Comparison], pairs: Pairs | str, margin: float
) -> Explanation:
    """The explanation of a comparison.

    Args:
        one: The comparison.
        family: All that were judged together with it, itself among them.
        pairs: What it is made of, see `paired`.
        margin: Of the plan.
    """
    estimate = estimate_of(one)
    parts: list[Part] = []
    if estimate is not None:
        assert isinstance(pairs, Pairs)  # there is a ratio of them
        parts = [_inputs(one, pairs), _formula(estimate), *_rule(one, family, estimate, margin)]
    return Explanation(one, (*parts, *_reasons(one)), CHAPTERS[one.metric])


def _inputs(one: Comparison, pairs: Pairs) -> Part:
    scale, unit = 1.0, "J"
    if one.metric is Metric.LATENCY:
        smallest = min((*pairs.baseline, *pairs.contender))
        scale, unit = next((pair for pair in _UNITS if smallest >= pair[0]), _UNITS[-1])
    rows = tuple(
        (str(number + 1), f"{a / scale:.5g}", f"{b / scale:.5g}", f"{math.log(b / a):+.4f}")
        for number, a, b in zip(pairs.rounds, pairs.baseline, pairs.contender, strict=True)
    )
    is_grouped = one.metric is Metric.LATENCY and is_throughput(one.workload)
    what = _IN_GROUPS if is_grouped else _WHAT[one.metric]
    told = f"The {what}, of the baseline {one.baseline} (a) and of {one.contender} (b)."
    return Part("Inputs", (told,), header=("Round", f"a, {unit}", f"b, {unit}", "ln(b / a)"), rows=rows)


def _formula(estimate: RatioEstimate) -> Part:
    """Student's t on the log ratios, with the figures put in."""
    mean = math.log(estimate.ratio)
    pairs = [("Mean ln(b / a)", f"{mean:+.5f}"), ("Ratio", f"exp({mean:+.5f}) = {estimate.ratio:.4g}")]
    interval = estimate.interval(CONFIDENCE)
    if interval is None or estimate.log_deviation is None:
        return Part("Formula", ("One round has no scatter, so there is no interval.",), tuple(pairs))
    t = t_quantile((1 + CONFIDENCE) / 2, estimate.degrees)
    spread = f"{mean:+.5f} ± {t:.3f} · {estimate.log_deviation:.5f} / √{estimate.rounds}"
    pairs += [
        ("Scatter s", f"{estimate.log_deviation:.5f}"),
        (
            "Student's t",
            f"{t:.3f} with {count(estimate.degrees, 'degree')} of freedom: rounds that count, less one",
        ),
        ("95 % interval", f"exp({spread}) = {interval.low:.4g} to {interval.high:.4g}"),
    ]
    limited: tuple[str, ...] = ()
    if estimate.degrees < estimate.rounds - 1:
        limited = (_LIMITED.format(counting=estimate.degrees + 1, rounds=estimate.rounds),)
    return Part("Formula", limited, tuple(pairs))


def _rule(
    one: Comparison, family: Sequence[Comparison], estimate: RatioEstimate, margin: float
) -> list[Part]:
    """The claims in the order of the rule, each with its p-value alone and among all comparisons."""
    known = [(other, found) for other in family if (found := _evidence(other, margin)) is not None]
    evidence = [found for _, found in known]
    place = next((number for number, (other, _) in enumerate(known) if other == one), None)
    if place is None:
        return []
    strengths = adjusted(evidence)[place]
    decided = _DECIDED_BY.get(one.verdict)
    rows = [
        (
            _claim(claim, margin),
            _p(getattr(evidence[place], claim)),
            _p(getattr(strengths, claim)),
            "decides" if claim == decided else "no" if _is_asked(claim, decided) else "",
        )
        for claim in _CLAIMS
    ]
    many = f"; among the {len(known)} comparisons of this run it happens more easily (Holm)"
    chance = f"p says how often chance alone would make rounds look so if the claim were wrong{many if len(known) > 1 else ''}."
    end = f"{'' if decided else 'none does, so '}the verdict is “{one.words}”"
    told = f"A claim holds if its p among all is below {ALPHA:g}. The first that does decides: {end}."
    pairs = (
        ("Margin δ", f"{percent(margin)}, fixed before the run"),
        ("1 / (1 + δ) … 1 + δ", f"{1 / (1 + margin):.4f} … {1 + margin:.4f}"),
        *_by_holm(decided or "differs", evidence, place, estimate),
    )
    header = ("Claim", "p alone", f"p among {len(known)}", "")
    return [Part("Rule", (told, chance), pairs, header, tuple(rows))]


def _evidence(one: Comparison, margin: float) -> Evidence | None:
    estimate = estimate_of(one)
    return None if estimate is None else evidence_of(estimate, margin)


def _by_holm(
    claim: str, evidence: Sequence[Evidence], place: int, estimate: RatioEstimate
) -> list[tuple[str, str]]:
    """The interval that must hold the claim, wider where there are many comparisons."""
    times = factors([getattr(found, claim) for found in evidence])[place]
    share = 1 - EQUIVALENCE_CONFIDENCE if claim == "within_margin" else ALPHA
    interval = estimate.interval(1 - share / times)
    assert interval is not None  # there is evidence
    ends = f"{interval.low:.4g} to {interval.high:.4g}"
    return [("By Holm", f"{100 * (1 - share / times):.4g} % interval (1 − {share:.2g} / {times}): {ends}")]


def _claim(claim: str, margin: float) -> str:
    return {
        "beyond_margin": f"differs by more than {percent(margin)}",
        "within_margin": f"differs by less than {percent(margin)}",
        "differs": "differs at all",
    }[claim]


def _is_asked(claim: str, decided: str | None) -> bool:
    """The rule came to this claim: none before it decided."""
    return decided is None or _CLAIMS.index(claim) < _CLAIMS.index(decided)


def _reasons(one: Comparison) -> list[Part]:
    if not one.reasons:
        return []
    pairs = tuple((reason.value, f"{reason.sentence} {reason.remedy}") for reason in one.reasons)
    return [Part("Reasons", one.remarks, pairs)]


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"

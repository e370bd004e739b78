"""How verdicts came about, as rich text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fwcompare.domain import words
from fwcompare.domain.verdict import Comparison, Metric, Reason
from fwcompare.stats.explanation import Explanation
from ui.comparison.markup import Markup

METHOD: Final = "method:"
"""An address that begins so means the section of the page on the method with this heading."""

_TITLES: Final = {
    Metric.LATENCY: "How this verdict came about",
    Metric.ENERGY: "How the verdict on energy came about",
}


def anchor_of(metric: Metric) -> str:
    """Where the explanation of a verdict begins in the details of a row."""
    return f"explanation-{metric}"


def link_to_explanation(markup: Markup, metric: Metric) -> str:
    """A link from a verdict to its explanation."""
    return markup.inner_link(f"#{anchor_of(metric)}", _TITLES[metric])


def explanations(found: Iterable[Explanation], markup: Markup) -> list[str]:
    """Inputs, formula, rule and reasons of each comparison, with a link to the method."""
    parts: list[str] = []
    for one in found:
        parts.append(markup.anchor(anchor_of(one.comparison.metric)))
        parts.append(markup.section(_TITLES[one.comparison.metric]))
        parts += _not_measured(one.comparison, markup) or _parts(one, markup)
        parts.append(markup.inner_link(f"{METHOD}{one.chapter}", f"How we measure: {one.chapter}"))
    return parts


def _not_measured(one: Comparison, markup: Markup) -> list[str]:
    """Why there is no energy to explain, nothing if there is."""
    if Reason.NO_ENERGY not in one.reasons:
        return []
    why = words.reason(one.detail).rstrip(".")
    return [markup.paragraph(f"Not measured here: {why}. {Reason.NO_ENERGY.remedy}")]


def _parts(one: Explanation, markup: Markup) -> list[str]:
    parts: list[str] = []
    for part in one.parts:
        parts.append(markup.heading(part.title))
        parts += [markup.paragraph(sentence) for sentence in part.sentences]
        parts += [markup.pairs(part.pairs), markup.table(part.header, part.rows)]
    return parts

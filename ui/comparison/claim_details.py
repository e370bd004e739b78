"""The details of a claim, or of a whole criterion, as rich text."""

from __future__ import annotations

from fwcompare.domain.claim import Claim, Criterion, Source
from ui.comparison.badges import CLAIM_BADGES
from ui.comparison.markup import Markup


def claim_page(criterion: Criterion, claim: Claim, markup: Markup) -> str:
    """All that is known of one claim."""
    parts = [
        markup.title(f"{criterion.name} · {claim.subject.label}"),
        markup.muted(criterion.about),
        markup.badge(CLAIM_BADGES[claim.verdict]),
        markup.heading("What is said"),
        markup.paragraph(claim.said),
        markup.heading("Today") if claim.today or claim.details else "",
        markup.paragraph(claim.today),
        markup.paragraph(claim.details),
        *_items(claim, markup),
        *_evidence(claim, markup),
        *_sources(claim, markup),
        markup.muted(f"Last checked {claim.checked.isoformat()}."),
    ]
    return markup.page(parts)


def criterion_page(criterion: Criterion, markup: Markup) -> str:
    """All claims of a criterion side by side."""
    parts = [markup.title(criterion.name), markup.muted(criterion.about)]
    for claim in criterion.claims:
        parts += [
            markup.heading(claim.subject.label),
            markup.paragraph(claim.said),
            markup.badge(CLAIM_BADGES[claim.verdict]),
            markup.paragraph(claim.today),
        ]
    return markup.page(parts)


def _items(claim: Claim, markup: Markup) -> list[str]:
    parts: list[str] = []
    for item in claim.items:
        badge = CLAIM_BADGES[item.verdict]
        parts.append(markup.heading(f"{item.name}: {badge.symbol.value} {badge.word}"))
        parts.append(markup.paragraph(item.today))
        parts += [_source(source, markup) for source in item.sources]
    return parts


def _evidence(claim: Claim, markup: Markup) -> list[str]:
    if not claim.evidence:
        return []
    parts = [markup.heading("Observed by running it")]
    for one in claim.evidence:
        parts.append(markup.paragraph(one.finding))
        parts.append(markup.muted(f"{one.environment}, {one.date.isoformat()}"))
    return parts


def _sources(claim: Claim, markup: Markup) -> list[str]:
    if not claim.sources:
        return []
    return [markup.heading("Sources"), *(_source(source, markup) for source in claim.sources)]


def _source(source: Source, markup: Markup) -> str:
    via = f" Read via {source.via}." if source.via else ""
    return markup.link(source.url, source.title, f"{source.date.isoformat()}. {source.shows}{via}")

"""Values of the claims table."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from fwcompare.domain.claim import Catalog, Claim, ClaimVerdict, Criterion, Subject


def claim(subject: Subject, checked: date = date(2026, 11, 22)) -> Claim:
    return Claim(subject, "Fast", ClaimVerdict.HOLDS, "", "", checked)


def criterion(name: str, *days: date) -> Criterion:
    return Criterion(
        name, name.title(), "Is it?", tuple(claim(*pair) for pair in zip(Subject, days, strict=True))
    )


def test_columns_are_in_the_order_of_the_common_comparison() -> None:
    assert [subject.label for subject in Subject] == ["TensorFlow", "Keras", "PyTorch"]


def test_every_verdict_has_a_word_and_a_symbol_of_its_own() -> None:
    chips = [(verdict.symbol, verdict.word) for verdict in ClaimVerdict]

    assert chips == [("✓", "holds"), ("◐", "imprecise"), ("◷", "outdated"), ("✗", "wrong")]


def test_a_criterion_hands_out_the_claim_of_a_framework() -> None:
    day = date(2026, 11, 22)
    row = criterion("speed", day, day, day)

    assert [row.claim(subject).subject for subject in Subject] == list(Subject)


def test_the_catalog_is_as_old_as_the_claim_that_waits_longest() -> None:
    # GIVEN one claim among six that nobody has looked at since 2025
    new, old = date(2026, 11, 22), date(2025, 1, 2)
    catalog = Catalog((criterion("speed", new, new, new), criterion("size", new, old, new)))

    assert catalog.checked == old


def test_a_claim_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        claim(Subject.KERAS).said = "Slow"  # type: ignore[misc]

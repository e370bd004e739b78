"""The claims table: a row for each criterion, a column for each framework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QModelIndex, Qt

from fwcompare.domain.claim import Catalog, Claim, ClaimVerdict, Criterion, Subject
from fwcompare.domain.contender import Framework
from ui.comparison.badges import CLAIM_BADGES
from ui.comparison.columns import Heading
from ui.comparison.ordering import Keys
from ui.comparison.sorted_model import Index, ItemRole, SortedModel
from ui.theme import FRAMEWORK_HUES

SUBJECTS: Final = tuple(Subject)
HUES: Final = {
    Subject.TENSORFLOW: FRAMEWORK_HUES[Framework.TENSORFLOW],
    Subject.KERAS: FRAMEWORK_HUES[Framework.KERAS_TENSORFLOW],
    Subject.PYTORCH: FRAMEWORK_HUES[Framework.PYTORCH],
}
_VERDICTS: Final = tuple(ClaimVerdict)

_HEADINGS: Final[dict[Subject | None, Heading]] = {
    None: Heading("Criterion", "", 1, "Sort by the catalogue's order.", 168, is_text=True),
    **{
        subject: Heading(
            subject.label,
            "",
            1,
            f"Sort by the verdicts on {subject.label}.",
            252,
            is_text=True,
            hue=HUES[subject],
        )
        for subject in SUBJECTS
    },
}
"""By the subject of the claims, None for the criteria themselves."""


class ClaimsModel(SortedModel[Criterion]):
    """All criteria of the catalogue; it does not change while the window is open."""

    def __init__(self, catalog: Catalog | None) -> None:
        super().__init__(_HEADINGS, _CELL_READERS)
        criteria = catalog.criteria if catalog else ()
        texts = [_search_text(criterion).casefold() for criterion in criteria]
        self._texts: npt.NDArray[np.str_] = np.array(texts, dtype=np.str_)
        self._reset(criteria)

    @property
    def caption(self) -> str:
        """Up to which day the claims were looked at, "" without any."""
        dates = [claim.checked for criterion in self._rows for claim in criterion.claims]
        return f"checked {min(dates).isoformat()}" if dates else ""

    def criterion(self, row: int) -> Criterion:
        """The criterion that is shown at this place."""
        return self._rows[self.row_number(row)]

    def claim(self, index: Index) -> Claim | None:
        """The claim of a cell, None in the column of the criteria."""
        if index.column() == 0:
            return None
        return self.criterion(index.row()).claim(SUBJECTS[index.column() - 1])

    def index_of(self, criterion: str, subject: str) -> QModelIndex:
        """Where a claim is shown; an invalid index if it is filtered out."""
        number = next((i for i, one in enumerate(self._rows) if one.id == criterion), None)
        place = None if number is None else self.place_of(number)
        if place is None:
            return QModelIndex()
        column = next((i + 1 for i, one in enumerate(SUBJECTS) if one == subject), 0)
        return self.index(place, column)

    def export_rows(self) -> list[list[str | float | None]]:
        """A header and a row for each claim that is shown."""
        header: list[str | float | None] = ["Criterion", "Framework", "Claim", "Verdict", "Today", "Checked"]
        rows: list[list[str | float | None]] = [
            [
                one.name,
                claim.subject.label,
                claim.said,
                claim.verdict.word,
                claim.today,
                claim.checked.isoformat(),
            ]
            for one in self.shown_rows()
            for claim in one.claims
        ]
        return [header, *rows]

    def _column_keys(self, column: int) -> Keys:
        if column == 0:
            return np.arange(self.total, dtype=np.float64)
        subject = SUBJECTS[column - 1]
        ranks = [_VERDICTS.index(criterion.claim(subject).verdict) for criterion in self._rows]
        return np.array(ranks, dtype=np.float64)

    def _search_texts(self) -> npt.NDArray[np.str_]:
        return self._texts


def claim_text(claim: Claim) -> str:
    """A claim in one line of text."""
    badge = CLAIM_BADGES[claim.verdict]
    today = f": {claim.today}" if claim.today else ""
    return f"{claim.said} [{badge.symbol.value} {badge.word}]{today}"


def _text(criterion: Criterion, subject: Subject | None) -> str:
    return claim_text(criterion.claim(subject)) if subject else criterion.name


def _tool_tip(criterion: Criterion, subject: Subject | None) -> str:
    if subject is None:
        return criterion.about
    claim = criterion.claim(subject)
    return f"{claim.said}\n{CLAIM_BADGES[claim.verdict].word}{': ' if claim.today else ''}{claim.today}"


def _accessible(criterion: Criterion, subject: Subject | None) -> str:
    if subject is None:
        return f"{criterion.name}: {criterion.about}"
    claim = criterion.claim(subject)
    today = f" Today: {claim.today}" if claim.today else ""
    return f"{criterion.name}, {claim.subject.label}: {claim.said}. {claim.verdict.word}.{today}"


def _search_text(criterion: Criterion) -> str:
    claims = " ".join(f"{claim.said} {claim.verdict.word} {claim.today}" for claim in criterion.claims)
    return f"{criterion.name} {criterion.about} {claims}"


_CELL_READERS: Final[dict[int, Callable[[Criterion, Subject | None], Any]]] = {
    Qt.ItemDataRole.DisplayRole: _text,
    Qt.ItemDataRole.ToolTipRole: _tool_tip,
    Qt.ItemDataRole.AccessibleTextRole: _accessible,
    ItemRole.CELL: lambda criterion, subject: criterion.claim(subject) if subject else criterion,
}

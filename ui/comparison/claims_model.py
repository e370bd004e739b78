"""The claims table: a row for each criterion, a column for each framework."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QModelIndex, Qt

from fwcompare.domain.claim import Catalog, Claim, ClaimVerdict, Criterion, Subject
from fwcompare.domain.contender import Framework
from ui.comparison.badges import CLAIM_BADGES
from ui.comparison.ordering import Keys
from ui.comparison.sorted_model import Index, ItemRole, SortedModel
from ui.theme import FRAMEWORK_HUES

SUBJECTS: Final = tuple(Subject)
_SUBJECT_HUES: Final = {
    Subject.TENSORFLOW: FRAMEWORK_HUES[Framework.TENSORFLOW],
    Subject.KERAS: FRAMEWORK_HUES[Framework.KERAS_TENSORFLOW],
    Subject.PYTORCH: FRAMEWORK_HUES[Framework.PYTORCH],
}
_VERDICTS: Final = tuple(ClaimVerdict)
_ROOT = QModelIndex


class ClaimsModel(SortedModel):
    """All criteria of the catalogue; it does not change while the window is open."""

    def __init__(self, catalog: Catalog | None) -> None:
        super().__init__()
        self._criteria: tuple[Criterion, ...] = catalog.criteria if catalog else ()
        texts = [_search_text(criterion).casefold() for criterion in self._criteria]
        self._texts: npt.NDArray[np.str_] = np.array(texts, dtype=np.str_)
        self._reset_order()

    @property
    def total(self) -> int:
        """Number of criteria, shown or not."""
        return len(self._criteria)

    def criterion(self, row: int) -> Criterion:
        """The criterion that is shown at this place."""
        return self._criteria[self.row_number(row)]

    def claim(self, index: Index) -> Claim | None:
        """The claim of a cell, None in the column of the criteria."""
        if index.column() == 0:
            return None
        return self.criterion(index.row()).claim(SUBJECTS[index.column() - 1])

    def index_of(self, criterion: str, subject: str) -> QModelIndex:
        """Where a claim is shown; an invalid index if it is filtered out."""
        number = next((i for i, one in enumerate(self._criteria) if one.id == criterion), None)
        place = None if number is None else self.place_of(number)
        if place is None:
            return QModelIndex()
        column = next((i + 1 for i, one in enumerate(SUBJECTS) if one == subject), 0)
        return self.index(place, column)

    def columnCount(self, parent: Index = _ROOT()) -> int:  # noqa: B008 - an invalid index is a constant
        """The criterion and the frameworks."""
        return 0 if parent.isValid() else 1 + len(SUBJECTS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        if not index.isValid() or index.row() >= len(self._order):
            return None
        criterion, claim = self.criterion(index.row()), self.claim(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return claim_text(claim) if claim else criterion.name
            case ItemRole.SORT:
                return _VERDICTS.index(claim.verdict) if claim else self.row_number(index.row())
            case ItemRole.CELL:
                return claim or criterion
            case Qt.ItemDataRole.ToolTipRole:
                return _tool_tip(claim) if claim else criterion.about
            case Qt.ItemDataRole.AccessibleTextRole:
                return _accessible(criterion, claim)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            case _:
                return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What stands over a column."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section <= len(SUBJECTS):
            return None
        subject = SUBJECTS[section - 1] if section else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return subject.label if subject else "Criterion"
            case ItemRole.HUE:
                return _SUBJECT_HUES[subject] if subject else None
            case Qt.ItemDataRole.ToolTipRole:
                return f"Sort by the verdicts on {subject.label}." if subject else "Sort by the catalogue's order."
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            case _:
                return None

    def _column_keys(self, column: int) -> Keys:
        if column == 0:
            return np.arange(len(self._criteria), dtype=np.float64)
        subject = SUBJECTS[column - 1]
        ranks = [_VERDICTS.index(criterion.claim(subject).verdict) for criterion in self._criteria]
        return np.array(ranks, dtype=np.float64)

    def _search_texts(self) -> npt.NDArray[np.str_]:
        return self._texts


def claim_text(claim: Claim) -> str:
    """A claim in one line of text."""
    badge = CLAIM_BADGES[claim.verdict]
    today = f": {claim.today}" if claim.today else ""
    return f"{claim.said} [{badge.symbol.value} {badge.word}]{today}"


def _tool_tip(claim: Claim) -> str:
    return f"{claim.said}\n{CLAIM_BADGES[claim.verdict].word}{': ' if claim.today else ''}{claim.today}"


def _accessible(criterion: Criterion, claim: Claim | None) -> str:
    if claim is None:
        return f"{criterion.name}: {criterion.about}"
    today = f" Today: {claim.today}" if claim.today else ""
    return f"{criterion.name}, {claim.subject.label}: {claim.said}. {claim.verdict.word}.{today}"


def _search_text(criterion: Criterion) -> str:
    claims = " ".join(f"{claim.said} {claim.verdict.word} {claim.today}" for claim in criterion.claims)
    return f"{criterion.name} {criterion.about} {claims}"

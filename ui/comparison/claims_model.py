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
    def caption(self) -> str:
        """Up to which day the claims were looked at, "" without any."""
        dates = [claim.checked for criterion in self._criteria for claim in criterion.claims]
        return f"checked {min(dates).isoformat()}" if dates else ""

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
            for one in (self._criteria[number] for number in self._order)
            for claim in one.claims
        ]
        return [header, *rows]

    def columnCount(self, parent: Index = _ROOT()) -> int:  # noqa: B008, N802
        """The criterion and the frameworks."""
        return 0 if parent.isValid() else 1 + len(SUBJECTS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        if not index.isValid() or index.row() >= len(self._order):
            return None
        if role == ItemRole.SORT and index.column() == 0:
            return self.row_number(index.row())
        criterion, claim = self.criterion(index.row()), self.claim(index)
        if claim is None:
            return _CRITERION_READERS[role](criterion) if role in _CRITERION_READERS else None
        return _CLAIM_READERS[role](criterion, claim) if role in _CLAIM_READERS else None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What stands over a column."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section <= len(SUBJECTS):
            return None
        readers = _HEADER_READERS if section else _FIRST_HEADER
        return readers[role](SUBJECTS[section - 1]) if role in readers else None

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


def _accessible(criterion: Criterion, claim: Claim) -> str:
    today = f" Today: {claim.today}" if claim.today else ""
    return f"{criterion.name}, {claim.subject.label}: {claim.said}. {claim.verdict.word}.{today}"


def _search_text(criterion: Criterion) -> str:
    claims = " ".join(f"{claim.said} {claim.verdict.word} {claim.today}" for claim in criterion.claims)
    return f"{criterion.name} {criterion.about} {claims}"


_LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft

_CRITERION_READERS: Final[dict[int, Callable[[Criterion], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda criterion: criterion.name,
    Qt.ItemDataRole.ToolTipRole: lambda criterion: criterion.about,
    Qt.ItemDataRole.AccessibleTextRole: lambda criterion: f"{criterion.name}: {criterion.about}",
    Qt.ItemDataRole.TextAlignmentRole: lambda _: _LEFT,
    ItemRole.CELL: lambda criterion: criterion,
}

_CLAIM_READERS: Final[dict[int, Callable[[Criterion, Claim], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda _, claim: claim_text(claim),
    Qt.ItemDataRole.ToolTipRole: lambda _, claim: _tool_tip(claim),
    Qt.ItemDataRole.AccessibleTextRole: _accessible,
    Qt.ItemDataRole.TextAlignmentRole: lambda *_: _LEFT,
    ItemRole.SORT: lambda _, claim: _VERDICTS.index(claim.verdict),
    ItemRole.CELL: lambda _, claim: claim,
}

_FIRST_HEADER: Final[dict[int, Callable[[Subject], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda _: "Criterion",
    Qt.ItemDataRole.AccessibleTextRole: lambda _: "Criterion",
    Qt.ItemDataRole.ToolTipRole: lambda _: "Sort by the catalogue's order.",
    Qt.ItemDataRole.TextAlignmentRole: lambda _: _LEFT,
}

_HEADER_READERS: Final[dict[int, Callable[[Subject], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda subject: subject.label,
    Qt.ItemDataRole.AccessibleTextRole: lambda subject: subject.label,
    Qt.ItemDataRole.ToolTipRole: lambda subject: f"Sort by the verdicts on {subject.label}.",
    Qt.ItemDataRole.TextAlignmentRole: lambda _: _LEFT,
    ItemRole.HUE: lambda subject: HUES[subject],
}

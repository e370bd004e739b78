"""A field for a number that the application fills in until the user chooses another one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QDoubleSpinBox


class FilledIn(QDoubleSpinBox):
    """The number that was filled in, or the user's; only the user's changes are signalled.

    Args:
        name: For who can't see it.
        unit: Stands behind the number, "" for none.
        least: The smallest number, which it begins with.
        most: The largest.
        decimals: Of the number.
    """

    def __init__(self, name: str, unit: str, least: float, most: float, decimals: int = 0) -> None:
        super().__init__()
        self._known = least
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setSuffix(unit)
        self.setAccessibleName(name)
        self.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach it

    @property
    def chosen(self) -> float | None:
        """What the user chose, None for what was filled in."""
        return None if self.value() == self._known else self.value()

    def fill_in(self, value: float) -> None:
        """Another number is known: it stands here unless the user chose one."""
        if self.chosen is None:
            self.reset(value)
        else:
            self._known = self._rounded(value)

    def reset(self, value: float) -> None:
        """This number is known, and what the user chose is forgotten."""
        self._known = self._rounded(value)
        if self.value() != self._known:  # else what is being typed would be put into form
            with QSignalBlocker(self):
                self.setValue(self._known)

    def _rounded(self, value: float) -> float:
        return round(min(value, self.maximum()), self.decimals())

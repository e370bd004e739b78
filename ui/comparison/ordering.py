"""Order and choice of rows, as array arithmetic: a proxy model would take seconds where this takes milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.float64]
"""What one column is sorted by, shape (rows,); NaN where there is no value."""

Rows = npt.NDArray[np.int64]
"""Numbers of rows, shape (n,)."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column to sort by."""

    column: int
    descending: bool = False


def sorted_rows(keys: Sequence[tuple[Keys, bool]], count: int) -> Rows:
    """The numbers of all rows in order.

    Args:
        keys: Keys of a column and whether it descends, the most important column first.
        count: Number of rows.

    Returns:
        Rows without a value come last whichever way the column is sorted; rows that are equal keep
        their order.
    """
    arrays: list[npt.NDArray[np.float64] | npt.NDArray[np.bool_]] = []
    for values, descending in reversed(keys):
        missing = np.isnan(values)
        arrays += [np.where(missing, 0.0, -values if descending else values), missing]
    return np.lexsort(arrays) if arrays else np.arange(count)


def text_keys(texts: Sequence[str]) -> Keys:
    """Keys that sort texts alphabetically, capitals or not."""
    folded = np.array([text.casefold() for text in texts], dtype=np.str_)
    ranks: Keys = np.unique(folded, return_inverse=True)[1].astype(np.float64)
    return ranks


def number_keys(values: Iterable[float | None]) -> Keys:
    """Keys that sort numbers, NaN for None."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def matching(texts: npt.NDArray[np.str_], wanted: str) -> npt.NDArray[np.bool_]:
    """Which rows hold every word that is wanted, in any order.

    Args:
        texts: All that can be found in each row, casefolded, shape (rows,).
        wanted: Words divided by spaces; nothing matches every row.
    """
    mask = np.ones(len(texts), dtype=np.bool_)
    for word in wanted.casefold().split():
        mask &= np.char.find(texts, word) >= 0
    return mask


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken stretch."""
    stretches: list[tuple[int, int]] = []
    for number in numbers:
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1] = (stretches[-1][0], number)
        else:
            stretches.append((number, number))
    return stretches

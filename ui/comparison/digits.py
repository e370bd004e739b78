"""Numbers with only the digits that their spread supports."""

from __future__ import annotations

import math
from typing import Final

_PLAIN_DIGITS: Final = 3
_MOST_DIGITS: Final = 4


def rounded(value: float, spread: float | None = None) -> str:
    """The number as text.

    Args:
        value: In the unit in which it is shown.
        spread: Half the width of its interval in the same unit; the last digit shown is the first
            one of the spread. None shows three digits.
    """
    return f"{value:,.{decimals(value, spread)}f}"


def decimals(value: float, spread: float | None = None) -> int:
    """How many digits after the point the number deserves; never fewer than two digits in all, never more than four."""
    if value == 0:
        return 0
    magnitude = math.floor(math.log10(abs(value)))
    digits = _PLAIN_DIGITS
    if spread is not None:
        finest = math.floor(math.log10(spread)) if spread > 0 else magnitude - _MOST_DIGITS
        digits = min(max(magnitude - finest + 1, 2), _MOST_DIGITS)
    return max(digits - 1 - magnitude, 0)

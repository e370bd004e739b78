"""Numbers show what their spread supports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.comparison.digits import rounded


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (1.2345, 0.03, "1.23"),
        (1.2345, 0.3, "1.2"),
        (1.2345, 3.0, "1.2"),
        (1.2345, 0.0, "1.234"),
        (0.04702, 0.0004, "0.0470"),
        (12.3456, None, "12.3"),
        (170_140.4, None, "170,140"),
        (0.0, 0.1, "0"),
    ],
)
def test_digits(value: float, spread: float | None, text: str) -> None:
    assert rounded(value, spread) == text


@given(st.floats(1e-6, 1e6), st.floats(1e-9, 1e6))
def test_the_text_is_within_the_spread_or_two_digits(value: float, spread: float) -> None:
    shown = float(rounded(value, spread).replace(",", ""))

    assert abs(shown - value) <= max(spread, value * 0.05)

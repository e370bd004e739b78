"""Figures in words that all rooms use."""

from __future__ import annotations


def percent(fraction: float) -> str:
    """2 %, 7.5 %."""
    return f"{100 * fraction:.3g} %"


def count(number: int, noun: str) -> str:
    """1 round, 2 rounds."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def reason(text: str) -> str:
    """Why something is not available, as it stands behind a word that says that it is not."""
    return text.removeprefix("not available: ")

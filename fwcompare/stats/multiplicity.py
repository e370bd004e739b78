"""Many comparisons at once: how strong the evidence must be so that a false claim stays rare."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values, in the order given: those below α are claims of which none is false with 1 − α.

    S. Holm, Scandinavian Journal of Statistics 6, 1979. It assumes nothing about how the comparisons
    depend on each other, which they do: they share the baseline.
    """
    times, highest = factors(p_values), 0.0
    adjusted = [0.0] * len(p_values)
    for place in sorted(range(len(p_values)), key=lambda place: -times[place]):
        highest = max(highest, min(1.0, times[place] * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def factors(p_values: Sequence[float]) -> tuple[int, ...]:
    """By what Holm's procedure multiplies each p-value: the smallest by their number, the largest by 1."""
    count = len(p_values)
    found = [0] * count
    for rank, place in enumerate(sorted(range(count), key=p_values.__getitem__)):
        found[place] = count - rank
    return tuple(found)

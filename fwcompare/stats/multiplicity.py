"""Many comparisons at once: how strong the evidence must be so that a false claim stays rare."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values, in the order given: those below α are claims of which none is false with 1 − α.

    S. Holm, Scandinavian Journal of Statistics 6, 1979. It assumes nothing about how the comparisons
    depend on each other, which they do: they share the baseline.
    """
    count, highest = len(p_values), 0.0
    adjusted = [0.0] * count
    for rank, place in enumerate(sorted(range(count), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)

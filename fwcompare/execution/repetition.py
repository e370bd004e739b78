"""Which block is run once more: a red one, and one that was still getting warm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.stats.blocks import block_figures
from fwcompare.stats.gates import gates_of
from fwcompare.stats.steadiness import Steadiness

LONGER: Final = 2
"""By what the warm-up of a block is lengthened that was not warm."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """How a block is run once more.

    Attributes:
        block: The one that is repeated.
        warm_up_factor: Times the plan's warm-up.
    """

    block: int
    warm_up_factor: int


def repetition_of(block: BlockRecord, record: RunRecord) -> Repetition | None:
    """How this block is run once more; None if it need not be, or is a repetition itself.

    Args:
        block: One that was measured to its end.
        record: The run.
    """
    if block.repeats is not None:
        return None
    figures = block_figures(block)
    is_cold = figures.course is not None and figures.course.label is Steadiness.WARM_UP
    if is_cold or gates_of(block, record, lambda _: figures).is_red:
        return Repetition(block.block, LONGER if is_cold else 1)
    return None

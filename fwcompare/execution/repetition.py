"""Which block is run once more: a red one, and one that was still getting warm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.stats.blocks import Look, block_figures
from fwcompare.stats.gates import GateCode, Level, gates_of
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


class _Reason(Enum):
    """Why a block may have to be run once more."""

    COLD = auto()
    SCATTER = auto()
    DISTURBED = auto()


_BY_NATURE: Final = frozenset({_Reason.COLD, _Reason.SCATTER})
"""What may be the contender's nature: if a repetition did not mend it, the next would not either."""


def repetition_of(block: BlockRecord, record: RunRecord, look: Look = block_figures) -> Repetition | None:
    """How this block is run once more; None if it need not be, or is a repetition itself.

    Args:
        block: One that was measured to its end.
        record: The run.
        look: Gives the figures of a block.
    """
    if block.repeats is not None:
        return None
    reasons = _reasons(block, record, look)
    if not reasons - _proved_nature(block, record, look):
        return None
    return Repetition(block.block, LONGER if _Reason.COLD in reasons else 1)


def _proved_nature(block: BlockRecord, record: RunRecord, look: Look) -> set[_Reason]:
    """What an earlier repetition of the same contender and workload did not mend."""
    same = [
        one for one in record.blocks if (one.contender, one.workload) == (block.contender, block.workload)
    ]
    repetitions = [one for one in same if one.repeats is not None and one.outcome is Outcome.OK]
    return {reason for one in repetitions for reason in _reasons(one, record, look) & _BY_NATURE}


def _reasons(block: BlockRecord, record: RunRecord, look: Look) -> set[_Reason]:
    gates, course = gates_of(block, record, look).gates, look(block).course
    red = {gate.code for gate in gates if gate.level is Level.RED}
    found = {_Reason.SCATTER if code is GateCode.SCATTER else _Reason.DISTURBED for code in red}
    is_cold = any(gate.code is GateCode.GPU_WARM_UP for gate in gates) or (
        course is not None and course.label is Steadiness.WARM_UP
    )
    return found | ({_Reason.COLD} if is_cold else set())

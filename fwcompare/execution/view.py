"""What others see of a run while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.errors import FwcompareError
from fwcompare.stats.blocks import BlockFigures

_UNKNOWN: Final = BlockFigures()


@dataclass(frozen=True, slots=True)
class RunView:
    """The newest state of a run, frozen.

    Attributes:
        figures: What each block that has ended amounts to, by its number, so that nobody reduces its samples again.
        activity: What is done while no block runs ("Computing the reference …"), or "".
        snapshot: Where the comparison was saved, once it is.
        error: What kept the comparison from being measured or saved.
    """

    record: RunRecord
    figures: Mapping[int, BlockFigures]
    activity: str = ""
    finished: bool = False
    snapshot: Path | None = None
    error: FwcompareError | None = None

    def look(self, block: BlockRecord) -> BlockFigures:
        """The figures of a block; nothing is known of one that runs."""
        return self.figures.get(block.block, _UNKNOWN)

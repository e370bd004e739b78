"""What others see of a run while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fwcompare.domain.record import RunRecord
from fwcompare.errors import FwcompareError


@dataclass(frozen=True, slots=True)
class RunView:
    """The newest state of a run, frozen.

    Attributes:
        activity: What is done while no block runs ("Computing the reference …"), or "".
        snapshot: Where the comparison was saved, once it is.
        error: What kept the comparison from being measured or saved.
    """

    record: RunRecord
    activity: str = ""
    finished: bool = False
    snapshot: Path | None = None
    error: FwcompareError | None = None

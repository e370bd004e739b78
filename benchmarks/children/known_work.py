"""A worker whose contender is so many turns of a loop: what it should take is known without a framework.

Run like an interpreter, see `tests/children/numpy_worker.py`; FWCOMPARE_TURNS says how many turns. With
0 an iteration does nothing at all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "children"))

from numpy_worker import NumpyProgram, serve

TURNS = int(os.environ["FWCOMPARE_TURNS"])


class KnownWork(NumpyProgram):
    """Computes the result once, so that the check passes; then only counts."""

    def __init__(self, request: Any, inputs: Any) -> None:
        super().__init__(request, inputs)
        self.result = self.infer()
        self.iterate = self.count if TURNS else lambda: self.result

    def count(self) -> Any:
        """One iteration: `TURNS` turns, and what the check wants to see."""
        for _ in range(TURNS):
            pass
        return self.result


if __name__ == "__main__":
    serve(KnownWork)

"""A worker whose contender hashes so many bytes: what it should take is known without a framework.

Run like an interpreter, see `tests/children/numpy_worker.py`; FWCOMPARE_BYTES says how many. With 0 an
iteration does nothing at all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "children"))

from hashing import hash_bytes
from numpy_worker import NumpyProgram, serve

BYTES = int(os.environ["FWCOMPARE_BYTES"])


class KnownWork(NumpyProgram):
    """Computes the result once, so that the check passes; then only hashes."""

    def __init__(self, request: Any, inputs: Any) -> None:
        super().__init__(request, inputs)
        self.result = self.infer()
        self.iterate = self.work if BYTES else lambda: self.result

    def work(self) -> Any:
        """One iteration, with what the check wants to see."""
        hash_bytes(BYTES)
        return self.result


if __name__ == "__main__":
    serve(KnownWork)

"""Each iteration takes longer than the last one, so that the warm-up never sees an end."""

from __future__ import annotations

import time
from typing import Any

from numpy_worker import NumpyProgram, serve


class Drifting(NumpyProgram):
    def __init__(self, request: Any, inputs: Any) -> None:
        super().__init__(request, inputs)
        self.iterate = self.drift
        self.calls = 0

    def drift(self) -> Any:
        self.calls += 1
        time.sleep(0.001 * 1.03 ** min(self.calls, 200))
        return self.infer()


if __name__ == "__main__":
    serve(Drifting)

"""Iterations of two lengths, so every block is red; the mode's proof tells the warm-up that was asked for."""

from __future__ import annotations

import time
from typing import Any

from numpy_worker import NumpyProgram, serve


class Scattering(NumpyProgram):
    def __init__(self, request: Any, inputs: Any) -> None:
        super().__init__(request, inputs)
        self.iterate = self.scatter
        self.warm_up_s = request.min_warm_up_s
        self.calls = 0

    def scatter(self) -> Any:
        self.calls += 1
        time.sleep(0.008 if self.calls % 2 else 0.001)
        return self.infer()

    def prove_mode(self) -> Any:
        return type(super().prove_mode())(True, f"warm-up {self.warm_up_s} s")


if __name__ == "__main__":
    serve(Scattering)

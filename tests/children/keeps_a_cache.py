"""Leaves a file in its folder, as a compiler leaves its cache; the mode's proof tells whether there was one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy_worker import NumpyProgram, serve


class Caching(NumpyProgram):
    def __init__(self, request: Any, inputs: Any) -> None:
        super().__init__(request, inputs)
        self.found = Path("compiled").exists()
        Path("compiled").touch()

    def prove_mode(self) -> Any:
        return type(super().prove_mode())(True, f"found {self.found}")


if __name__ == "__main__":
    serve(Caching)

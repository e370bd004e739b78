"""Like `scatters`, but its second worker raises: the compile cache's folder, where it runs, remembers the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy_worker import serve
from scatters import Scattering

BEEN_HERE = Path("been_here")


class Once(Scattering):
    def __init__(self, request: Any, inputs: Any) -> None:
        if BEEN_HERE.exists():
            raise RuntimeError("once is enough")
        BEEN_HERE.touch()
        super().__init__(request, inputs)


if __name__ == "__main__":
    serve(Once)

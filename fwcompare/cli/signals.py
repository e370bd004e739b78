"""Ctrl-C and SIGTERM as a wish to stop."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While entered, the first signal interrupts like Ctrl-C does and any further one is only noted.

    After `hold` the first one is only noted as well: whoever held it looks at `requested`, so that
    a run can be saved and printed undisturbed. A handler takes no lock, it sets a flag.

    Attributes:
        requested: True once a signal has come.
    """

    def __init__(self) -> None:
        self.requested = False
        self._interrupts = True

    def __enter__(self) -> Self:
        self._former = [(number, signal.signal(number, self._note)) for number in _SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former:
            signal.signal(number, handler)

    def hold(self) -> None:
        """From now on signals interrupt nothing."""
        self._interrupts = False

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        first, self.requested = not self.requested, True
        if first and self._interrupts:
            raise KeyboardInterrupt

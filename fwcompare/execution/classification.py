"""How a worker ended: facts in, outcome and sentence out. The rules are those of the exit taxonomy."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from typing import Final

from fwcompare.domain.events import WorkerFailed
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase

EXIT_TOO_OLD = 64
"""Exit status of `fwcompare/worker/__main__.py` in a Python that is too old."""

_REFUSED: Final = re.compile(
    r"std::bad_alloc|cannot allocate memory|out of memory|OOM when allocating|failed to allocate"
    r"|allocation of \d+ exceeds|mmap error: 12|could not (create|execute) a primitive",
    re.IGNORECASE,
)
"""What C++, the C library, LLVM, Abseil and TensorFlow say when they get no memory, and oneDNN, which does not
say why. Then the process aborts, or uses the memory all the same and crashes, as TensorFlow 2.21 does."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known when a worker is gone.

    Attributes:
        exit_code: Exit status, negative for a signal.
        finished: True if the result was handed over.
        failed: The error that the worker reported, if it did.
        stopped: Outcome and reason with which the engine stopped it, if it did.
        out_of_memory_kills: Kills by the kernel's memory killer in its time, None if not known.
        phase: The last phase that began.
        memory_was_tight: True if the worker's memory was limited, or that of the machine had nearly run out.
        log: The last lines that it wrote.
    """

    exit_code: int
    finished: bool
    failed: WorkerFailed | None
    stopped: tuple[Outcome, str] | None
    out_of_memory_kills: int | None
    phase: Phase
    memory_was_tight: bool
    log: str

    def classify(self) -> tuple[Outcome, str]:
        """The outcome and one sentence with the facts of this case."""
        broke_protocol = self.stopped is not None and self.stopped[0] is Outcome.PROTOCOL_ERROR
        if self.finished and not broke_protocol:
            return Outcome.OK, self._remark()
        if self.stopped is not None:
            return self.stopped
        if self.failed is not None:
            kind = self.failed.kind
            if kind is Outcome.USER_ERROR and self._refusal(self.failed.traceback):
                kind = Outcome.OOM_HOST
            return kind, f"{self.failed.error} in the phase {self.phase}: {self.failed.message}"
        return self._by_exit_code()

    def _by_exit_code(self) -> tuple[Outcome, str]:
        if self.exit_code < 0:
            return self._by_signal(-self.exit_code)
        if self.exit_code == EXIT_TOO_OLD:
            return Outcome.ENV_INCOMPATIBLE, "The interpreter is older than Python 3.9."
        return (
            Outcome.LOST_CHANNEL,
            f"It ended with status {self.exit_code} in the phase {self.phase}, without a result.",
        )

    def _remark(self) -> str:
        if self.exit_code == 0:
            return ""
        return f"After its result the process still ended with {_exit_name(self.exit_code)}."

    def _by_signal(self, number: int) -> tuple[Outcome, str]:
        where = f"by {_exit_name(-number)} in the phase {self.phase}"
        if number == signal.SIGKILL:
            if self.out_of_memory_kills:
                return (
                    Outcome.OOM_HOST,
                    f"It was killed {where}, and the kernel's memory killer was at work: likely out of memory.",
                )
            return Outcome.KILLED_EXTERNAL, f"It was killed {where}, not by fwcompare."
        if number in (signal.SIGABRT, signal.SIGSEGV) and (refusal := self._refusal(self.log)):
            return Outcome.OOM_HOST, f"It was ended {where}, and its log says: {refusal}"
        if number == signal.SIGABRT:
            return Outcome.ABORTED, f"It ended {where}."
        if number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
            return Outcome.KILLED_EXTERNAL, f"It was ended {where}, not by fwcompare."
        return Outcome.CRASHED, f"It was ended {where}."

    def _refusal(self, text: str) -> str:
        """The last line in which somebody says that he got no memory; "" where there was enough of it."""
        lines = text.splitlines() if self.memory_was_tight else []
        return next((line.strip() for line in reversed(lines) if _REFUSED.search(line)), "")


def _exit_name(code: int) -> str:
    """`SIGSEGV` for -11, `status 3` for 3."""
    if code >= 0:
        return f"status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

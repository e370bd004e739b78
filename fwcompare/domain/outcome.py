"""How a block ended: a value with one sentence and one remedy, never an exception."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """Every way in which a block can end."""

    OK = "ok"
    CANCELLED = "cancelled"
    USER_ERROR = "user_error"
    OOM_DEVICE = "oom_device"
    OOM_HOST = "oom_host"
    CRASHED = "crashed"
    ABORTED = "aborted"
    KILLED_EXTERNAL = "killed_external"
    HUNG = "hung"
    LOST_CHANNEL = "lost_channel"
    PROTOCOL_ERROR = "protocol_error"
    LAUNCH_FAILED = "launch_failed"
    ENV_INCOMPATIBLE = "env_incompatible"
    OUTPUT_MISMATCH = "output_mismatch"

    @property
    def sentence(self) -> str:
        """What happened, for the user."""
        return _TEXTS[self][0]

    @property
    def words(self) -> str:
        """What became of the block in a few words, as they follow its name: crashed, memory ran out."""
        return _WORDS.get(self, self.value)

    @property
    def remedy(self) -> str:
        """What to do about it, "" where nothing needs doing."""
        return _TEXTS[self][1]

    @property
    def is_failure(self) -> bool:
        """True unless the block measured to its end or was cancelled."""
        return self not in (Outcome.OK, Outcome.CANCELLED)

    @property
    def is_final(self) -> bool:
        """True if another round of the same contender can only end in the same way."""
        return self in (Outcome.LAUNCH_FAILED, Outcome.ENV_INCOMPATIBLE, Outcome.OUTPUT_MISMATCH)


_WORDS: Final = {
    Outcome.OK: "measured",
    Outcome.USER_ERROR: "raised an error",
    Outcome.OOM_DEVICE: "GPU memory ran out",
    Outcome.OOM_HOST: "memory ran out",
    Outcome.KILLED_EXTERNAL: "killed from outside",
    Outcome.LOST_CHANNEL: "ended without a result",
    Outcome.PROTOCOL_ERROR: "broke the protocol",
    Outcome.LAUNCH_FAILED: "did not start",
    Outcome.ENV_INCOMPATIBLE: "can't run here",
    Outcome.OUTPUT_MISMATCH: "outputs differ",
}

REPORTABLE: Final = frozenset(
    {
        Outcome.USER_ERROR,
        Outcome.OOM_DEVICE,
        Outcome.OOM_HOST,
        Outcome.ENV_INCOMPATIBLE,
        Outcome.OUTPUT_MISMATCH,
    }
)
"""What a worker may say about its own failure; the rest only the engine can see."""

_TEXTS: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.OK: ("The block was measured to its end.", ""),
    Outcome.CANCELLED: ("The block was cancelled.", "Run the comparison again to measure it."),
    Outcome.USER_ERROR: (
        "The workload raised an error inside the framework.",
        "Read the worker's traceback and log; the framework's version may not support this workload.",
    ),
    Outcome.OOM_DEVICE: (
        "The GPU's memory ran out.",
        "Use a smaller batch or size, or close other programs that use this GPU.",
    ),
    Outcome.OOM_HOST: (
        "The machine's memory ran out and the worker was ended.",
        "Use a smaller batch or size, or close other programs.",
    ),
    Outcome.CRASHED: (
        "The worker process crashed.",
        "Read the worker's log; if it happens again, reinstall or update the framework.",
    ),
    Outcome.ABORTED: (
        "The framework aborted its own process.",
        "The reason is usually in the last lines of the worker's log.",
    ),
    Outcome.KILLED_EXTERNAL: (
        "Something outside fwcompare killed the worker.",
        "Look for a resource limit, another user's script or the system's log.",
    ),
    Outcome.HUNG: (
        "The worker made no progress any more and was ended.",
        "Read the stack in the worker's log; fewer threads or a newer framework often help.",
    ),
    Outcome.LOST_CHANNEL: (
        "The worker ended without handing over a result.",
        "Something in the workload or the interpreter's start-up files ended the process early; read the log.",
    ),
    Outcome.PROTOCOL_ERROR: (
        "The worker sent something that is not part of the protocol and was ended.",
        "Check that nothing in that interpreter writes to inherited file descriptors; then report it.",
    ),
    Outcome.LAUNCH_FAILED: (
        "The worker process could not be started.",
        "Check that the interpreter exists, is executable and starts by itself.",
    ),
    Outcome.ENV_INCOMPATIBLE: (
        "The interpreter can't run this contender.",
        "Install what is missing, or assign another interpreter to the framework.",
    ),
    Outcome.OUTPUT_MISMATCH: (
        "The contender does not compute the same as the reference, so its times are not comparable.",
        "Compare versions and settings with a contender that passes; then report it.",
    ),
}

"""Whether a worker is still getting on, and how it is stopped: decisions without processes or clocks.

A worker lives as long as it gives signs of life: a message, processor time in its tree, or a busy GPU.
There is no heartbeat: a Python thread would go on while the main thread sleeps for ever, and stop
while healthy native code holds the interpreter lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fwcompare.domain.events import ResourceSampled, Rung
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase

_S: Final = 1_000_000_000

BUSY_CPU_S: Final = 0.05
"""Processor time that counts as a sign of life; less is the noise of an idle process."""

MEDIANS_PER_ITERATION: Final = 50
"""An iteration may take this many times the median before it counts as stuck …"""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Longest times in seconds; generous, because a slow machine is no hung worker."""

    silence_s: float = 30.0
    iteration_s: float = 60.0
    phases_s: dict[Phase, float] = field(
        default_factory=lambda: {
            Phase.SPAWN: 20.0,
            Phase.IMPORT: 180.0,
            Phase.DEVICE_INIT: 180.0,
            Phase.BUILD: 300.0,
            Phase.COMPILE: 900.0,
            Phase.FIRST_CALL: 300.0,
            Phase.CHECK: 900.0,
            Phase.TEARDOWN: 60.0,
        }
    )
    ask_s: float = 2.0
    terminate_s: float = 3.0
    kill_s: float = 10.0


class Liveness:
    """Signs of life of one worker.

    Args:
        deadlines: Longest times.
        now_ns: When the worker was started.
        max_warm_up_s: Time limit of the warm-up, which the worker keeps itself.
    """

    def __init__(self, deadlines: Deadlines, now_ns: int, max_warm_up_s: float) -> None:
        self._deadlines = deadlines
        self._max_warm_up_s = max_warm_up_s
        self._phase = Phase.SPAWN
        self._phase_ns = self._sign_ns = self._message_ns = self._cpu_read_ns = now_ns
        self._cpu_s = 0.0
        self._median_s = 0.0

    def message(self, now_ns: int) -> None:
        """The worker sent something."""
        self._message_ns = now_ns
        self._sign(now_ns)

    def phase(self, phase: Phase, now_ns: int) -> None:
        """The worker began a phase."""
        self._phase, self._phase_ns = phase, now_ns

    def iterations(self, median_s: float) -> None:
        """The worker sent iterations with this median."""
        self._median_s = median_s

    def resources(self, sampled: ResourceSampled) -> None:
        """The sampler read the worker's counters."""
        cpu_percent = sampled.values.get("cpu_percent")
        if cpu_percent is not None:
            self._cpu_s += cpu_percent / 100 * (sampled.at_ns - self._cpu_read_ns) / _S
            self._cpu_read_ns = sampled.at_ns
        if self._cpu_s > BUSY_CPU_S or sampled.values.get("gpu_utilization_percent", 0) > 0:
            self._sign(sampled.at_ns)

    def _sign(self, now_ns: int) -> None:
        self._sign_ns = now_ns
        self._cpu_s = 0.0

    def complaint(self, now_ns: int) -> str | None:
        """Why the worker counts as hung, None while it does not."""
        silence_s = (now_ns - self._sign_ns) / _S
        if silence_s > self._deadlines.silence_s:
            return f"No message, no processor time and no GPU work for {silence_s:.0f} s in the phase {self._phase}."
        limit_s, since_ns = self._limit()
        waited_s = (now_ns - since_ns) / _S
        if waited_s > limit_s:
            return f"The phase {self._phase} got no further for {waited_s:.0f} s (limit {limit_s:.0f} s)."
        return None

    def _limit(self) -> tuple[float, int]:
        iteration_s = max(self._deadlines.iteration_s, MEDIANS_PER_ITERATION * self._median_s)
        if self._phase is Phase.MEASURE:
            return iteration_s, self._message_ns
        if self._phase is Phase.WARM_UP:
            return 2 * self._max_warm_up_s + iteration_s, self._phase_ns
        return self._deadlines.phases_s[self._phase], self._phase_ns


class StopLadder:
    """Message, SIGTERM, SIGKILL: which rung is due.

    Args:
        outcome: What the block ends as, unless the worker still hands over its result.
        reason: Why it is stopped, for the user.
        first: The rung to begin with; a worker that broke the protocol is not asked.
    """

    def __init__(self, deadlines: Deadlines, outcome: Outcome, reason: str, first: Rung, now_ns: int) -> None:
        self.outcome = outcome
        self.reason = reason
        self._deadlines = deadlines
        self._due: Rung | None = first
        self._since_ns = now_ns

    def step(self, now_ns: int) -> Rung | None:
        """The rung to use now; each is returned once, None in between."""
        rung = self._due
        if rung is not None and now_ns >= self._since_ns:
            self._plan_next(rung, now_ns)
            return rung
        return None

    def _plan_next(self, rung: Rung, now_ns: int) -> None:
        following = {
            Rung.ASKING: (Rung.TERMINATING, self._deadlines.ask_s),
            Rung.TERMINATING: (Rung.KILLING, self._deadlines.terminate_s),
        }
        self._due, wait_s = following.get(rung, (None, self._deadlines.kill_s))
        self._since_ns = now_ns + int(wait_s * _S)

    def kill_now(self, now_ns: int) -> None:
        """Go to the last rung at once; outcome and reason stay those it was begun with."""
        if self._due is not None:
            self._due, self._since_ns = Rung.KILLING, now_ns

    def is_exhausted(self, now_ns: int) -> bool:
        """True if even SIGKILL did not end the worker in its time."""
        return self._due is None and now_ns >= self._since_ns

"""What a machine can tell apart, found out by comparing a contender with itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fwcompare.domain.events import Scalar
from fwcompare.domain.plan import PresetName
from fwcompare.domain.verdict import Verdict

HARDWARE: Final = ("os", "cpu_model", "logical_cores", "gpu_0_uuid")
"""What stays for as long as it is the same machine."""

IDENTITY: Final = (*HARDWARE, "available_cores", "gpu_driver")
"""What a machine is known by: with another of these it is another one, or so changed that what was found does not hold."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The result of one self-test on one device.

    Attributes:
        checked_utc: When it began, ISO 8601 with "Z".
        machine: The description of the machine, less what is not in `IDENTITY`.
        contender: Id of the contender that was compared with itself.
        workload: Id of what it ran.
        log_deviation: Standard deviation of the log ratios of the rounds.
        detectable: Smallest difference that shows, as a fraction of the ratio, by preset.
    """

    checked_utc: str
    machine: dict[str, Scalar]
    contender: str
    workload: str
    verdict: Verdict
    log_deviation: float
    detectable: dict[PresetName, float]

    def holds_for(self, machine: Mapping[str, Scalar]) -> bool:
        """True on the machine that was checked."""
        return self.machine == identity(machine)


def identity(machine: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """What a machine is known by, from its whole description."""
    return {name: machine.get(name) for name in IDENTITY}


def is_another(machine: Mapping[str, Scalar], here: Mapping[str, Scalar]) -> bool:
    """True if this surely is not the machine `here`: what is known of one of them alone tells nothing."""
    known = [name for name in HARDWARE if machine.get(name) is not None and here.get(name) is not None]
    return any(machine[name] != here[name] for name in known)


@dataclass(frozen=True, slots=True)
class Margin:
    """A margin for a plan, as a fraction of the ratio, and half a sentence that says where it comes from."""

    value: float
    why: str

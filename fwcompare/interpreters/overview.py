"""All Pythons that are known here, with what each holds and what it is used for; nothing is started."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from fwcompare.domain.contender import MODES, Contender, Framework
from fwcompare.interpreters.availability import CPU, Availability, judge, survey
from fwcompare.interpreters.consent import is_allowed, refusal
from fwcompare.interpreters.discovery import (
    Discovery,
    Found,
    Origin,
    Surroundings,
    discover,
    real_surroundings,
)
from fwcompare.interpreters.installation import Installation, fingerprint, identity, installation_of
from fwcompare.interpreters.naming import own_interpreter
from fwcompare.interpreters.obstacle import Obstacle
from fwcompare.interpreters.probe import InterpreterInfo, Prober
from fwcompare.interpreters.reading import read_interpreter
from fwcompare.interpreters.settings import Settings
from fwcompare.paths import tilde


@dataclass(frozen=True, slots=True)
class Entry:
    """One Python.

    Attributes:
        origin: Where it was found.
        info: What it holds, None if there is nothing at its path any more.
        is_own: It is the application's own.
        is_probed: `info` is its own answer; else it was read from its files.
        is_allowed: It may be started.
        assigned: Frameworks that run in it.
        beside: Frameworks that compete in it beside the one they are assigned to.
        contenders: Whether each contender could run in it on the CPU.
    """

    installation: Installation
    origin: Origin
    info: InterpreterInfo | None
    is_own: bool
    is_probed: bool
    is_allowed: bool
    assigned: tuple[Framework, ...]
    beside: tuple[Framework, ...]
    contenders: tuple[Availability, ...]

    @property
    def path(self) -> str:
        """Absolute path of the Python."""
        return str(self.installation.python)


@dataclass(frozen=True, slots=True)
class Overview:
    """All of them.

    Attributes:
        is_complete: False if the search ended at a bound, so that there may be more.
    """

    entries: tuple[Entry, ...]
    is_complete: bool


class Interpreters:
    """Knows the Pythons that are here: looks around by reading files, and starts one only when told to.

    Args:
        surroundings: Where to look.
        prober: Remembers what those that were started have answered.
        own: The application's own Python, "" if it has none.
    """

    def __init__(self, surroundings: Surroundings, prober: Prober, own: str) -> None:
        self._surroundings = surroundings
        self._prober = prober
        self._own = own

    def overview(self, settings: Settings) -> Overview:
        """All that can be found, the application's own and those in the settings first."""
        known = {self._own: Origin.OWN} if self._own else {}
        known |= dict.fromkeys(_in_settings(settings), Origin.ADDED)
        found: Discovery = discover(self._surroundings, known, is_stopped=lambda: self._prober.is_stopped)
        return Overview(tuple(self._entry(one, settings) for one in found.found), found.is_complete)

    def entry(self, settings: Settings, interpreter: str) -> Entry:
        """What is known of this one."""
        return self._entry(Found(installation_of(interpreter), Origin.ADDED), settings)

    def survey(
        self, contenders: Iterable[Contender], device: str, settings: Settings
    ) -> tuple[Availability, ...]:
        """The availability of each contender; starts the interpreters that may be started.

        Args:
            contenders: What to look at.
            device: "cpu", or "cuda:" and the GPU's UUID.
            settings: Hold what the user allowed.
        """
        return survey(contenders, self._prober, device, partial(self.refusal, settings))

    def stop(self) -> None:
        """End what is being looked at, and look no more; called from another thread."""
        self._prober.stop()

    def may_start(self, settings: Settings, interpreter: str) -> bool:
        """True if this one is the application's own, or the user allowed it to be started."""
        return is_allowed(settings, interpreter, self._own)

    def refusal(self, settings: Settings, interpreter: str) -> Obstacle | None:
        """Why this one may not be started, None if it may."""
        return refusal(settings, interpreter, self._own)

    def probe(self, interpreter: str) -> InterpreterInfo:
        """Start it and return what it holds; see `fwcompare.interpreters.probe.probe` for the errors.

        Whoever calls this has asked the user.
        """
        return self._prober.probe(interpreter)

    def _entry(self, one: Found, settings: Settings) -> Entry:
        installation = one.installation
        path = str(installation.python)
        told, info = self._prober.known(path), None
        if fingerprint(installation) is not None:
            info = told or read_interpreter(
                installation, self._surroundings.environment, self._surroundings.home
            )
        is_own = bool(self._own) and identity(installation) == identity(installation_of(self._own))
        used = {framework: [path] for framework, path in settings.interpreters.items()}
        if is_own:
            used |= {framework: [path] for framework in Framework if framework not in used}
        return Entry(
            installation=installation,
            origin=Origin.OWN if is_own else one.origin,
            info=info,
            is_own=is_own,
            is_probed=told is not None,
            is_allowed=self.may_start(settings, path),
            assigned=_of(installation, used.items()),
            beside=_of(installation, settings.beside.items()),
            contenders=_contenders(path, info),
        )


def beside_obstacle(entry: Entry, framework: Framework) -> str:
    """Why the framework can't compete in this Python beside the assigned one, "" if it can."""
    return f"{framework} runs in this Python already." if framework in entry.assigned else ""


def real_interpreters() -> Interpreters:
    """Those of this user."""
    return Interpreters(real_surroundings(), Prober(os.environ), own_interpreter())


def _in_settings(settings: Settings) -> list[str]:
    beside = [path for paths in settings.beside.values() for path in paths]
    return [*settings.interpreters.values(), *beside, *settings.known]


def _of(installation: Installation, used: Iterable[tuple[Framework, Iterable[str]]]) -> tuple[Framework, ...]:
    """The frameworks of which one path leads to this installation."""
    key = identity(installation)
    return tuple(
        framework
        for framework, paths in used
        if any(identity(installation_of(path)) == key for path in paths)
    )


def _contenders(path: str, info: InterpreterInfo | None) -> tuple[Availability, ...]:
    gone = Obstacle(f"There is no Python at {tilde(path)}.", "Forget it, or install it again.")
    return tuple(
        judge(Contender(framework, mode, path), info or gone, CPU)
        for framework, modes in MODES.items()
        for mode in modes
    )

"""What every command is called with, beside its own flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fwcompare.cli.output import Output
from fwcompare.cli.parts import Parts
from fwcompare.cli.signals import StopSignals
from fwcompare.paths import DataPaths, paths_in

if TYPE_CHECKING:
    from fwcompare.interpreters.settings import Settings


@dataclass(frozen=True, slots=True)
class Invocation:
    """What every command is called with, beside its own flags.

    Attributes:
        parts: Makes what the commands are wired to; it takes a moment, as it imports everything.
        paths: The user's folders, or those under the one that the user named.
    """

    parts: Callable[[], Parts]
    output: Output
    stop: StopSignals
    paths: DataPaths

    def within(self, folder: Path | None) -> Invocation:
        """The same, with all folders under the one that the user named; None if none was."""
        return self if folder is None else replace(self, paths=paths_in(folder.expanduser().absolute()))

    def settings(self) -> Settings:
        """The user's settings; says what can't be used of them."""
        settings, problems = self.parts().load_settings(self.paths.settings_file)
        for problem in problems:
            self.output.remark(problem)
        return settings

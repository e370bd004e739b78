"""What every command is called with, beside its flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fwcompare.cli.output import Output
from fwcompare.cli.parts import Parts
from fwcompare.cli.signals import StopSignals
from fwcompare.paths import DataPaths, paths_in, user_paths


@dataclass(frozen=True, slots=True)
class Invocation:
    """What every command is called with, beside its flags.

    Attributes:
        parts: Makes what the commands are wired to; it takes a moment, as it imports everything.
    """

    parts: Callable[[], Parts]
    output: Output
    stop: StopSignals


def chosen_paths(data_dir: Path | None) -> DataPaths:
    """The folders under the one that the user named, else the user's own."""
    return user_paths() if data_dir is None else paths_in(data_dir.expanduser().absolute())

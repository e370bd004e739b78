"""Where fwcompare keeps its files: one value that is made once and handed down."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

_APP = "fwcompare"

MACHINE_LOCK: Final = (
    Path(tempfile.gettempdir() if sys.platform == "win32" else "/tmp")  # noqa: S108 - see MeasuringLock
    / "fwcompare-measuring.lock"
)
"""The lock of whoever measures. One for the whole machine: `$TMPDIR` may differ from shell to shell."""


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The folders of one user; nothing is created by making this value.

    Attributes:
        data: Journals and snapshots.
        cache: Weights, inputs and reference results, which can be deleted at any time.
        config: Settings.
        lock_file: The lock that whoever measures holds, the same for all folders.
    """

    data: Path
    cache: Path
    config: Path
    lock_file: Path = MACHINE_LOCK

    @property
    def runs(self) -> Path:
        """A folder for each run that is going on or was cut off: journal, compile caches, inputs."""
        return self.data / "runs"

    @property
    def snapshots(self) -> Path:
        """Finished comparisons."""
        return self.data / "snapshots"

    @property
    def trash(self) -> Path:
        """Snapshots that were deleted and can be restored: on the same file system as the others."""
        return self.snapshots / "trash"

    @property
    def calibrations_file(self) -> Path:
        """What self-tests found out of this machine."""
        return self.data / "calibrations.json"

    @property
    def library(self) -> Path:
        """What the user wrote about the snapshots."""
        return self.data / "library"

    @property
    def library_index(self) -> Path:
        """What the library remembers of the files, so that it need not read them all again."""
        return self.cache / "library-index.json"

    @property
    def settings_file(self) -> Path:
        """The user's settings."""
        return self.config / "settings.json"


def user_paths() -> DataPaths:
    """The folders that the platform gives to this user."""
    dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
    return DataPaths(Path(dirs.user_data_dir), Path(dirs.user_cache_dir), Path(dirs.user_config_dir))


def paths_in(folder: Path) -> DataPaths:
    """All folders under one that the user named (`--data-dir`)."""
    return DataPaths(folder, folder / "cache", folder / "config")


def resource_folder() -> Path:
    """Where the files are that are read at run time: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def method_page() -> Path:
    """The page on the method (Markdown): `docs/method.md`, which the wheel and the application bring along."""
    inside = resource_folder() / "method.md"
    return inside if inside.is_file() else resource_folder().parent / "docs" / "method.md"


def sample_snapshot() -> Path:
    """The comparison that fwcompare brings along, so that there is something to look at before anything was measured."""
    return resource_folder() / "sample" / "cnn-small.fwsnap"


_BEFORE: Final = r"(?P<before>(?<![\w./\\~$*?%+})-])|://|(?<![\w./-])-[A-Za-z]|\\[nrt]|\x1b\[[\d;]*m)"
"""What may stand before a path: no part of a longer one, or `file://`, a compiler's `-I`, `\\n`, a colour."""

_AFTER: Final = r"(?![\w~@%+-]|\.\w)"
"""What may not follow a folder's name: more of a name. A full stop ends a sentence."""


def tilde(text: str) -> str:
    """The text with the user's home folder written as `~`, for whatever may be shared.

    Only where a path begins: with the home folder `/root`, neither `/data/root` nor `/rootfs` changes.
    """
    home = str(Path.home())
    if len(home) <= 1 or home not in text:
        return text
    return re.sub(_BEFORE + re.escape(home) + _AFTER, r"\g<before>~", text)


def shareable(tree: Any) -> Any:
    """What JSON can hold, fit to be shared: `tilde` in every text, and every text fit for UTF-8.

    A path may hold bytes that are no UTF-8, which Python keeps as halves of surrogate pairs; they are
    written as escapes.
    """
    if isinstance(tree, str):
        return tilde(tree).encode(errors="backslashreplace").decode()
    if isinstance(tree, Mapping):
        return {key: shareable(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [shareable(value) for value in tree]
    return tree

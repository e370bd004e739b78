"""Where fwcompare keeps its files: one value that is made once and handed down."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_APP = "fwcompare"


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The folders of one user; nothing is created by making this value.

    Attributes:
        data: Journals and snapshots.
        cache: Weights, inputs and reference results, which can be deleted at any time.
        config: Settings.
    """

    data: Path
    cache: Path
    config: Path

    @property
    def runs(self) -> Path:
        """A folder for each run that is going on or was cut off: journal, compile caches, inputs."""
        return self.data / "runs"

    @property
    def snapshots(self) -> Path:
        """Finished comparisons."""
        return self.data / "snapshots"

    @property
    def settings_file(self) -> Path:
        """The user's settings."""
        return self.config / "settings.json"

    @property
    def lock_file(self) -> Path:
        """The lock that whoever measures holds: one for the whole machine, whatever the folders."""
        return Path(tempfile.gettempdir()) / "fwcompare-measuring.lock"


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


def tilde(text: str) -> str:
    """The text with the user's home folder written as `~`, for whatever may be shared."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text

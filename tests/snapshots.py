"""Many small snapshots that differ: a recorded one with another id and another day."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

RECORDINGS = Path(__file__).parent / "recordings"
FIRST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def copies(folder: Path, count: int) -> list[Path]:
    """Write so many into a folder, each started three hours before the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = [
        _members(path) for path in (RECORDINGS / "cnn-tiny-training.fwsnap", RECORDINGS / "mlp-tiny.fwsnap")
    ]
    return [_copy(folder, sources[number % len(sources)], number) for number in range(count)]


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _copy(folder: Path, members: dict[str, bytes], number: int) -> Path:
    started = FIRST - timedelta(hours=3 * number)
    manifest = json.loads(members["manifest.json"])
    manifest["run"] |= {"run_id": f"{number:08x}", "started_utc": f"{started:%Y-%m-%dT%H:%M:%SZ}"}
    path = folder / f"{started:%Y-%m-%dT%H-%M-%SZ}-{number:04}.fwsnap"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, json.dumps(manifest) if name == "manifest.json" else data)
    return path

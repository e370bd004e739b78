"""What self-tests found out of this machine, by device: a small file in the data folder.

It is no more than a starting point for margins, so what can't be read of it is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from fwcompare.domain.calibration import Calibration
from fwcompare.domain.events import Scalar
from fwcompare.storage import strict_json
from fwcompare.storage.atomic import not_writable, replace_file

SCHEMA: Final = 1


def load_calibrations(path: Path, machine: Mapping[str, Scalar]) -> dict[str, Calibration]:
    """What holds for this machine, by device ("cpu", or "cuda:" and a UUID).

    Args:
        path: The file; none is no problem.
        machine: Its description; what was found on another one is left out.
    """
    return {device: one for device, one in _read(path).items() if one.holds_for(machine)}


def save_calibration(path: Path, device: str, calibration: Calibration) -> None:
    """Remember the newest self-test of a device.

    Raises:
        SnapshotError: The file can't be written.
    """
    known = {**_read(path), device: calibration}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(path, error.strerror) from error
    replace_file(path, strict_json.dump({"schema": SCHEMA, "devices": msgspec.to_builtins(known)}) + b"\n")


def _read(path: Path) -> dict[str, Calibration]:
    try:
        document = strict_json.load_object(path.read_bytes())
        if document.get("schema") != SCHEMA:
            return {}
        return msgspec.convert(document.get("devices"), dict[str, Calibration])
    except (OSError, ValueError):  # msgspec's own error is a ValueError
        return {}

"""What the window remembers from one start to the next: a small file beside the settings.

It holds nothing that matters to a measurement, so a damaged one is simply not used.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from fwcompare.paths import DataPaths
from ui.theme import Scheme

MAX_RECENT: Final = 8


TABLES_VERSION: Final = 1
"""Of what `tables` holds: columns have numbers, so another one is needed when columns come, go or move."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table was arranged.

    Attributes:
        columns: Their widths and which of them are shown, as Qt packs them; empty for the default.
        keys: Number of each column to sort by and whether it descends, the most important first.
    """

    columns: bytes = b""
    keys: tuple[tuple[int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """What is kept.

    Attributes:
        geometry: Place and size of the window, as Qt packs it; empty for the default.
        layout: Docks and toolbars, as Qt packs them; empty for the default.
        recent: Snapshots that were opened, the newest first.
        tables: Arrangement by name of the table.
    """

    scheme: Scheme = Scheme.SYSTEM
    geometry: bytes = b""
    layout: bytes = b""
    recent: tuple[Path, ...] = ()
    tables: Mapping[str, TableLayout] = field(default_factory=dict)


def window_settings_file(paths: DataPaths) -> Path:
    """The file beside the settings of the core."""
    return paths.config / "window.json"


def load_window_settings(path: Path) -> WindowSettings:
    """What can be used of the file; the defaults for the rest."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return WindowSettings()
    if not isinstance(document, dict):
        return WindowSettings()
    return WindowSettings(
        scheme=_scheme(document.get("scheme")),
        geometry=_packed(document, "geometry"),
        layout=_packed(document, "layout"),
        recent=_recent(document.get("recent")),
        tables=_tables(document.get("tables")),
    )


def save_window_settings(settings: WindowSettings, path: Path) -> None:
    """Write the file, all or nothing.

    Raises:
        OSError: The system refuses.
    """
    document = {
        "scheme": settings.scheme,
        "geometry": base64.b64encode(settings.geometry).decode(),
        "layout": base64.b64encode(settings.layout).decode(),
        "recent": [str(file) for file in settings.recent],
        "tables": {
            "version": TABLES_VERSION,
            **{
                name: {"columns": base64.b64encode(one.columns).decode(), "keys": one.keys}
                for name, one in settings.tables.items()
            },
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def with_recent(recent: tuple[Path, ...], opened: Path) -> tuple[Path, ...]:
    """The list with this file at its head, once."""
    return (opened, *(file for file in recent if file != opened))[:MAX_RECENT]


def _scheme(value: object) -> Scheme:
    with suppress(ValueError):
        return Scheme(str(value))
    return Scheme.SYSTEM


def _packed(document: Mapping[str, Any], key: str) -> bytes:
    with suppress(binascii.Error, ValueError, TypeError):
        return base64.b64decode(document.get(key, ""), validate=True)
    return b""


def _recent(value: object) -> tuple[Path, ...]:
    if not isinstance(value, list):
        return ()
    files = (Path(file) for file in value if isinstance(file, str) and "\0" not in file)
    return tuple(file for file in files if file.is_absolute())[:MAX_RECENT]


def _tables(value: object) -> dict[str, TableLayout]:
    """The arrangements of this version, those of others are of no use."""
    if not isinstance(value, dict) or value.get("version") != TABLES_VERSION:
        return {}
    return {
        name: TableLayout(_packed(one, "columns"), _keys(one.get("keys")))
        for name, one in value.items()
        if isinstance(one, dict)
    }


def _keys(value: object) -> tuple[tuple[int, bool], ...]:
    if not isinstance(value, list):
        return ()
    pairs = [pair for pair in value if isinstance(pair, list) and list(map(type, pair)) == [int, bool]]
    return tuple((column, descends) for column, descends in pairs if column >= 0)

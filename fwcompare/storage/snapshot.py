"""Snapshots: one comparison frozen in one immutable file."""

from __future__ import annotations

from fwcompare.storage.reader import Outline, read_outline, read_snapshot
from fwcompare.storage.writer import default_snapshot_name, pack, store_snapshot, write_snapshot

__all__ = [
    "Outline",
    "default_snapshot_name",
    "pack",
    "read_outline",
    "read_snapshot",
    "store_snapshot",
    "write_snapshot",
]

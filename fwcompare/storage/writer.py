"""A run into a snapshot file; `docs/snapshot-format.md` describes what comes out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.paths import shareable
from fwcompare.storage import archive, arrays, strict_json
from fwcompare.storage import manifest as words
from fwcompare.storage.atomic import not_writable, write_new_file

_PLAIN_CHANNEL: Final = re.compile(r"[a-z0-9_]{1,64}")


def write_snapshot(record: RunRecord, path: Path) -> None:
    """Freeze a run into a file that does not exist yet.

    What goes in may be shared: the home folder is written as `~` in every text.

    Raises:
        SnapshotError: The file exists or can't be written, or the run is beyond the format's limits;
            nothing is left behind then.
        ValueError: A figure is one that no event can hold: not finite, or a negative time.
    """
    members = pack(record)
    write_new_file(path, lambda stream: archive.write_archive(stream, members))


def store_snapshot(record: RunRecord, folder: Path, prefix: str = "") -> Path:
    """Freeze a run into a file of its default name in a folder, which is made if it is not there.

    Raises:
        SnapshotError: See `write_snapshot`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(folder, error.strerror) from error
    path = folder / (prefix + default_snapshot_name(record))
    write_snapshot(record, path)
    return path


def default_snapshot_name(record: RunRecord) -> str:
    """Name of the run's file: when it started, what it measured, and the start of its id.

    For instance `2026-11-22T14-02-03Z-cnn-small-inference-1f0c9a2e.fwsnap`.
    """
    first, *others = record.plan.workloads
    parts = [record.started_utc, first.architecture, first.size, first.task]
    if others:
        parts.append(f"and-{len(others)}-more")
    name = "-".join([*parts, record.run_id[:8]])
    return re.sub(r"[^A-Za-z0-9]+", "-", name)[:120].strip("-") + ".fwsnap"


def pack(record: RunRecord) -> dict[str, bytes]:
    """The members of the run's snapshot in their order, the manifest first.

    Raises:
        SnapshotError: The run is beyond the format's limits.
    """
    contents = _Contents(text_budget=archive.MAX_TEXT_BYTES // max(1, len(record.blocks)))
    blocks = [contents.add(block) for block in record.blocks]
    members, channels = contents.members()
    manifest = {
        "format": words.FORMAT,
        "major": words.MAJOR,
        "minor": words.MINOR,
        "members": {
            name: {"bytes": len(data), "sha256": archive.sha256_hex(data)} for name, data in members.items()
        },
        "channels": channels,
        "run": shareable(msgspec.to_builtins(words.run_entry(record))),
        "blocks": shareable(msgspec.to_builtins(blocks)),
    }
    _require_readable(manifest)
    packed = {words.MANIFEST: strict_json.dump(manifest), **members}
    archive.check_size({name: len(data) for name, data in packed.items()})
    return packed


def _require_readable(manifest: dict[str, Any]) -> None:
    """Refuse a manifest that the reader would refuse: a file that can't be opened is worse than none."""
    try:
        msgspec.convert(manifest, words.Manifest)
    except msgspec.ValidationError as error:
        raise SnapshotError(
            SnapshotErrorCode.NOT_WRITABLE,
            f"This run can't be kept in a snapshot: {error}.",
            "If two contenders have the same interpreter, with and without ~, name it once.",
        ) from error


class _Contents:
    """The arrays and texts of all blocks, one after the other, in the members where they belong."""

    def __init__(self, text_budget: int) -> None:
        self._text_budget = text_budget
        self._latency = _Column()
        self._resources: dict[str, _Column] = {}
        self._logs = bytearray()
        self._tracebacks = bytearray()

    def add(self, block: BlockRecord) -> words.BlockEntry:
        return words.block_entry(
            block,
            latency=self._latency.add(block.latency),
            resources={
                name: self._resources.setdefault(name, _Column()).add(series)
                for name, series in block.resources.items()
            },
            traceback=self._add_text(self._tracebacks, block.traceback),
            log=self._add_text(self._logs, block.log),
        )

    def _add_text(self, texts: bytearray, text: str) -> words.Span:
        """Add the text, or its end if it is larger than any log that the engine keeps."""
        data = shareable(text).encode()[-self._text_budget :].decode(errors="ignore").encode()
        texts += data
        return len(texts) - len(data), len(data)

    def members(self) -> tuple[dict[str, bytes], dict[str, dict[str, str]]]:
        """The members by name, and the manifest's `channels`."""
        members = {
            words.LATENCY_START: bytes(self._latency.times),
            words.LATENCY_DURATION: bytes(self._latency.values),
        }
        channels = {}
        for number, (name, column) in enumerate(self._resources.items()):
            folder = name if _PLAIN_CHANNEL.fullmatch(name) else f"channel-{number}"
            channel = {
                "time": f"resources/{folder}/time.i64le",
                "value": f"resources/{folder}/value.f64le",
            }
            channels[name] = channel
            members |= {channel["time"]: bytes(column.times), channel["value"]: bytes(column.values)}
        members |= {words.LOGS: bytes(self._logs), words.TRACEBACKS: bytes(self._tracebacks)}
        return members, channels


class _Column:
    """Two arrays of equal length that grow together."""

    def __init__(self) -> None:
        self.times = bytearray()
        self.values = bytearray()

    def add(self, series: Series) -> words.Span:
        first = len(self.times) // arrays.ITEM_BYTES
        for times, values in zip(series.time_ns, series.value, strict=True):
            self.times += arrays.to_bytes(times)
            self.values += arrays.to_bytes(values)
        return first, len(series)

"""A snapshot file into a run. Nothing in a file is believed, and nothing in it is executed."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.storage import arrays, strict_json
from fwcompare.storage import manifest as words
from fwcompare.storage.archive import Archive, refusal, sha256_hex

_Read = TypeVar("_Read")

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
"""What `zipfile` raises for files that are broken or use what it does not know."""


def read_snapshot(path: Path) -> RunRecord:
    """The run in a snapshot file.

    Raises:
        SnapshotError: For whatever is wrong with the file; the code says which kind it is.
    """
    return _read_file(path, _read)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a snapshot's manifest says: enough for a list, and quick to read however long the run was.

    Attributes:
        record: The run without its blocks.
        blocks: How many blocks it has.
        measured: How many of them were measured to their end.
        content_id: SHA-256 of the manifest, which holds those of all other members: two files with the
            same one hold the same comparison, whatever they are called.
    """

    record: RunRecord
    blocks: int
    measured: int
    content_id: str


def read_outline(path: Path) -> Outline:
    """The outline of the run in a snapshot file.

    Raises:
        SnapshotError: See `read_snapshot`; damage of the blocks is not noticed.
    """
    return _read_file(path, _outline)


def _outline(archive: Archive) -> Outline:
    data = _manifest_bytes(archive)
    manifest = _manifest(data)
    measured = sum(block.outcome is Outcome.OK for block in manifest.blocks)
    return Outline(words.run_record(manifest.run, ()), len(manifest.blocks), measured, sha256_hex(data))


def _read_file(path: Path, read: Callable[[Archive], _Read]) -> _Read:
    try:
        if path.exists() and not path.is_file():
            raise refusal(SnapshotErrorCode.UNREADABLE, f"{path} is not a file.")
        with path.open("rb") as stream:
            return read(Archive(stream, os.fstat(stream.fileno()).st_size))
    except FileNotFoundError as error:
        raise refusal(SnapshotErrorCode.NOT_FOUND, f"There is no file {path}.") from error
    except OSError as error:
        raise refusal(SnapshotErrorCode.UNREADABLE, f"{path} can't be read: {error.strerror}.") from error
    except _BROKEN as error:
        raise refusal(SnapshotErrorCode.CORRUPT, f"{path} is damaged: {error}.") from error


def _read(archive: Archive) -> RunRecord:
    manifest = _manifest(_manifest_bytes(archive))
    listed = set(manifest.members)
    present = set(archive.sizes) - {words.MANIFEST}
    if present - listed:
        raise refusal(SnapshotErrorCode.HOSTILE, f"{min(present - listed)} is not in the manifest.")
    if listed - present:
        raise refusal(SnapshotErrorCode.CORRUPT, f"{min(listed - present)} is missing from this snapshot.")
    contents = _Contents(archive, manifest)
    return words.run_record(manifest.run, tuple(contents.block(entry) for entry in manifest.blocks))


def _manifest_bytes(archive: Archive) -> bytes:
    if words.MANIFEST not in archive.sizes:
        raise refusal(
            SnapshotErrorCode.NOT_A_SNAPSHOT, "This ZIP file is not a snapshot: it has no manifest."
        )
    return archive.read(words.MANIFEST)


def _manifest(data: bytes) -> words.Manifest:
    """The manifest, after its first three keys said that this version can read it."""
    try:
        tree = strict_json.load_object(data)
    except ValueError as error:
        raise refusal(SnapshotErrorCode.CORRUPT, f"The manifest can't be read: {error}.") from error
    major, minor = tree.get("major"), tree.get("minor")
    if tree.get("format") != words.FORMAT:
        raise refusal(SnapshotErrorCode.NOT_A_SNAPSHOT, f"This ZIP file is not a {words.FORMAT}.")
    if not isinstance(major, int) or not isinstance(minor, int) or major < 1:
        raise refusal(
            SnapshotErrorCode.CORRUPT, "The manifest does not say which version of the format it has."
        )
    if major > words.MAJOR:
        raise _newer(major, minor)
    try:
        return msgspec.convert(tree, words.Manifest)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        if minor > words.MINOR:  # a phase or an outcome that we don't know is no damage
            raise _newer(major, minor) from error
        raise refusal(SnapshotErrorCode.CORRUPT, f"The manifest is malformed: {error}.") from error


def _newer(major: int, minor: int) -> SnapshotError:
    return refusal(
        SnapshotErrorCode.NEWER,
        f"This snapshot has the format {major}.{minor}, and this fwcompare reads up to {words.MAJOR}.{words.MINOR}.",
    )


class _Contents:
    """The members of a snapshot, checked against its manifest."""

    def __init__(self, archive: Archive, manifest: words.Manifest) -> None:
        self._archive = archive
        self._entries = manifest.members
        self._latency = self._column(words.LATENCY_START, words.LATENCY_DURATION, arrays.integers)
        self._channels = {
            name: self._column(channel.time, channel.value, arrays.floats)
            for name, channel in manifest.channels.items()
        }
        self._logs = self._member(words.LOGS)
        self._tracebacks = self._member(words.TRACEBACKS)

    def block(self, entry: words.BlockEntry) -> BlockRecord:
        return words.block_record(
            entry,
            latency=self._latency.part(entry.latency),
            resources={name: self._channels[name].part(span) for name, span in entry.resources.items()},
            traceback=_text(self._tracebacks, entry.traceback),
            log=_text(self._logs, entry.log),
        )

    def _member(self, name: str) -> bytes:
        entry = self._entries[name]
        if entry.bytes != self._archive.sizes[name]:
            raise refusal(SnapshotErrorCode.CORRUPT, f"{name} has another length than the manifest says.")
        data = self._archive.read(name)
        if sha256_hex(data) != entry.sha256:
            raise refusal(SnapshotErrorCode.CORRUPT, f"The bytes of {name} are not those that were written.")
        return data

    def _column(
        self, times: str, values: str, decode: Callable[[bytes], array[int]] | Callable[[bytes], array[float]]
    ) -> _Column:
        column = _Column(arrays.integers(self._member(times)), decode(self._member(values)))
        if len(column.times) != len(column.values):
            raise refusal(SnapshotErrorCode.CORRUPT, f"{times} and {values} have different lengths.")
        return column


@dataclass(frozen=True, slots=True)
class _Column:
    """The numbers of all blocks, one block after the other."""

    times: array[int]
    values: array[int] | array[float]

    def part(self, span: words.Span) -> Series:
        first, count = span
        if first + count > len(self.times):
            raise refusal(SnapshotErrorCode.CORRUPT, "A block's numbers lie outside of their member.")
        return Series((self.times[first : first + count],), (self.values[first : first + count],))


def _text(texts: bytes, span: words.Span) -> str:
    first, count = span
    if first + count > len(texts):
        raise refusal(SnapshotErrorCode.CORRUPT, "A text lies outside of its member.")
    return texts[first : first + count].decode()

"""The ZIP file around a snapshot: written plainly, read with suspicion.

Whatever a file says of itself is checked before memory is taken for it. Nothing is extracted to disk.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
from collections.abc import Mapping
from typing import BinaryIO, Final

from fwcompare.errors import SnapshotError, SnapshotErrorCode

MAX_TOTAL_BYTES: Final = 1 << 32
MAX_MEMBERS: Final = 65_536
MAX_JSON_BYTES: Final = 1 << 24
MAX_TEXT_BYTES: Final = 1 << 28

_MAX_DIRECTORY_BYTES: Final = 1 << 23
"""For all of `MAX_MEMBERS` with names of 80 characters: `zipfile` reads the directory in one piece."""

_NAME: Final = re.compile(r"[a-z0-9_./-]{1,120}")
_DEFLATED_SUFFIXES: Final = (".json", ".txt")
_SIGNATURE: Final = b"PK\x03\x04"
_PIECE_BYTES: Final = 1 << 20

_REMEDIES: Final = {
    SnapshotErrorCode.NOT_FOUND: "Check the path.",
    SnapshotErrorCode.UNREADABLE: "Check that it is a file and that you may read it.",
    SnapshotErrorCode.NOT_A_SNAPSHOT: "Choose a file that fwcompare saved: their names end in .fwsnap.",
    SnapshotErrorCode.TRUNCATED: "Copy it again from where it came.",
    SnapshotErrorCode.TOO_LARGE: "Measure fewer workloads or rounds in one run.",
    SnapshotErrorCode.HOSTILE: "Don't trust where it came from; fwcompare never writes such a file.",
    SnapshotErrorCode.CORRUPT: "Copy it again from where it came.",
    SnapshotErrorCode.NEWER: "Update fwcompare.",
}


def refusal(code: SnapshotErrorCode, message: str) -> SnapshotError:
    """The error for a snapshot that is refused, with the remedy of its code."""
    return SnapshotError(code, message, _REMEDIES[code])


def sha256_hex(data: bytes) -> str:
    """SHA-256 of the data, as in the manifest."""
    return hashlib.sha256(data).hexdigest()


def write_archive(stream: BinaryIO, members: Mapping[str, bytes]) -> None:
    """Write the members in this order; the same members always give the same bytes."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)  # dated 1980-01-01, so that no clock is in the file
            info.compress_type = _compression(name)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)


def check_size(sizes: Mapping[str, int]) -> None:
    """Refuse what is beyond the limits: before it is written, and before it is read.

    Args:
        sizes: Uncompressed bytes by member.

    Raises:
        SnapshotError: There are too many members, or too many bytes.
    """
    problem = ""
    if len(sizes) > MAX_MEMBERS:
        problem = f"it holds more than {MAX_MEMBERS} members"
    elif sum(sizes.values()) > MAX_TOTAL_BYTES:
        problem = f"it holds more than {MAX_TOTAL_BYTES >> 20} MiB"
    for name, size in sizes.items():
        if size > _limit(name):
            problem = f"{name} is larger than {_limit(name) >> 20} MiB"
    if problem:
        raise refusal(SnapshotErrorCode.TOO_LARGE, f"This snapshot is too large: {problem}.")


class Archive:
    """A snapshot's ZIP file that was checked from outside; its members are read one by one.

    Raises:
        SnapshotError: The file breaks a limit or a rule of the format.
        Exception: What `zipfile` raises for a broken file, see `fwcompare.storage.snapshot`.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Check the directory.

        Args:
            stream: The file, opened for reading.
            size: Its length in bytes.
        """
        head = stream.read(len(_SIGNATURE))
        if not _SIGNATURE.startswith(head):
            raise refusal(SnapshotErrorCode.NOT_A_SNAPSHOT, "This file is not a snapshot of fwcompare.")
        bounded = _Bounded(stream, size)
        if not zipfile.is_zipfile(bounded):
            raise refusal(SnapshotErrorCode.TRUNCATED, "The end of this file is missing.")
        self._zip = zipfile.ZipFile(bounded)
        infos = self._zip.infolist()
        for info in infos:
            _check_member(info)
        self.sizes = {info.filename: info.file_size for info in infos}
        if len(self.sizes) < len(infos):
            raise refusal(SnapshotErrorCode.HOSTILE, "Two members of this file have the same name.")
        check_size(self.sizes)

    def read(self, name: str) -> bytes:
        """All bytes of a member, at most as many as the directory says."""
        size = self.sizes[name]
        data = bytearray()
        with self._zip.open(name) as member:
            while piece := member.read(_PIECE_BYTES):
                data += piece
                if len(data) > size:
                    raise refusal(SnapshotErrorCode.HOSTILE, f"{name} is larger than it says.")
        if len(data) < size:
            raise refusal(SnapshotErrorCode.CORRUPT, f"{name} is shorter than it says.")
        return bytes(data)


class _Bounded(io.RawIOBase):
    """A file for `zipfile` that hands over no more than a large directory at once."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._size = size

    def read(self, count: int | None = -1, /) -> bytes:
        left = max(0, self._size - self._stream.tell())
        wanted = left if count is None or count < 0 else min(count, left)
        if wanted > _MAX_DIRECTORY_BYTES:
            raise refusal(SnapshotErrorCode.HOSTILE, "The directory of this file is too large.")
        return self._stream.read(wanted)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _check_member(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    problem = ""
    if not _is_allowed(info.orig_filename):
        problem = "has a name that is not allowed"
    elif info.flag_bits & 0x1:
        problem = "is encrypted"
    elif kind not in (0, stat.S_IFREG):
        problem = "is not a plain file"
    elif info.compress_type not in (zipfile.ZIP_STORED, _compression(info.filename)):
        problem = "is compressed in a way that is not allowed"
    elif info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        problem = "is stored with two sizes"
    if problem:
        raise refusal(SnapshotErrorCode.HOSTILE, f"The member {info.orig_filename[:120]!r} {problem}.")


def _is_allowed(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not {"", ".", ".."} & set(name.split("/"))


def _compression(name: str) -> int:
    return zipfile.ZIP_DEFLATED if name.endswith(_DEFLATED_SUFFIXES) else zipfile.ZIP_STORED


def _limit(name: str) -> int:
    if name.endswith(".json"):
        return MAX_JSON_BYTES
    return MAX_TEXT_BYTES if name.endswith(".txt") else MAX_TOTAL_BYTES

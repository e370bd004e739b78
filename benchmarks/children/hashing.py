"""Work without a framework that takes the same time in every process: SHA-256 of so many bytes.

A loop of Python would not do: the same loop takes 0.9 ms in one process and 1.3 ms in the next, as the code happens to
lie in memory. Here a few hundred instructions do all the work, and medians of processes agree within 0.5 %.
"""

from __future__ import annotations

import hashlib

_PIECE = bytes(16_384)
"""Small enough for the first cache, large enough that Python's own part is below 1 %."""


def hash_bytes(count: int) -> None:
    """Hash this many bytes; the time is proportional to them."""
    whole, rest = divmod(count, len(_PIECE))
    digest = hashlib.sha256()
    for _ in range(whole):
        digest.update(_PIECE)
    digest.update(_PIECE[:rest])

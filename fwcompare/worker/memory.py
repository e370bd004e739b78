"""The process's own resident memory, with the kernel's peak that no polling can miss."""

from __future__ import annotations

import sys


def limit(size_bytes: int) -> None:
    """Let this process have so much memory of its own and no more: what asks for more is refused.

    Linux counts what can be written and is not shared (RLIMIT_DATA, see getrlimit(2)), whether it was
    touched or not: what a process reserves is more than what it keeps resident.

    Raises:
        OSError: This system has no such limit.
    """
    if sys.platform != "linux":
        raise OSError("only Linux limits the memory of a process")
    import resource  # noqa: PLC0415 - not every system has it

    resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, size_bytes))


def reset_peak() -> bool:
    """Start the kernel's peak anew at the current size (Linux: "5" into clear_refs, see proc(5)).

    Returns:
        False where the kernel does not let us: then its peak is that of all that came before, too.
    """
    try:
        with open("/proc/self/clear_refs", "w") as stream:
            stream.write("5")
    except OSError:
        return False
    return True


def read() -> tuple[int | None, int | None]:
    """Resident set size now and its peak since it was last reset, in bytes; None where it can't be read."""
    try:
        with open("/proc/self/status", "rb") as stream:
            fields = dict(line.split(b":", 1) for line in stream if b":" in line)
        return _bytes(fields.get(b"VmRSS")), _bytes(fields.get(b"VmHWM"))
    except OSError:
        return None, None


def unique_bytes() -> int | None:
    """Memory that this process alone holds, and that would be free without it; None where it can't be read.

    The kernel looks at every page for it, so it is asked for once, after the measurement (Linux:
    smaps_rollup, see proc(5)).
    """
    try:
        with open("/proc/self/smaps_rollup", "rb") as stream:
            fields = dict(line.split(b":", 1) for line in stream if b":" in line)
    except OSError:
        return None
    sizes = [_bytes(fields.get(name)) for name in (b"Private_Clean", b"Private_Dirty")]
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _bytes(field: bytes | None) -> int | None:
    return None if field is None else int(field.split()[0]) * 1024
